/**
 * What a fitted table looks its answer up by: a text for each cell.
 *
 * Where a key is new to the table the cell of `base` stays, or is black for keys of features alone.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, mapCells, sameShape } from "../parts/cells.ts";
import type { Cells, Keys } from "../value.ts";
import { ray } from "./lines.ts";

/** Operations that give keys. */
export const KEYS: readonly Operation[] = [
  operation({
    name: "by_colour",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour",
    apply: (g) => keys(g, g, (r, c) => `${g[r][c]}`),
    python: `
def by_colour(g):
    return joined(g), g`,
  }),
  operation({
    name: "by_feature",
    takes: ["features"],
    gives: "keys",
    meaning: "one number",
    apply: (f) => keys(f, null, (r, c) => `${f[r][c]}`),
    python: `
def by_feature(f):
    return joined(f), black(f)`,
  }),
  operation({
    name: "by_colour_and_feature",
    takes: ["grid", "features"],
    gives: "keys",
    meaning: "the cell's colour and a number",
    apply: (g, f) => sameShape(g, f) ? keys(g, g, (r, c) => `${g[r][c]}.${f[r][c]}`) : null,
    python: `
def by_colour_and_feature(g, f):
    return joined(g, f), g`,
  }),
  operation({
    name: "by_features",
    takes: ["features", "features"],
    gives: "keys",
    meaning: "two numbers",
    apply: (e, f) => sameShape(e, f) ? keys(e, null, (r, c) => `${e[r][c]}.${f[r][c]}`) : null,
    python: `
def by_features(e, f):
    return joined(e, f), black(e)`,
  }),
  operation({
    name: "by_colour_and_features",
    takes: ["grid", "features", "features"],
    gives: "keys",
    meaning: "the cell's colour and two numbers",
    apply: (g, e, f) =>
      sameShape(g, e) && sameShape(g, f)
        ? keys(g, g, (r, c) => `${g[r][c]}.${e[r][c]}.${f[r][c]}`)
        : null,
    python: `
def by_colour_and_features(g, e, f):
    return joined(g, e, f), g`,
  }),
  operation({
    name: "by_pieces",
    takes: ["pieces"],
    gives: "keys",
    meaning: "the colours at the cell's place in two to four pieces of one shape",
    apply: (pieces) =>
      pieces.length >= 2 && pieces.length <= 4 && pieces.every((p) => sameShape(p, pieces[0]))
        ? keys(pieces[0], pieces[0], (r, c) => pieces.map((p) => p[r][c]).join("."))
        : null,
    python: `
def by_pieces(pieces):
    if len(pieces) not in range(2, 5):
        raise ValueError("two to four pieces are needed")
    return joined(*pieces), pieces[0]`,
  }),
  operation({
    name: "by_grids",
    takes: ["grid", "grid"],
    gives: "keys",
    meaning: "the colours at the cell's place in two grids of one shape",
    apply: (a, b) => sameShape(a, b) ? keys(a, a, (r, c) => `${a[r][c]}.${b[r][c]}`) : null,
    python: `
def by_grids(a, b):
    return joined(a, b), a`,
  }),
  operation({
    name: "by_neighbours",
    takes: ["grid"],
    gives: "keys",
    meaning: "the three by three colours around the cell",
    apply: (g) => keys(g, g, (r, c) => patch(g, r, c, (v) => `${v}`)),
    python: `
def by_neighbours(g):
    return patches(g, str), g`,
  }),
  operation({
    name: "by_filled_neighbours",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour, and which of the three by three around it are background",
    apply: (g) => {
      const b = background(g);
      return keys(g, g, (r, c) => `${g[r][c]}.${patch(g, r, c, (v) => (v === b ? "0" : "1"))}`);
    },
    python: `
def by_filled_neighbours(g):
    b = background(g)
    marks = patches(g, lambda v: "0" if v == b else "1")
    return joined(g, marks), g`,
  }),
  operation({
    name: "by_sides",
    takes: ["grid"],
    gives: "keys",
    meaning: "the colours of the cell and above, left, right and below it",
    apply: (g) =>
      keys(
        g,
        g,
        (r, c) =>
          [
            g[r][c],
            g[r - 1]?.[c] ?? "x",
            g[r][c - 1] ?? "x",
            g[r][c + 1] ?? "x",
            g[r + 1]?.[c] ?? "x",
          ]
            .join(""),
      ),
    python: `
def by_sides(g):
    wide = ["x" + "".join(map(str, row)) + "x" for row in g]
    wide = ["x" * len(wide[0])] + wide + ["x" * len(wide[0])]
    key = lambda r, c: wide[r][c] + wide[r - 1][c] + wide[r][c - 1:c + 2:2] + wide[r + 1][c]
    return [[key(r + 1, c + 1) for c in range(len(g[0]))] for r in range(len(g))], g`,
  }),
  operation({
    name: "by_rays",
    takes: ["grid"],
    gives: "keys",
    meaning: "the colours seen from the cell to the right, left, down and up",
    apply: (g) => {
      const [a, b, c, d] = (["right", "left", "down", "up"] as const).map((way) => ray(g, way));
      return keys(g, g, (i, j) => `${g[i][j]}.${a[i][j]}${b[i][j]}${c[i][j]}${d[i][j]}`);
    },
    python: `
def by_rays(g):
    rays = zip(ray_right(g), ray_left(g), ray_down(g), ray_up(g))
    seen = [["".join(map(str, four)) for four in zip(*rows)] for rows in rays]
    return joined(g, seen), g`,
  }),
  operation({
    name: "by_lines",
    takes: ["grid"],
    gives: "keys",
    meaning: "the cell's colour and the sets of colours of its row and its column",
    apply: (g) => {
      const text = (line: readonly number[]) => [...new Set(line)].sort().join("");
      const across = g.map(text);
      const down = g[0].map((_, c) => text(g.map((row) => row[c])));
      return keys(g, g, (r, c) => `${g[r][c]}.${across[r]}.${down[c]}`);
    },
    python: `
def by_lines(g):
    text = lambda line: "".join(map(str, sorted(set(line))))
    across = [[text(row)] * len(row) for row in g]
    down = [list(map(text, zip(*g)))] * len(g)
    return joined(g, across, down), g`,
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

function keys(shape: Cells, base: Cells | null, key: (r: number, c: number) => string): Keys {
  return {
    keys: shape.map((row, r) => row.map((_, c) => key(r, c))),
    base: base ?? mapCells(shape, () => 0),
  };
}

function patch(g: Cells, r: number, c: number, mark: (v: number) => string): string {
  let text = "";
  for (let i = r - 1; i <= r + 1; i++) {
    for (let j = c - 1; j <= c + 1; j++) {
      const v = g[i]?.[j];
      text += v === undefined ? "x" : mark(v);
    }
  }
  return text;
}
