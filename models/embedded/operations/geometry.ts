/**
 * Turning, mirroring and shifting whole grids.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, make, mapCells, transposed } from "../parts/cells.ts";

/** Operations that move every cell. */
export const GEOMETRY: readonly Operation[] = [
  operation({
    name: "mirror_h",
    takes: ["grid"],
    gives: "grid",
    meaning: "left and right exchanged",
    apply: (g) => g.map((row) => row.toReversed()),
    python: `
def mirror_h(g):
    return [row[::-1] for row in g]`,
  }),
  operation({
    name: "mirror_v",
    takes: ["grid"],
    gives: "grid",
    meaning: "top and bottom exchanged",
    apply: (g) => g.toReversed(),
    python: `
def mirror_v(g):
    return g[::-1]`,
  }),
  operation({
    name: "rotate_90",
    takes: ["grid"],
    gives: "grid",
    meaning: "a quarter turn clockwise",
    apply: (g) => transposed(g.toReversed()),
    python: `
def rotate_90(g):
    return transposed(g[::-1])`,
  }),
  operation({
    name: "rotate_180",
    takes: ["grid"],
    gives: "grid",
    meaning: "a half turn",
    apply: (g) => g.toReversed().map((row) => row.toReversed()),
    python: `
def rotate_180(g):
    return [row[::-1] for row in g[::-1]]`,
  }),
  operation({
    name: "rotate_270",
    takes: ["grid"],
    gives: "grid",
    meaning: "a quarter turn counter-clockwise",
    apply: (g) => transposed(g).toReversed(),
    python: `
def rotate_270(g):
    return transposed(g)[::-1]`,
  }),
  operation({
    name: "transpose",
    takes: ["grid"],
    gives: "grid",
    meaning: "rows and columns exchanged",
    apply: (g) => transposed(g),
    python: `
def transpose(g):
    return transposed(g)`,
  }),
  operation({
    name: "antitranspose",
    takes: ["grid"],
    gives: "grid",
    meaning: "mirrored on the other diagonal",
    apply: (g) => make(g[0].length, g.length, (r, c) => g[g.length - 1 - c][g[0].length - 1 - r]),
    python: `
def antitranspose(g):
    return [row[::-1] for row in transposed(g)[::-1]]`,
  }),
  operation({
    name: "shift_right",
    takes: ["grid"],
    gives: "grid",
    meaning: "moved one cell right, background coming in",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (_, r, c) => (c > 0 ? g[r][c - 1] : b));
    },
    python: `
def shift_right(g):
    b = background(g)
    return [[b] + row[:-1] for row in g]`,
  }),
  operation({
    name: "shift_left",
    takes: ["grid"],
    gives: "grid",
    meaning: "moved one cell left, background coming in",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (_, r, c) => g[r][c + 1] ?? b);
    },
    python: `
def shift_left(g):
    b = background(g)
    return [row[1:] + [b] for row in g]`,
  }),
  operation({
    name: "shift_down",
    takes: ["grid"],
    gives: "grid",
    meaning: "moved one cell down, background coming in",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (_, r, c) => (r > 0 ? g[r - 1][c] : b));
    },
    python: `
def shift_down(g):
    return [[background(g)] * len(g[0])] + g[:-1]`,
  }),
  operation({
    name: "shift_up",
    takes: ["grid"],
    gives: "grid",
    meaning: "moved one cell up, background coming in",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (_, r, c) => (r + 1 < g.length ? g[r + 1][c] : b));
    },
    python: `
def shift_up(g):
    return g[1:] + [[background(g)] * len(g[0])]`,
  }),
  operation({
    name: "rotate_columns",
    takes: ["grid"],
    gives: "grid",
    meaning: "columns moved one to the right, the last becoming the first",
    apply: (g) => g.map((row) => [row[row.length - 1], ...row.slice(0, -1)]),
    python: `
def rotate_columns(g):
    return [row[-1:] + row[:-1] for row in g]`,
  }),
  operation({
    name: "rotate_rows",
    takes: ["grid"],
    gives: "grid",
    meaning: "rows moved one down, the last becoming the first",
    apply: (g) => [g[g.length - 1], ...g.slice(0, -1)],
    python: `
def rotate_rows(g):
    return g[-1:] + g[:-1]`,
  }),
];
