/**
 * Taking a grid apart into smaller grids.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, boxOf, cut, mapCells, rankedColours, transposed } from "../parts/cells.ts";
import { components } from "../parts/components.ts";
import type { Cells, Place } from "../value.ts";

/** Operations from a grid to pieces. */
export const SPLIT: readonly Operation[] = [
  ...([2, 3] as const).flatMap((n) => {
    const word = n === 2 ? "halves" : "thirds";
    return [
      operation({
        name: `${word}_v`,
        takes: ["grid"],
        gives: "pieces",
        meaning: `the upper to the lower of its ${word}, dividing lines left out`,
        apply: (g) => bands(g, n),
        python: `
def ${word}_v(g):
    return bands(g, ${n})`,
      }),
      operation({
        name: `${word}_h`,
        takes: ["grid"],
        gives: "pieces",
        meaning: `the left to the right of its ${word}, dividing lines left out`,
        apply: (g) => bands(transposed(g), n)?.map(transposed) ?? null,
        python: `
def ${word}_h(g):
    return [transposed(piece) for piece in bands(transposed(g), ${n})]`,
      }),
    ];
  }),
  operation({
    name: "quarters",
    takes: ["grid"],
    gives: "pieces",
    meaning: "its four quarters in reading order, dividing lines left out",
    apply: (g) => {
      const halves = bands(g, 2)?.map((half) => bands(transposed(half), 2)?.map(transposed));
      return halves?.[0] && halves[1] ? [...halves[0], ...halves[1]] : null;
    },
    python: `
def quarters(g):
    return [transposed(q) for half in bands(g, 2) for q in bands(transposed(half), 2)]`,
  }),
  operation({
    name: "lattice",
    takes: ["grid"],
    gives: "pieces",
    meaning: "the fields between full lines of one colour, in reading order",
    apply: (g) => fields(g)?.flat() ?? null,
    python: `
def lattice(g):
    return [field for row in fields(g) for field in row]`,
  }),
  ...([
    ["crops_4", false, true, "objects of one colour joined side by side"],
    ["crops_8", true, true, "objects of one colour joined also at corners"],
    ["crops_mixed", true, false, "objects of any colours joined also at corners"],
  ] as const).map(([name, diagonal, oneColour, what]) =>
    operation({
      name,
      takes: ["grid"],
      gives: "pieces",
      meaning: `the boxes around ${what}`,
      apply: (g) =>
        components(g, { diagonal, oneColour, skip: background(g) })
          .map((places) => cut(g, boxOf(places))!),
      python: `
def ${name}(g):
    items = components(g, ${diagonal ? "True" : "False"}, ${
        oneColour ? "True" : "False"
      }, background(g))
    return [cut(g, box_of(places)) for places in items]`,
    })
  ),
  operation({
    name: "cutouts_8",
    takes: ["grid"],
    gives: "pieces",
    meaning: "objects of one colour joined also at corners, each alone in its box",
    apply: (g) => {
      const skip = background(g);
      return components(g, { diagonal: true, oneColour: true, skip })
        .map((places) => alone(g, places, skip));
    },
    python: `
def cutouts_8(g):
    skip = background(g)
    found = []
    for places in components(g, True, True, skip):
        out = [[skip] * len(row) for row in g]
        for r, c in places:
            out[r][c] = g[r][c]
        found.append(cut(out, box_of(places)))
    return found`,
  }),
  operation({
    name: "layers",
    takes: ["grid"],
    gives: "pieces",
    meaning: "one grid for each colour, the commonest first",
    apply: (g) => {
      const b = background(g);
      return rankedColours(g).map((colour) => mapCells(g, (v) => (v === colour ? v : b)));
    },
    python: `
def layers(g):
    b = background(g)
    return [[[v if v == k else b for v in row] for row in g] for k in ranked_colours(g)]`,
  }),
  operation({
    name: "colour_boxes",
    takes: ["grid"],
    gives: "pieces",
    meaning: "the box around the cells of each colour, the commonest first",
    apply: (g) =>
      rankedColours(g).map((colour) => {
        const places: Place[] = [];
        g.forEach((row, r) => row.forEach((v, c) => v === colour && places.push([r, c])));
        return cut(g, boxOf(places))!;
      }),
    python: `
def colour_boxes(g):
    return [cut(g, box_of(places_where(g, lambda v: v == k))) for k in ranked_colours(g)]`,
  }),
  operation({
    name: "rows",
    takes: ["grid"],
    gives: "pieces",
    meaning: "its rows, each a grid",
    apply: (g) => g.map((row) => [row]),
    python: `
def rows(g):
    return [[row] for row in g]`,
  }),
  operation({
    name: "columns",
    takes: ["grid"],
    gives: "pieces",
    meaning: "its columns, each a grid",
    apply: (g) => transposed(g).map((column) => column.map((v) => [v])),
    python: `
def columns(g):
    return [[[v] for v in column] for column in transposed(g)]`,
  }),
];

