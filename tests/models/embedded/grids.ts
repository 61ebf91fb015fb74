/** Grids for the tests: some with the structure that operations look for, some random. */
import { decodeGrid, type Grid } from "../../../data/grid.ts";
import { pick } from "../../../models/embedded/random.ts";

/** Grids with halves, lattices, holes, symmetric and repeating parts, lines and blocks. */
export const GRIDS: readonly Grid[] = [
  "0",
  "7",
  "12/34",
  "010/111/010",
  "000/000/000",
  "0110/0110/0000/2222",
  "1005200/0105020/0015002",
  "110/010/555/011/001",
  "1051/0552/5555/3054",
  "01510/15150/55555/10501/01510",
  "00300/03030/30003/03030/00300",
  "0000000/0111110/0100010/0102010/0100010/0111110/0000000",
  "1212/2121/1212/2121",
  "123123/231231/312312",
  "1230/2310/3120/0000",
  "00020/00000/20002/00000/00020",
  "0400400/4440000/0400044/0000044",
  "8008/0880/0880/8008",
  "110022/110022/000000/330044/330044",
  "3333/3113/3113/3333",
  "012210/129921/012210",
  "5500055/5000005/0006000/0060600/0006000/5000005/5500055",
  "111/222/333",
  "1010101010",
].map(decodeGrid);

/** A random grid: a few colours, sometimes sparse, sometimes with a mirrored half. */
export function randomGrid(random: () => number): Grid {
  const h = 1 + Math.floor(random() * 9);
  const w = 1 + Math.floor(random() * 9);
  const colours = Array.from({ length: 1 + Math.floor(random() * 4) }, () => randomColour(random));
  const empty = random() < 0.8 ? 0 : randomColour(random);
  const density = random();
  const grid = Array.from(
    { length: h },
    () => Array.from({ length: w }, () => (random() < density ? pick(colours, random) : empty)),
  );
  return random() < 0.2 ? grid.map((row) => row.map((v, c) => row[w - 1 - c] || v)) : grid;
}

function randomColour(random: () => number): number {
  return Math.floor(random() * 10);
}
