/**
 * What can be said of a cell by its place.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { mapCells } from "../parts/cells.ts";

interface ByPlace {
  readonly name: string;
  readonly meaning: string;
  readonly of: (r: number, c: number, h: number, w: number) => number;
  /** Python expression of r, c, h, w. */
  readonly python: string;
}

const BY_PLACE: readonly ByPlace[] = [
  { name: "row_index", meaning: "row from the top", of: (r) => r, python: "r" },
  { name: "column_index", meaning: "column from the left", of: (_r, c) => c, python: "c" },
  {
    name: "row_index_up",
    meaning: "row from below",
    of: (r, _c, h) => h - 1 - r,
    python: "h - 1 - r",
  },
  {
    name: "column_index_back",
    meaning: "column from the right",
    of: (_r, c, _h, w) => w - 1 - c,
    python: "w - 1 - c",
  },
  { name: "row_parity", meaning: "whether the row is odd", of: (r) => r % 2, python: "r % 2" },
  {
    name: "column_parity",
    meaning: "whether the column is odd",
    of: (_r, c) => c % 2,
    python: "c % 2",
  },
  { name: "checker", meaning: "the chessboard", of: (r, c) => (r + c) % 2, python: "(r + c) % 2" },
  { name: "row_third", meaning: "row modulo 3", of: (r) => r % 3, python: "r % 3" },
  { name: "column_third", meaning: "column modulo 3", of: (_r, c) => c % 3, python: "c % 3" },
  {
    name: "diagonal_third",
    meaning: "diagonal modulo 3",
    of: (r, c) => (r + c) % 3,
    python: "(r + c) % 3",
  },
  {
    name: "column_parity_back",
    meaning: "whether the column from the right is odd",
    of: (_r, c, _h, w) => (w - 1 - c) % 2,
    python: "(w - 1 - c) % 2",
  },
  {
    name: "edge_distance",
    meaning: "steps to the nearest edge",
    of: (r, c, h, w) => Math.min(r, c, h - 1 - r, w - 1 - c),
    python: "min(r, c, h - 1 - r, w - 1 - c)",
  },
  {
    name: "edge_distance_parity",
    meaning: "whether the steps to the nearest edge are odd",
    of: (r, c, h, w) => Math.min(r, c, h - 1 - r, w - 1 - c) % 2,
    python: "min(r, c, h - 1 - r, w - 1 - c) % 2",
  },
  {
    name: "on_diagonal",
    meaning: "bits for lying on the main and on the other diagonal",
    of: (r, c, _h, w) => Number(r === c) + 2 * Number(r + c === w - 1),
    python: "(r == c) + 2 * (r + c == w - 1)",
  },
];

/** Operations from a grid to numbers for its cells, whatever their colours. */
export const PLACE_FEATURES: readonly Operation[] = [
  ...BY_PLACE.map(({ name, meaning, of, python }) =>
    operation({
      name,
      takes: ["grid"],
      gives: "features",
      meaning,
      apply: (g) => mapCells(g, (_, r, c) => of(r, c, g.length, g[0].length)),
      python: `
def ${name}(g):
    h, w = len(g), len(g[0])
    return [[${python} for c in range(w)] for r in range(h)]`,
    })
  ),
];
