/**
 * What a fitted table looks its answer up by: a key for each cell, written as a text.
 *
 * A key may stand for a fixed colour or for one of the sources, grids to copy from. Where a key is
 * new to the table the first source answers: the given grid, or black for keys of features alone.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, mapCells, sameShape, transposed } from "../parts/cells.ts";
import { black, digitKeys, layeredKeys, patchedKeys } from "../parts/keys.ts";
import { ray } from "./lines.ts";

/** Operations that give keys. */
export const KEYS: readonly Operation[] = [
  operation({
    name: "by_colour",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour",
    apply: (g) => layeredKeys([g], [g]),
    python: `
def by_colour(g):
    return joined(g), [g]`,
  }),
  operation({
    name: "by_feature",
    takes: ["features"],
    gives: "keys",
    meaning: "one number",
    apply: (f) => layeredKeys([f], [black(f)]),
    python: `
def by_feature(f):
    return joined(f), [black(f)]`,
  }),
  operation({
    name: "by_colour_and_feature",
    takes: ["grid", "features"],
    gives: "keys",
    meaning: "the cell's colour and a number",
    apply: (g, f) => layeredKeys([g, f], [g]),
    python: `
def by_colour_and_feature(g, f):
    return joined(g, f), [g]`,
  }),
  operation({
    name: "by_features",
    takes: ["features", "features"],
    gives: "keys",
    meaning: "two numbers",
    apply: (e, f) => layeredKeys([e, f], [black(e)]),
    python: `
def by_features(e, f):
    return joined(e, f), [black(e)]`,
  }),
  operation({
    name: "by_colour_and_features",
    takes: ["grid", "features", "features"],
    gives: "keys",
    meaning: "the cell's colour and two numbers",
    apply: (g, e, f) => layeredKeys([g, e, f], [g]),
    python: `
def by_colour_and_features(g, e, f):
    return joined(g, e, f), [g]`,
  }),
  operation({
    name: "by_pieces",
    takes: ["pieces"],
    gives: "keys",
    meaning: "the colours at the cell's place in two to four pieces of one shape",
    apply: (pieces) =>
      pieces.length >= 2 && pieces.length <= 4 && pieces.every((p) => sameShape(p, pieces[0]))
        ? digitKeys(pieces[0], 10, pieces.length, ".", (r, c, i) => pieces[i][r][c], [pieces[0]])
        : null,
    python: `
def by_pieces(pieces):
    if len(pieces) not in range(2, 5):
        raise ValueError("two to four pieces are needed")
    return joined(*pieces), pieces[:1]`,
  }),
  operation({
    name: "by_grids",
    takes: ["grid", "grid"],
    gives: "keys",
    meaning: "the colours at the cell's place in two grids of one shape",
    apply: (a, b) => layeredKeys([a, b], [a]),
    python: `
def by_grids(a, b):
    return joined(a, b), [a]`,
  }),
  operation({
    name: "by_neighbours",
    takes: ["grid"],
    gives: "keys",
    meaning: "the three by three colours around the cell",
    apply: (g) => patchedKeys(g, 10, (v) => v),
    python: `
def by_neighbours(g):
    return patches(g, str), [g]`,
  }),
  operation({
    name: "by_filled_neighbours",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour, and which of the three by three around it are background",
    apply: (g) => {
      const b = background(g);
      const marks = patchedKeys(g, 2, (v) => Number(v !== b));
      return {
        codes: mapCells(marks.codes, (code, r, c) => code * 10 + g[r][c]),
        sources: [g],
        text: (code) => `${code % 10}.${marks.text(Math.floor(code / 10))}`,
      };
    },
    python: `
def by_filled_neighbours(g):
    b = background(g)
    marks = patches(g, lambda v: "0" if v == b else "1")
    return joined(g, marks), [g]`,
  }),
  operation({
    name: "by_sides",
    takes: ["grid"],
    gives: "keys",
    meaning: "the colours of the cell and above, left, right and below it",
    apply: (g) => {
      const at = [[0, 0], [-1, 0], [0, -1], [0, 1], [1, 0]];
      return digitKeys(g, 11, 5, "", (r, c, i) => cellAt(g, r + at[i][0], c + at[i][1]) ?? 10, [g]);
    },
    python: `
def by_sides(g):
    wide = ["x" + "".join(map(str, row)) + "x" for row in g]
    wide = ["x" * len(wide[0])] + wide + ["x" * len(wide[0])]
    key = lambda r, c: wide[r][c] + wide[r - 1][c] + wide[r][c - 1:c + 2:2] + wide[r + 1][c]
    return [[key(r + 1, c + 1) for c in range(len(g[0]))] for r in range(len(g))], [g]`,
  }),
  operation({
    name: "by_rays",
    takes: ["grid"],
    gives: "keys",
    meaning: "the colours seen from the cell to the right, left, down and up",
    apply: (g) => {
      const rays = (["right", "left", "down", "up"] as const).map((way) => ray(g, way));
      return digitKeys(g, 10, 5, ".", (r, c, i) => [g, ...rays][i][r][c], [g]);
    },
    python: `
def by_rays(g):
    return joined(g, ray_right(g), ray_left(g), ray_down(g), ray_up(g)), [g]`,
  }),
  operation({
    name: "by_lines",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour and the sets of colours of its row and its column",
    apply: (g) => {
      const bits = (line: readonly number[]) => line.reduce((set, v) => set | 1 << v, 0);
      const across = g.map(bits);
      const down = transposed(g).map(bits);
      const text = (set: number) => [..."0123456789"].filter((v) => set & 1 << Number(v)).join("");
      return {
        codes: mapCells(g, (v, r, c) => (across[r] << 10 | down[c]) * 10 + v),
        sources: [g],
        text: (code) => {
          const sets = Math.floor(code / 10);
          return `${code % 10}.${text(sets >> 10)}.${text(sets & 1023)}`;
        },
      };
    },
    python: `
def by_lines(g):
    text = lambda line: "".join(map(str, sorted(set(line))))
    across = [[text(row)] * len(row) for row in g]
    down = [list(map(text, zip(*g)))] * len(g)
    return joined(g, across, down), [g]`,
  }),
];

/** Python twins of the functions below. */
export const KEY_PARTS: Readonly<Record<string, string>> = {
  black: `
def black(f):
    return [[0] * len(row) for row in f]`,
  joined: `
def joined(*layers):
    for layer in layers:
        check_same_shape(layer, layers[0])
    return [[".".join(map(str, cell)) for cell in zip(*rows)] for rows in zip(*layers)]`,
  patches: `
def patches(g, mark):
    wide = ["x" + "".join(map(mark, row)) + "x" for row in g]
    wide = ["x" * len(wide[0])] + wide + ["x" * len(wide[0])]
    return [["".join(row[c:c + 3] for row in wide[r:r + 3]) for c in range(len(g[0]))]
            for r in range(len(g))]`,
};
