/**
 * What can be said of a cell by the nearest cell that is not background, by what is seen from it
 * along the diagonals, and by its field of a lattice.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, make, mapCells, placesWhere } from "../parts/cells.ts";
import { digitKeys } from "../parts/keys.ts";
import type { Cells, Place } from "../value.ts";
import { fieldBoxes } from "./split.ts";

/** Directions of the diagonals: row and column steps towards what is seen. */
const DIAGONALS = [
  ["up_left", -1, -1],
  ["up_right", -1, 1],
  ["down_left", 1, -1],
  ["down_right", 1, 1],
] as const;

/** What a feature says of the nearest cell: steps down, steps right, colour. */
const NEAREST = [
  [
    "nearest_row",
    "rows to the nearest other cell that is not background, 30 for level",
    "30 + i - r",
  ],
  [
    "nearest_column",
    "columns to the nearest other cell that is not background, 30 for level",
    "30 + j - c",
  ],
  ["nearest_colour", "colour of the nearest other cell that is not background", "g[i][j]"],
  [
    "nearest_distance",
    "steps to the nearest other cell that is not background",
    "abs(i - r) + abs(j - c)",
  ],
] as const;

/** What a feature says of a cell's field of a lattice. */
const FIELDS = [
  ["field_colour", "commonest colour of its field beside the background", "commonest(field, b)"],
  [
    "field_filled",
    "cells of its field that are not background",
    "sum(v != b for row in field for v in row)",
  ],
  ["field_row", "row within its field", "r"],
  ["field_column", "column within its field", "c"],
] as const;

/** Operations from a grid to numbers for its cells, and keys made of them. */
export const NEAR_FEATURES: readonly Operation[] = [
  ...NEAREST.map(([name, meaning, python], which) =>
    operation({
      name,
      takes: ["grid"],
      gives: "features",
      meaning,
      apply: (g) => {
        const near = nearest(g);
        return near && make(g.length, g[0].length, (r, c) => {
          const [i, j] = near[r][c];
          return [30 + i - r, 30 + j - c, g[i][j], Math.abs(i - r) + Math.abs(j - c)][which];
        });
      },
      python: `
def ${name}(g):
    near = nearest(g)
    out = [[0] * len(row) for row in g]
    for r, row in enumerate(near):
        for c, (i, j) in enumerate(row):
            out[r][c] = ${python}
    return out`,
    })
  ),
  ...DIAGONALS.map(([name, down, right]) =>
    operation({
      name: `seen_${name}`,
      takes: ["grid"],
      gives: "features",
      meaning: `its colour, or the first that is not background looking ${name.replace("_", " ")}`,
      apply: (g) => seen(g, down, right),
      python: `
def seen_${name}(g):
    return seen_along(g, ${down}, ${right})`,
    })
  ),
  ...FIELDS.map(([name, meaning, python], which) =>
    operation({
      name,
      takes: ["grid"],
      gives: "features",
      meaning: `${meaning}, -1 on the lines of a lattice`,
      apply: (g) => {
        const boxes = fieldBoxes(g)?.flat();
        if (!boxes) return null;
        const b = background(g);
        const out = mapCells(g, () => -1);
        for (const [top, left, h, w] of boxes) {
          const count = new Array<number>(10).fill(0);
          for (let r = top; r < top + h; r++) {
            for (let c = left; c < left + w; c++) count[g[r][c]]++;
          }
          const filled = h * w - count[b];
          count[b] = 0;
          const colour = filled === 0 ? b : count.indexOf(Math.max(...count));
          for (let r = 0; r < h; r++) {
            for (let c = 0; c < w; c++) out[top + r][left + c] = [colour, filled, r, c][which];
          }
        }
        return out;
      },
      python: `
def ${name}(g):
    b = background(g)
    out = [[-1] * len(row) for row in g]
    for row in field_boxes(g):
        for top, left, h, w in row:
            field = cut(g, (top, left, h, w))
            for r in range(h):
                for c in range(w):
                    out[top + r][left + c] = ${python}
    return out`,
    })
  ),
  operation({
    name: "lattice_filled",
    takes: ["grid"],
    gives: "features",
    meaning: "one number a field of a lattice: its cells that are not background",
    apply: (g) => {
      const b = background(g);
      return fieldBoxes(g)?.map((row) =>
        row.map(([top, left, h, w]) => {
          let filled = 0;
          for (let r = top; r < top + h; r++) {
            for (let c = left; c < left + w; c++) if (g[r][c] !== b) filled++;
          }
          return filled;
        })
      ) ?? null;
    },
    python: `
def lattice_filled(g):
    b = background(g)
    return [[sum(v != b for row in field for v in row) for field in row] for row in fields(g)]`,
  }),
  operation({
    name: "by_nearest",
    takes: ["grid"],
    gives: "keys",
    meaning: "where the nearest other cell that is not background is, and its colour; or copies it",
    apply: (g) => {
      const near = nearest(g);
      if (!near) return null;
      const colour = mapCells(g, (_, r, c) => g[near[r][c][0]][near[r][c][1]]);
      const layers = [
        g,
        colour,
        mapCells(g, (_, r, c) => 30 + near[r][c][0] - r),
        mapCells(g, (_, r, c) => 30 + near[r][c][1] - c),
      ];
      return digitKeys(g, 64, 4, ".", (r, c, i) => layers[i][r][c], [g, colour]);
    },
    python: `
def by_nearest(g):
    colour = nearest_colour(g)
    return joined(g, colour, nearest_row(g), nearest_column(g)), [g, colour]`,
  }),
  operation({
    name: "copy_by_nearest",
    takes: ["grid"],
    gives: "keys",
    meaning: "where the nearest other cell that is not background is; or copies it",
    apply: (g) => {
      const near = nearest(g);
      if (!near) return null;
      const b = background(g);
      const colour = mapCells(g, (_, r, c) => g[near[r][c][0]][near[r][c][1]]);
      return digitKeys(g, 64, 3, ".", (r, c, i) => {
        if (i === 0) return Number(g[r][c] !== b);
        return 30 + near[r][c][i - 1] - [r, c][i - 1];
      }, [g, colour]);
    },
    python: `
def copy_by_nearest(g):
    return joined(marked(g), nearest_row(g), nearest_column(g)), [g, nearest_colour(g)]`,
  }),
];

