/**
 * Larger grids from copies of a small one, and scaling.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, make, mapCells, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that repeat or scale. */
export const TILING: readonly Operation[] = [
  operation({
    name: "scale",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "each cell becomes a square of the given side",
    apply: (g, n) => stretch(g, n, n),
    python: `
def scale(g, n):
    return [[v for v in row for _ in range(n)] for row in g for _ in range(n)]`,
  }),
  operation({
    name: "stretch",
    takes: ["grid", "int", "int"],
    gives: "grid",
    meaning: "each cell becomes a rectangle of the given height and width",
    apply: (g, h, w) => stretch(g, h, w),
    python: `
def stretch(g, h, w):
    return [[v for v in row for _ in range(w)] for row in g for _ in range(h)]`,
  }),
  operation({
    name: "shrink",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "every n-th cell of every n-th row",
    apply: (g, n) =>
      n < 1 ? null : make(
        Math.ceil(g.length / n),
        Math.ceil(g[0].length / n),
        (r, c) => g[r * n][c * n],
      ),
    python: `
def shrink(g, n):
    return [row[::n] for row in g[::n]]`,
  }),
  operation({
    name: "tile",
    takes: ["grid", "int", "int"],
    gives: "grid",
    meaning: "so many copies down and across",
    apply: (g, down, across) => tile(g, down, across),
    python: `
def tile(g, down, across):
    return [row * across for row in g] * down`,
  }),
  operation({
    name: "beside",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "two grids of one height side by side",
    apply: (a, b) => a.length === b.length ? a.map((row, r) => [...row, ...b[r]]) : null,
    python: `
def beside(a, b):
    if len(a) != len(b):
        raise ValueError("heights differ")
    return [p + q for p, q in zip(a, b)]`,
  }),
  operation({
    name: "above",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "one grid above another of the same width",
    apply: (a, b) => [...a, ...b],
    python: `
def above(a, b):
    return a + b`,
  }),
  operation({
    name: "unfold_right",
    takes: ["grid"],
    gives: "grid",
    meaning: "followed by its mirror image on the right",
    apply: (g) => g.map((row) => [...row, ...row.toReversed()]),
    python: `
def unfold_right(g):
    return [row + row[::-1] for row in g]`,
  }),
  operation({
    name: "unfold_down",
    takes: ["grid"],
    gives: "grid",
    meaning: "followed by its mirror image below",
    apply: (g) => [...g, ...g.toReversed()],
    python: `
def unfold_down(g):
    return g + g[::-1]`,
  }),
  operation({
    name: "unfold_turning",
    takes: ["grid"],
    gives: "grid",
    meaning: "two by two, each copy a quarter turn on from the one before, clockwise",
    apply: (g) => {
      if (g.length !== g[0].length) return null;
      const turn = (cells: Cells) => transposed(cells.toReversed());
      const [one, two, three] = [turn(g), turn(turn(g)), turn(turn(turn(g)))];
      return [
        ...g.map((row, r) => [...row, ...one[r]]),
        ...three.map((row, r) => [...row, ...two[r]]),
      ];
    },
    python: `
def unfold_turning(g):
    turns = [g]
    for _ in range(3):
        turns.append(transposed(turns[-1][::-1]))
    check_same_shape(g, turns[1])
    a, b, c, d = turns
    return [p + q for p, q in zip(a, b)] + [p + q for p, q in zip(d, c)]`,
  }),
  operation({
    name: "self_tile",
    takes: ["grid"],
    gives: "grid",
    meaning: "a copy of the grid for each of its cells that is not background",
    apply: (g) => product(g, (v, b) => v !== b),
    python: `
def self_tile(g):
    b = background(g)
    return [[v if x != b else b for x in upper for v in row] for upper in g for row in g]`,
  }),
  operation({
    name: "self_tile_inverse",
    takes: ["grid"],
    gives: "grid",
    meaning: "a copy of the grid for each of its cells that is background",
    apply: (g) => product(g, (v, b) => v === b),
    python: `
def self_tile_inverse(g):
    b = background(g)
    return [[v if x == b else b for x in upper for v in row] for upper in g for row in g]`,
  }),
  operation({
    name: "extend_right",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "rows continued to a width by their own repetition",
    apply: (g, w) => w <= g[0].length ? null : g.map((row) => continued(row, w)),
    python: `
def extend_right(g, w):
    return [continued(row, w) for row in g]`,
  }),
  operation({
    name: "extend_down",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "columns continued to a height by their own repetition",
    apply: (g, h) =>
      h <= g.length ? null : transposed(transposed(g).map((row) => continued(row, h))),
    python: `
def extend_down(g, h):
    return transposed([continued(column, h) for column in transposed(g)])`,
  }),
  operation({
    name: "pad",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "a ring of a colour laid around the grid",
    apply: (g, colour) =>
      make(g.length + 2, g[0].length + 2, (r, c) => cellAt(g, r - 1, c - 1) ?? colour),
    python: `
def pad(g, colour):
    edge = [[colour] * (len(g[0]) + 2)]
    return edge + [[colour] + row + [colour] for row in g] + edge`,
  }),
  operation({
    name: "centre_on",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "put in the middle of a black square of the given side",
    apply: (g, n) => {
      const [top, left] = [Math.floor((n - g.length) / 2), Math.floor((n - g[0].length) / 2)];
      return top < 0 || left < 0 ? null : make(n, n, (r, c) => cellAt(g, r - top, c - left) ?? 0);
    },
    python: `
def centre_on(g, n):
    h, w = len(g), len(g[0])
    top, left = (n - h) // 2, (n - w) // 2
    if top < 0 or left < 0:
        raise ValueError("too large")
    rows = [[0] * left + row + [0] * (n - w - left) for row in g]
    return [[0] * n for _ in range(top)] + rows + [[0] * n for _ in range(n - h - top)]`,
  }),
];

/** Python twin of {@link continued}. */
export const TILING_PARTS: Readonly<Record<string, string>> = {
  continued: `
def continued(row, size):
    if size <= len(row):
        raise ValueError("long enough")
    p = 1
    while row[p:] != row[:-p]:
        p += 1
        if p >= len(row):
            break
    return [row[i % p] for i in range(size)]`,
};

function stretch(g: Cells, h: number, w: number): Cells | null {
  if (h < 1 || w < 1 || h * g.length > 30 || w * g[0].length > 30) return null;
  return make(g.length * h, g[0].length * w, (r, c) => g[Math.floor(r / h)][Math.floor(c / w)]);
}

function tile(g: Cells, down: number, across: number): Cells | null {
  const [h, w] = [g.length, g[0].length];
  if (down < 1 || across < 1 || h * down > 30 || w * across > 30) return null;
  return make(h * down, w * across, (r, c) => g[r % h][c % w]);
}

function product(g: Cells, there: (v: number, b: number) => boolean): Cells | null {
  const [h, w] = [g.length, g[0].length];
  if (h * h > 30 || w * w > 30) return null;
  const b = background(g);
  const on = mapCells(g, (v) => Number(there(v, b)));
  return make(
    h * h,
    w * w,
    (r, c) => on[Math.floor(r / h)][Math.floor(c / w)] ? g[r % h][c % w] : b,
  );
}

function continued(row: readonly number[], size: number): number[] {
  let p = 1;
  while (p < row.length && row.some((v, i) => i >= p && v !== row[i - p])) p++;
  return Array.from({ length: size }, (_, i) => row[i % p]);
}
