/**
 * Keys of tables that may copy: a key tells which of several sources a cell takes its colour from.
 *
 * Where the keys themselves hold no colours, one table holds for whatever colours a test brings.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, make, mapCells, sameShape, transposed } from "../parts/cells.ts";
import { digitKeys, layeredKeys } from "../parts/keys.ts";
import type { Cells } from "../value.ts";
import { ray } from "./lines.ts";

/** The eight cells around a cell and, first, itself. */
const AROUND = [[0, 0], [-1, 0], [0, -1], [0, 1], [1, 0], [-1, -1], [-1, 1], [1, -1], [1, 1]];

/** Operations that give keys with several sources. */
export const COPYING_KEYS: readonly Operation[] = [
  operation({
    name: "copy_by_feature",
    takes: ["grid", "features", "features"],
    gives: "keys",
    meaning: "a number tells whether to copy the cell or the colour in another number",
    apply: (g, f, s) => layeredKeys([f], [g, colours(s)]),
    python: `
def copy_by_feature(g, f, s):
    return keyed([f], [g, colours(s)])`,
  }),
  operation({
    name: "copy_by_colour_and_feature",
    takes: ["grid", "features", "features"],
    gives: "keys",
    meaning: "colour and a number tell whether to copy the cell or the colour in another number",
    apply: (g, f, s) => layeredKeys([g, f], [g, colours(s)]),
    python: `
def copy_by_colour_and_feature(g, f, s):
    return keyed([g, f], [g, colours(s)])`,
  }),
  operation({
    name: "copy_by_filled",
    takes: ["grid", "features", "features"],
    gives: "keys",
    meaning: "being background and a number tell whether to copy the cell or another number",
    apply: (g, f, s) => layeredKeys([filled(g), f], [g, colours(s)]),
    python: `
def copy_by_filled(g, f, s):
    return keyed([marked(g), f], [g, colours(s)])`,
  }),
  operation({
    name: "copy_either",
    takes: ["features", "features", "features"],
    gives: "keys",
    meaning: "a number tells which of the colours in two others to copy",
    apply: (f, s, t) => layeredKeys([f], [colours(s), colours(t)]),
    python: `
def copy_either(f, s, t):
    return keyed([f], [colours(s), colours(t)])`,
  }),
  operation({
    name: "copy_feature",
    takes: ["features", "features"],
    gives: "keys",
    meaning: "a number tells whether to copy the colour in another",
    apply: (f, s) => layeredKeys([f], [colours(s)]),
    python: `
def copy_feature(f, s):
    return keyed([f], [colours(s)])`,
  }),
  operation({
    name: "copy_grids",
    takes: ["grid", "grid"],
    gives: "keys",
    meaning: "being background or not in two grids tells which of them to copy",
    apply: (a, b) => sameShape(a, b) ? layeredKeys([filled(a), filled(b)], [a, b]) : null,
    python: `
def copy_grids(a, b):
    return keyed([marked(a), marked(b)], [a, b])`,
  }),
  operation({
    name: "copy_pieces",
    takes: ["pieces"],
    gives: "keys",
    meaning: "being black or not in two to nine pieces of one shape tells which of them to copy",
    apply: (pieces) =>
      pieces.length >= 2 && pieces.length <= 9 && pieces.every((p) => sameShape(p, pieces[0]))
        ? digitKeys(
          pieces[0],
          2,
          pieces.length,
          "",
          (r, c, i) => Number(pieces[i][r][c] !== 0),
          pieces,
        )
        : null,
    python: `
def copy_pieces(pieces):
    if len(pieces) not in range(2, 10):
        raise ValueError("two to nine pieces are needed")
    for p in pieces:
        check_same_shape(p, pieces[0])
    marks = lambda cell: "".join("1" if v else "0" for v in cell)
    return [[marks(cell) for cell in zip(*rows)] for rows in zip(*pieces)], list(pieces)`,
  }),
  operation({
    name: "copy_neighbours",
    takes: ["grid"],
    gives: "keys",
    meaning: "which of the three by three are background, and which alike, tells which to copy",
    apply: (g) => relative(g, AROUND.map(([i, j]) => moved(g, i, j))),
    python: `
def copy_neighbours(g):
    around = [(-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)]
    return relative(g, [g] + [moved(g, i, j) for i, j in around])`,
  }),
  operation({
    name: "copy_sides",
    takes: ["grid"],
    gives: "keys",
    meaning:
      "which of the cell and its four neighbours are background or alike tells which to copy",
    apply: (g) => relative(g, AROUND.slice(0, 5).map(([i, j]) => moved(g, i, j))),
    python: `
def copy_sides(g):
    return relative(g, [g] + [moved(g, i, j) for i, j in [(-1, 0), (0, -1), (0, 1), (1, 0)]])`,
  }),
  operation({
    name: "copy_rays",
    takes: ["grid"],
    gives: "keys",
    meaning: "which of the colours seen in the four directions are alike tells which to copy",
    apply: (g) =>
      relative(g, [g, ...(["right", "left", "down", "up"] as const).map((way) => ray(g, way))]),
    python: `
def copy_rays(g):
    return relative(g, [g, ray_right(g), ray_left(g), ray_down(g), ray_up(g)])`,
  }),
  operation({
    name: "copy_images",
    takes: ["grid"],
    gives: "keys",
    meaning: "which of the cell and its mirror images are background tells which to copy",
    apply: (g) => {
      const upside = g.toReversed();
      const back = (cells: Cells) => cells.map((row) => row.toReversed());
      const images = [g, back(g), upside, back(upside)];
      return relative(g, g.length === g[0].length ? [...images, transposed(g)] : images);
    },
    python: `
def copy_images(g):
    back = lambda cells: [row[::-1] for row in cells]
    images = [g, back(g), g[::-1], back(g[::-1])]
    return relative(g, images + [transposed(g)] if len(g) == len(g[0]) else images)`,
  }),
];