/** Python twins of the functions below. */
export const SPLIT_PARTS: Readonly<Record<string, string>> = {
  bands: `
def bands(g, n):
    size = len(g) // n
    gap = (len(g) - size * n) // (n - 1)
    if size < 1 or size * n + gap * (n - 1) != len(g):
        raise ValueError("does not divide")
    return [g[i * (size + gap):i * (size + gap) + size] for i in range(n)]`,
  runs: `
def runs(flags):
    found, start = [], None
    for i, line in enumerate(flags + [True]):
        if not line and start is None:
            start = i
        if line and start is not None:
            found.append((start, i - start))
            start = None
    return found`,
  fields: `
def fields(g):
    return [[cut(g, box) for box in row] for row in field_boxes(g)]`,
  field_boxes: `
def field_boxes(g):
    b = background(g)
    lines = [row[0] for row in g + transposed(g) if len(set(row)) == 1 and row[0] != b]
    if not lines:
        raise ValueError("no lines")
    across = runs([set(row) == {lines[0]} for row in g])
    down = runs([set(column) == {lines[0]} for column in transposed(g)])
    return [[(r, c, h, w) for c, w in down] for r, h in across]`,
};

/** `n` bands of rows of equal height, equal gaps between them left out; null if impossible. */
function bands(g: Cells, n: number): Cells[] | null {
  const size = Math.floor(g.length / n);
  const gap = Math.floor((g.length - size * n) / (n - 1));
  if (size < 1 || size * n + gap * (n - 1) !== g.length) return null;
  return Array.from({ length: n }, (_, i) => g.slice(i * (size + gap), i * (size + gap) + size));
}

/** The fields between full lines, row by row; null without lines. */
export function fields(g: Cells): Cells[][] | null {
  return fieldBoxes(g)?.map((row) => row.map((box) => cut(g, box)!)) ?? null;
}

/** Boxes of the fields between full lines: top, left, height, width; null without lines. */
export function fieldBoxes(g: Cells): [number, number, number, number][][] | null {
  const b = background(g);
  const columns = transposed(g);
  const line = [...g, ...columns].find((row) => row[0] !== b && row.every((v) => v === row[0]));
  if (!line) return null;
  const across = runs(g.map((row) => row.every((v) => v === line[0])));
  const down = runs(columns.map((column) => column.every((v) => v === line[0])));
  if (across.length === 0 || down.length === 0) return null;
  return across.map(([r, h]) => down.map(([c, w]) => [r, c, h, w]));
}

function runs(flags: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  let start = -1;
  for (let i = 0; i <= flags.length; i++) {
    const line = i === flags.length || flags[i];
    if (!line && start < 0) start = i;
    if (line && start >= 0) {
      found.push([start, i - start]);
      start = -1;
    }
  }
  return found;
}

function alone(g: Cells, places: readonly Place[], skip: number): Cells {
  const out = mapCells(g, () => skip);
  for (const [r, c] of places) out[r][c] = g[r][c];
  return cut(out, boxOf(places))!;
}
