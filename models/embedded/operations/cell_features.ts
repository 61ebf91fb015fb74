/**
 * What can be said of a cell by its colour and its neighbours.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import {
  background,
  counts,
  mapCells,
  rankedColours,
  sameShape,
  transposed,
} from "../parts/cells.ts";
import { components, enclosed, spread } from "../parts/components.ts";
import type { Cells } from "../value.ts";
import { sideCells } from "./fill.ts";
import { ray } from "./lines.ts";

interface ByCell {
  readonly name: string;
  readonly meaning: string;
  /** Made once a grid: a function of value and place. */
  readonly of: (g: Cells) => (v: number, r: number, c: number) => number;
  /** Python statements of g that return the feature grid. */
  readonly python: string;
}

const BY_CELL: readonly ByCell[] = [
  {
    name: "filled_beside",
    meaning: "cells above, left, right and below that are not background",
    of: (g) => {
      const b = background(g);
      return (_v, r, c) => sideCells(g, r, c).filter((x) => x !== b).length;
    },
    python: `
    b = background(g)
    return [[sum(x != b for x in side_cells(g, r, c)) for c in range(len(row))]
            for r, row in enumerate(g)]`,
  },
  {
    name: "alike_beside",
    meaning: "cells above, left, right and below of the same colour",
    of: (g) => (v, r, c) => sideCells(g, r, c).filter((x) => x === v).length,
    python: `
    return [[sum(x == v for x in side_cells(g, r, c)) for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  },
  {
    name: "filled_around",
    meaning: "cells of the three by three around that are not background",
    of: (g) => {
      const b = background(g);
      return (_v, r, c) => around(g, r, c, (x) => x !== b);
    },
    python: `
    b = background(g)
    return [[sum(x != b for x in around(g, r, c)) for c in range(len(row))]
            for r, row in enumerate(g)]`,
  },
  {
    name: "alike_around",
    meaning: "cells of the three by three around of the same colour",
    of: (g) => (v, r, c) => around(g, r, c, (x) => x === v),
    python: `
    return [[sum(x == v for x in around(g, r, c)) for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  },
  {
    name: "commonest_around",
    meaning: "commonest colour beside the background in the three by three around, else background",
    of: (g) => {
      const b = background(g);
      return (_v, r, c) => {
        const count = new Array(10).fill(0);
        around(g, r, c, (x) => (count[x]++, false));
        count[b] = 0;
        const most = Math.max(...count);
        return most === 0 ? b : count.indexOf(most);
      };
    },
    python: `
    b = background(g)
    return [[commonest([around(g, r, c)], b) for c in range(len(row))] for r, row in enumerate(g)]`,
  },
  {
    name: "colour_count",
    meaning: "cells of its colour in the grid",
    of: (g) => {
      const count = counts(g);
      return (v) => count[v];
    },
    python: `
    flat = [v for row in g for v in row]
    count = {v: flat.count(v) for v in set(flat)}
    return [[count[v] for v in row] for row in g]`,
  },
  {
    name: "colour_rank",
    meaning: "place of its colour from the commonest on, -1 for background",
    of: (g) => {
      const ranked = rankedColours(g);
      return (v) => ranked.indexOf(v);
    },
    python: `
    rank = {v: i for i, v in enumerate(ranked_colours(g))}
    return [[rank.get(v, -1) for v in row] for row in g]`,
  },
  {
    name: "rarity",
    meaning: "place of its colour from the rarest on, -1 for background",
    of: (g) => {
      const ranked = rankedColours(g).reverse();
      return (v) => ranked.indexOf(v);
    },
    python: `
    rank = {v: i for i, v in enumerate(ranked_colours(g)[::-1])}
    return [[rank.get(v, -1) for v in row] for row in g]`,
  },
];

interface ByGrid {
  readonly name: string;
  readonly meaning: string;
  readonly of: (g: Cells) => Cells | null;
  /** Python expression of g. */
  readonly python: string;
}

const BY_GRID: readonly ByGrid[] = [
  { name: "cells", meaning: "its colour", of: (g) => g, python: "g" },
  {
    name: "image_h",
    meaning: "the colour mirrored left to right",
    of: (g) => g.map((row) => row.toReversed()),
    python: "[row[::-1] for row in g]",
  },
  {
    name: "image_v",
    meaning: "the colour mirrored top to bottom",
    of: (g) => g.toReversed(),
    python: "g[::-1]",
  },
  {
    name: "image_turned",
    meaning: "the colour after a half turn",
    of: (g) => g.toReversed().map((row) => row.toReversed()),
    python: "[row[::-1] for row in g[::-1]]",
  },
  {
    name: "image_diagonal",
    meaning: "the colour over the main diagonal, in a square",
    of: (g) => (g.length === g[0].length ? transposed(g) : null),
    python: "square_transposed(g)",
  },
  {
    name: "is_enclosed",
    meaning: "whether it is background that does not reach the edge",
    of: (g) => spread({ grid: g, items: enclosed(g) }, () => 1),
    python: "spread((g, enclosed(g)), lambda places: 1)",
  },
  {
    name: "enclosed_size",
    meaning: "size of its enclosed area of background, else -1",
    of: (g) => spread({ grid: g, items: enclosed(g) }, (places) => places.length),
    python: "spread((g, enclosed(g)), len)",
  },
  {
    name: "area_size",
    meaning: "size of its area of one colour, background too",
    of: (g) => {
      const items = components(g, { diagonal: false, oneColour: true, skip: -1 });
      return spread({ grid: g, items }, (places) => places.length);
    },
    python: "spread((g, components(g, False, True, -1)), len)",
  },
  ...(["right", "left", "down", "up"] as const).map((way) => ({
    name: `seen_${way}`,
    meaning: `its colour, or that of the cell it would be met by moving ${way}`,
    of: (g: Cells) => ray(g, way),
    python: `ray_${way}(g)`,
  })),
];

/** Operations from a grid to numbers for its cells. */
export const CELL_FEATURES: readonly Operation[] = [
  ...BY_CELL.map(({ name, meaning, of, python }) =>
    operation({
      name,
      takes: ["grid"],
      gives: "features",
      meaning,
      apply: (g) => mapCells(g, of(g)),
      python: `
def ${name}(g):${python}`,
    })
  ),
  ...BY_GRID.map(({ name, meaning, of, python }) =>
    operation({
      name,
      takes: ["grid"],
      gives: "features",
      meaning,
      apply: of,
      python: `
def ${name}(g):
    return ${python}`,
    })
  ),
  operation({
    name: "agrees",
    takes: ["features", "features"],
    gives: "features",
    meaning: "whether two numbers of the cell are equal",
    apply: (a, b) => sameShape(a, b) ? mapCells(a, (v, r, c) => Number(v === b[r][c])) : null,
    python: `
def agrees(a, b):
    check_same_shape(a, b)
    return [[int(x == y) for x, y in zip(p, q)] for p, q in zip(a, b)]`,
  }),
];

/** Python twins of the functions below. */
export const FEATURE_PARTS: Readonly<Record<string, string>> = {
  around: `
def around(g, r, c):
    return [v for row in g[max(0, r - 1):r + 2] for v in row[max(0, c - 1):c + 2]]`,
  square_transposed: `
def square_transposed(g):
    image = transposed(g)
    check_same_shape(g, image)
    return image`,
};

function around(g: Cells, r: number, c: number, test: (v: number) => boolean): number {
  let count = 0;
  for (let i = Math.max(0, r - 1); i <= Math.min(g.length - 1, r + 1); i++) {
    for (let j = Math.max(0, c - 1); j <= Math.min(g[0].length - 1, c + 1); j++) {
      if (test(g[i][j])) count++;
    }
  }
  return count;
}
