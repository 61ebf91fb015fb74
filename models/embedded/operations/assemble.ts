/**
 * Grids put together from copies, bars and plain colours.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, make, mapCells, rankedColours, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that make a grid of a new shape. */
export const ASSEMBLE: readonly Operation[] = [
  operation({
    name: "product",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "a copy of the second grid for each cell of the first that is not background",
    apply: (a, b) => product(a, b, (_v, w) => w),
    python: `
def product(a, b):
    off = background(a)
    return [[w if v != off else off for v in p for w in q] for p in a for q in b]`,
  }),
  operation({
    name: "product_painted",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "the second grid, painted in the cell's colour, for each cell of the first",
    apply: (a, b) => {
      const clear = background(b);
      return product(a, b, (v, w) => (w === clear ? clear : v));
    },
    python: `
def product_painted(a, b):
    off, clear = background(a), background(b)
    return [[off if v == off else clear if w == clear else v for v in p for w in q]
            for p in a for q in b]`,
  }),
  operation({
    name: "unfold_left",
    takes: ["grid"],
    gives: "grid",
    meaning: "preceded by its mirror image on the left",
    apply: (g) => g.map((row) => [...row.toReversed(), ...row]),
    python: `
def unfold_left(g):
    return [row[::-1] + row for row in g]`,
  }),
  operation({
    name: "unfold_up",
    takes: ["grid"],
    gives: "grid",
    meaning: "preceded by its mirror image above",
    apply: (g) => [...g.toReversed(), ...g],
    python: `
def unfold_up(g):
    return g[::-1] + g`,
  }),
  operation({
    name: "tile_mirrored_h",
    takes: ["grid", "int", "int"],
    gives: "grid",
    meaning: "so many copies down and across, every other row of them mirrored left to right",
    apply: (g, down, across) => tiled(g, down, across, (cells, i) => i % 2 ? back(cells) : cells),
    python: `
def tile_mirrored_h(g, down, across):
    return [row for i in range(down) for row in [[p[::-1], p][i % 2 == 0] * across for p in g]]`,
  }),
  operation({
    name: "tile_mirrored",
    takes: ["grid", "int", "int"],
    gives: "grid",
    meaning: "so many copies down and across, each the mirror image of those beside it",
    apply: (g, down, across) =>
      tiled(g, down, across, (cells, i, j) => {
        const upright = i % 2 ? cells.toReversed() : cells;
        return j % 2 ? back(upright) : upright;
      }),
    python: `
def tile_mirrored(g, down, across):
    wide = [sum(([p[::-1], p][j % 2 == 0] for j in range(across)), []) for p in g]
    return [row for i in range(down) for row in [wide[::-1], wide][i % 2 == 0]]`,
  }),
  operation({
    name: "plain",
    takes: ["colour", "int", "int"],
    gives: "grid",
    meaning: "a grid of one colour with a height and a width",
    apply: (colour, h, w) => h < 1 || w < 1 || h > 30 || w > 30 ? null : make(h, w, () => colour),
    python: `
def plain(colour, h, w):
    return [[colour] * w for _ in range(h)]`,
  }),
  operation({
    name: "bar",
    takes: ["colour", "int", "int", "int"],
    gives: "grid",
    meaning: "a black grid of a height and a width whose first so many cells have a colour",
    apply: (colour, n, h, w) =>
      h < 1 || w < 1 || h > 30 || w > 30 ? null : make(h, w, (r, c) => r * w + c < n ? colour : 0),
    python: `
def bar(colour, n, h, w):
    return [[colour if r * w + c < n else 0 for c in range(w)] for r in range(h)]`,
  }),
  operation({
    name: "diagonal",
    takes: ["colour", "int"],
    gives: "grid",
    meaning: "a black square of a side with its main diagonal in a colour",
    apply: (colour, n) => n < 1 || n > 30 ? null : make(n, n, (r, c) => r === c ? colour : 0),
    python: `
def diagonal(colour, n):
    return [[colour if r == c else 0 for c in range(n)] for r in range(n)]`,
  }),
  operation({
    name: "palette",
    takes: ["grid"],
    gives: "grid",
    meaning: "a column of its colours beside the background, the commonest on top",
    apply: (g) => {
      const ranked = rankedColours(g);
      return ranked.length > 0 ? ranked.map((v) => [v]) : null;
    },
    python: `
def palette(g):
    return [[v] for v in ranked_colours(g)]`,
  }),
  operation({
    name: "histogram",
    takes: ["grid"],
    gives: "grid",
    meaning: "one row a colour beside the background, commonest first: once for each of its cells",
    apply: (g) => {
      const bars = rankedColours(g).map((v) => g.flat().filter((w) => w === v));
      const w = bars[0]?.length ?? 0;
      return w < 1 || w > 30 ? null : make(bars.length, w, (r, c) => bars[r][c] ?? 0);
    },
    python: `
def histogram(g):
    bars = [[v] * sum(row.count(v) for row in g) for v in ranked_colours(g)]
    return [bar + [0] * (len(bars[0]) - len(bar)) for bar in bars]`,
  }),
  operation({
    name: "unscale",
    takes: ["grid"],
    gives: "grid",
    meaning: "the smallest grid that scales up to it",
    apply: (g) => {
      const n = divisor(divisor(0, g), transposed(g));
      return make(g.length / n, g[0].length / n, (r, c) => g[r * n][c * n]);
    },
    python: `
def unscale(g):
    n = divisor(divisor(0, g), transposed(g))
    return [row[::n] for row in g[::n]]`,
  }),
  operation({
    name: "continue_right",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "made so many times as wide by its rows' own repetition, all rows together",
    apply: (g, n) => transposedOf(continued(transposed(g), n)),
    python: `
def continue_right(g, n):
    return transposed(continue_down(transposed(g), n))`,
  }),
  operation({
    name: "continue_down",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "made so many times as high by its own repetition, all columns together",
    apply: (g, n) => continued(g, n),
    python: `
def continue_down(g, n):
    p = 1
    while g[p:] != g[:len(g) - p]:
        p += 1
    return [g[r % p] for r in range(len(g) * n)]`,
  }),
];