/** Python twins of the functions below. */
export const NEAR_FEATURE_PARTS: Readonly<Record<string, string>> = {
  nearest: `
def nearest(g):
    b = background(g)
    places = places_where(g, lambda v: v != b)
    def near(r, c):
        others = [(abs(i - r) + abs(j - c), i, j) for i, j in places if (i, j) != (r, c)]
        return min(others)[1:]
    return [[near(r, c) for c in range(len(row))] for r, row in enumerate(g)]`,
  seen_along: `
def seen_along(g, down, right):
    b, h, w = background(g), len(g), len(g[0])
    out = [row[:] for row in g]
    for r in range(h):
        for c in range(w):
            i, j = r, c
            while 0 <= i < h and 0 <= j < w:
                if g[i][j] != b:
                    out[r][c] = g[i][j]
                    break
                i, j = i + down, j + right
    return out`,
};

/** Most cells for which distances are worked out: each is compared with each. */
const MAX_PLACES = 120;

/** Place of the nearest other cell that is not background, the first of equals; null for none. */
function nearest(g: Cells): Place[][] | null {
  const b = background(g);
  const places = placesWhere(g, (v) => v !== b);
  if (places.length < 2 || places.length > MAX_PLACES) return null;
  return g.map((row, r) =>
    row.map((_, c) => {
      let best: Place = places[0];
      let least = Infinity;
      for (const place of places) {
        const distance = Math.abs(place[0] - r) + Math.abs(place[1] - c);
        if (distance < least && distance > 0) [best, least] = [place, distance];
      }
      return best;
    })
  );
}

function seen(g: Cells, down: number, right: number): number[][] {
  const b = background(g);
  return mapCells(g, (v, r, c) => {
    if (v !== b) return v;
    let [i, j] = [r + down, c + right];
    while (cellAt(g, i, j) === b) [i, j] = [i + down, j + right];
    return cellAt(g, i, j) ?? b;
  });
}