/** Python twins of the functions below. */
export const COPYING_KEY_PARTS: Readonly<Record<string, string>> = {
  colours: `
def colours(f):
    return [[v if v in range(10) else 0 for v in row] for row in f]`,
  keyed: `
def keyed(layers, sources):
    for source in sources:
        check_same_shape(source, layers[0])
    return joined(*layers), sources`,
  marked: `
def marked(g):
    b = background(g)
    return [[int(v != b) for v in row] for row in g]`,
  moved: `
def moved(g, i, j):
    b, h, w = background(g), len(g), len(g[0])
    inside = lambda r, c: 0 <= r < h and 0 <= c < w
    return [[g[r + i][c + j] if inside(r + i, c + j) else b for c in range(w)] for r in range(h)]`,
  relative: `
def relative(g, sources):
    b = background(g)
    def mark(cell):
        ranks = [v for v in dict.fromkeys(cell) if v != b]
        return "".join("0" if v == b else str(ranks.index(v) + 1) for v in cell)
    return [[mark(cell) for cell in zip(*rows)] for rows in zip(*sources)], sources`,
};

/** Numbers as colours; what is none becomes black. */
function colours(f: Cells): Cells {
  return mapCells(f, (v) => (v >= 0 && v <= 9 ? v : 0));
}

function filled(g: Cells): Cells {
  const b = background(g);
  return mapCells(g, (v) => Number(v !== b));
}

/** What stands so many rows down and columns to the right; background outside. */
function moved(g: Cells, i: number, j: number): Cells {
  const b = background(g);
  return make(g.length, g[0].length, (r, c) => cellAt(g, r + i, c + j) ?? b);
}

/** Keys that number the sources' colours in order of appearance: 0 is background. */
function relative(g: Cells, sources: readonly Cells[]) {
  const b = background(g);
  const ranks = new Array<number>(10);
  return digitKeys(g, 10, sources.length, "", (r, c, i) => {
    if (i === 0) {
      ranks.fill(0);
      let next = 1;
      for (const source of sources) {
        const v = source[r][c];
        if (v !== b && ranks[v] === 0) ranks[v] = next++;
      }
    }
    return ranks[sources[i][r][c]];
  }, sources);
}
