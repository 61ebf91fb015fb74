import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { hypergeometric } from "../../search/hypergeometric.ts";
import { seededRandom } from "../../search/random.ts";

/** Chances of 0, 1, … good ones among the drawn, draw by draw. */
function chances(all: number, good: number, drawn: number): number[] {
  let row = [1];
  for (let i = 0; i < drawn; i++) {
    const next: number[] = Array(row.length + 1).fill(0);
    for (const [count, chance] of row.entries()) {
      const share = Math.min(Math.max((good - count) / (all - i), 0), 1);
      next[count] += chance * (1 - share);
      next[count + 1] += chance * share;
    }
    row = next;
  }
  return row;
}

const CASES: readonly [all: number, good: number, drawn: number][] = [
  [20, 6, 8],
  [60, 25, 29],
  [60, 35, 29],
  [60, 25, 45],
  [60, 51, 40],
  [720, 300, 300],
  [720, 16, 300],
];

for (const [all, good, drawn] of CASES) {
  Deno.test(`hypergeometric() of ${good} of ${all}, ${drawn} drawn, has its chances`, () => {
    const random = seededRandom("hypergeometric", all, good, drawn);
    const draws = 40_000;
    const counts: number[] = Array(drawn + 1).fill(0);
    for (let i = 0; i < draws; i++) counts[hypergeometric(all, good, drawn, random)]++;
    for (const [count, p] of chances(all, good, drawn).entries()) {
      const most = 4.5 * Math.sqrt(p * (1 - p) / draws) + 5 / draws;
      assert(Math.abs(counts[count] / draws - p) <= most, `${count}: ${counts[count]} of ${p}`);
    }
  });
}

Deno.test("hypergeometric() stays within what is possible at the edges of chance", () => {
  const sizes = fc.nat({ max: 400 }).chain((all) =>
    fc.tuple(fc.constant(all), fc.nat({ max: all }), fc.nat({ max: all }))
  );
  const edges = fc.constantFrom(0, 0.5, 1 - 2 ** -53);
  fc.assert(fc.property(sizes, edges, ([all, good, drawn], edge) => {
    const count = hypergeometric(all, good, drawn, () => edge);
    assert(Number.isInteger(count), `${count}`);
    assert(count >= Math.max(0, drawn + good - all) && count <= Math.min(good, drawn), `${count}`);
  }));
});

Deno.test("hypergeometric() of all or none is certain", () => {
  const random = () => {
    throw new Error("no chance is needed");
  };
  assertEquals(
    [[9, 4, 9], [9, 9, 4], [9, 0, 4], [9, 4, 0], [0, 0, 0]].map(([all, good, drawn]) =>
      hypergeometric(all, good, drawn, random)
    ),
    [4, 4, 0, 0, 0],
  );
});