/** Python twin of {@link divisor}. */
export const ASSEMBLE_PARTS: Readonly<Record<string, string>> = {
  divisor: `
def divisor(n, g):
    for r in range(1, len(g) + 1):
        if r == len(g) or g[r] != g[r - 1]:
            a = r
            while n:
                a, n = n, a % n
            n = a
    return n`,
};

function product(a: Cells, b: Cells, cell: (v: number, w: number) => number): Cells | null {
  const [h, w] = [b.length, b[0].length];
  if (a.length * h > 30 || a[0].length * w > 30) return null;
  const off = background(a);
  return make(a.length * h, a[0].length * w, (r, c) => {
    const v = a[Math.floor(r / h)][Math.floor(c / w)];
    return v === off ? off : cell(v, b[r % h][c % w]);
  });
}

function tiled(
  g: Cells,
  down: number,
  across: number,
  copy: (g: Cells, i: number, j: number) => Cells,
): Cells | null {
  const [h, w] = [g.length, g[0].length];
  if (down < 1 || across < 1 || h * down > 30 || w * across > 30) return null;
  const copies = [0, 1].map((i) => [0, 1].map((j) => copy(g, i, j)));
  return make(
    h * down,
    w * across,
    (r, c) => copies[Math.floor(r / h) % 2][Math.floor(c / w) % 2][r % h][c % w],
  );
}

function back(g: Cells): Cells {
  return g.map((row) => row.toReversed());
}

function continued(g: Cells, n: number): Cells | null {
  if (n < 1 || g.length * n > 30) return null;
  const differ = (p: number) => g.some((row, r) => r >= p && row.some((v, c) => v !== g[r - p][c]));
  let p = 1;
  while (p < g.length && differ(p)) p++;
  return mapCells(make(g.length * n, g[0].length, () => 0), (_, r, c) => g[r % p][c]);
}

function transposedOf(g: Cells | null): Cells | null {
  return g && transposed(g);
}

/** Greatest common divisor of a number and the rows at which the grid changes. */
function divisor(n: number, g: Cells): number {
  for (let r = 1; r <= g.length; r++) {
    if (r < g.length && g[r].every((v, c) => v === g[r - 1][c])) continue;
    let a = r;
    while (n > 0) [a, n] = [n, a % n];
    n = a;
  }
  return n;
}
