/**
 * What can be said of a cell by the object it belongs to; -1 outside of objects.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, boxOf, cellAt, counts, cut, mapCells } from "../parts/cells.ts";
import { enclosed, spread, touchesEdge } from "../parts/components.ts";
import type { Objects, Place } from "../value.ts";

interface Measure {
  readonly name: string;
  readonly meaning: string;
  readonly of: (places: readonly Place[], objects: Objects) => number;
  /** Python expression of places, g and items. */
  readonly python: string;
}

const MEASURES: readonly Measure[] = [
  { name: "size", meaning: "cells", of: (places) => places.length, python: "len(places)" },
  {
    name: "height",
    meaning: "rows",
    of: (places) => boxOf(places)![2],
    python: "box_of(places)[2]",
  },
  {
    name: "width",
    meaning: "columns",
    of: (places) => boxOf(places)![3],
    python: "box_of(places)[3]",
  },
  {
    name: "gaps",
    meaning: "cells of its box that are not its own",
    of: (places) => {
      const [, , h, w] = boxOf(places)!;
      return h * w - places.length;
    },
    python: "box_of(places)[2] * box_of(places)[3] - len(places)",
  },
  {
    name: "form",
    meaning: "0 square, 1 upright, 2 lying, by its box",
    of: (places) => {
      const [, , h, w] = boxOf(places)!;
      return h === w ? 0 : h > w ? 1 : 2;
    },
    python:
      "[0, 1, 2][(box_of(places)[2] > box_of(places)[3]) + 2 * (box_of(places)[2] < box_of(places)[3])]",
  },
  {
    name: "at_edge",
    meaning: "whether it touches the edge",
    of: (places, { grid }) => Number(touchesEdge(grid, places)),
    python: "int(touches_edge(g, places))",
  },
  {
    name: "size_rank",
    meaning: "objects larger than it",
    of: (places, { items }) => items.filter((other) => other.length > places.length).length,
    python: "sum(len(other) > len(places) for other in items)",
  },
  {
    name: "size_rank_up",
    meaning: "objects smaller than it",
    of: (places, { items }) => items.filter((other) => other.length < places.length).length,
    python: "sum(len(other) < len(places) for other in items)",
  },
  {
    name: "same_size",
    meaning: "objects of its size",
    of: (places, { items }) => items.filter((other) => other.length === places.length).length,
    python: "sum(len(other) == len(places) for other in items)",
  },
  {
    name: "same_shape",
    meaning: "objects of its shape",
    of: (places, { items }) => {
      const shape = outlineOf(places);
      return items.filter((other) => other.length === places.length && outlineOf(other) === shape)
        .length;
    },
    python: "sum(shape_of(other) == shape_of(places) for other in items)",
  },
  {
    name: "from_left",
    meaning: "objects that begin further left",
    of: (places, { items }) => {
      const left = boxOf(places)![1];
      return items.filter((other) => boxOf(other)![1] < left).length;
    },
    python: "sum(box_of(other)[1] < box_of(places)[1] for other in items)",
  },
  {
    name: "from_top",
    meaning: "objects that begin higher",
    of: (places, { items }) => {
      const top = boxOf(places)![0];
      return items.filter((other) => boxOf(other)![0] < top).length;
    },
    python: "sum(box_of(other)[0] < box_of(places)[0] for other in items)",
  },
  {
    name: "holes",
    meaning: "enclosed areas of background in its box",
    of: (places, { grid }) => enclosed(ownPicture(places, grid)).length,
    python: "len(enclosed(own_picture(places, g)))",
  },
  {
    name: "mirrored",
    meaning: "whether its shape is its own mirror image left to right",
    of: (places) => {
      const [, left, , w] = boxOf(places)!;
      return Number(
        outlineOf(places) === outlineOf(places.map(([r, c]) => [r, 2 * left + w - 1 - c])),
      );
    },
    python: "int(shape_of(places) == shape_of([(r, -c) for r, c in places]))",
  },
  {
    name: "colours",
    meaning: "number of its colours",
    of: (places, { grid }) => new Set(places.map(([r, c]) => grid[r][c])).size,
    python: "len({g[r][c] for r, c in places})",
  },
  {
    name: "main_colour",
    meaning: "its commonest colour",
    of: (places, { grid }) => colourOf(places, grid, 1),
    python: "colour_of(places, g, -1)",
  },
  {
    name: "odd_colour",
    meaning: "its rarest colour",
    of: (places, { grid }) => colourOf(places, grid, -1),
    python: "colour_of(places, g, 1)",
  },
  {
    name: "box_colour",
    meaning:
      "commonest colour, beside background and its first cell's, in its box; else background",
    of: (places, { grid }) => {
      const count = counts(cut(grid, boxOf(places))!);
      count[background(grid)] = 0;
      count[grid[places[0][0]][places[0][1]]] = 0;
      const most = Math.max(...count);
      return most === 0 ? background(grid) : count.indexOf(most);
    },
    python: "box_colour(places, g)",
  },
  {
    name: "alike",
    meaning: "objects of its first cell's colour",
    of: ([[r, c]], { grid, items }) => items.filter(([[i, j]]) => grid[i][j] === grid[r][c]).length,
    python: "sum(g[other[0][0]][other[0][1]] == g[places[0][0]][places[0][1]] for other in items)",
  },
  {
    name: "twin_colour",
    meaning:
      "main colour of the first other object of its shape and another main colour, else its own",
    of: (places, { grid, items }) => {
      const own = colourOf(places, grid, 1);
      const shape = outlineOf(places);
      const twin = items.find((other) =>
        other.length === places.length && colourOf(other, grid, 1) !== own &&
        outlineOf(other) === shape
      );
      return twin ? colourOf(twin, grid, 1) : own;
    },
    python: "twin_colour(places, g, items)",
  },
  {
    name: "touched_colour",
    meaning: "commonest colour, beside the background and its own, around it; else background",
    of: (places, { grid }) => {
      const b = background(grid);
      const own = new Set(places.map(([r, c]) => grid[r][c]));
      const count = new Array<number>(10).fill(0);
      for (const [r, c] of places) {
        for (let i = r - 1; i <= r + 1; i++) {
          for (let j = c - 1; j <= c + 1; j++) {
            const v = cellAt(grid, i, j);
            if (v !== undefined && v !== b && !own.has(v)) count[v]++;
          }
        }
      }
      const most = Math.max(...count);
      return most === 0 ? b : count.indexOf(most);
    },
    python: "touched_colour(places, g)",
  },
  {
    name: "column_colour",
    meaning: "commonest colour, beside the background and its own, in its columns; else background",
    of: (places, { grid }) => {
      const [, left, , w] = boxOf(places)!;
      return lineColour(places, grid.map((row) => row.slice(left, left + w)), grid);
    },
    python:
      "line_colour(places, [row[box_of(places)[1]:sum(box_of(places)[1::2])] for row in g], g)",
  },
  {
    name: "row_colour",
    meaning: "commonest colour, beside the background and its own, in its rows; else background",
    of: (places, { grid }) => {
      const [top, , h] = boxOf(places)!;
      return lineColour(places, grid.slice(top, top + h), grid);
    },
    python: "line_colour(places, g[box_of(places)[0]:sum(box_of(places)[0::2])], g)",
  },
];

/** Operations from objects to numbers for cells. */
export const OBJECT_FEATURES: readonly Operation[] = [
  ...MEASURES.map(({ name, meaning, of, python }) =>
    operation({
      name: `object_${name}`,
      takes: ["objects"],
      gives: "features",
      meaning: `of its object: ${meaning}`,
      apply: (objects) => spread(objects, (places) => of(places, objects)),
      python: `
def object_${name}(objects):
    g, items = objects
    return spread(objects, lambda places: ${python})`,
    })
  ),
];

/** Python twins of the functions below. */
export const OBJECT_FEATURE_PARTS: Readonly<Record<string, string>> = {
  shape_of: `
def shape_of(places):
    top, left, h, w = box_of(places)
    return {(r - top, c - left) for r, c in places}`,
  own_picture: `
def own_picture(places, g):
    top, left, h, w = box_of(places)
    own = set(places)
    return [[int((r, c) in own) for c in range(left, left + w)] for r in range(top, top + h)]`,
  colour_of: `
def colour_of(places, g, sign):
    flat = [g[r][c] for r, c in places]
    return min(flat, key=lambda v: (sign * flat.count(v), v))`,
  twin_colour: `
def twin_colour(places, g, items):
    own = colour_of(places, g, -1)
    for other in items:
        if colour_of(other, g, -1) != own and shape_of(other) == shape_of(places):
            return colour_of(other, g, -1)
    return own`,
  touched_colour: `
def touched_colour(places, g):
    own = {g[r][c] for r, c in places}
    near = [[v for v in around(g, r, c) if v not in own] for r, c in places]
    return commonest(near, background(g))`,
  line_colour: `
def line_colour(places, lines, g):
    own = {g[r][c] for r, c in places}
    return commonest([[v for v in line if v not in own] for line in lines], background(g))`,
  box_colour: `
def box_colour(places, g):
    b, own = background(g), g[places[0][0]][places[0][1]]
    return commonest([[v for v in row if v != own] for row in cut(g, box_of(places))], b)`,
};

function lineColour(places: readonly Place[], lines: Objects["grid"], grid: Objects["grid"]) {
  const b = background(grid);
  const own = new Set(places.map(([r, c]) => grid[r][c]));
  const count = counts(lines).map((n, v) => (v === b || own.has(v) ? 0 : n));
  const most = Math.max(...count);
  return most === 0 ? b : count.indexOf(most);
}

/** A text that two groups of places share when one is the other moved. */
function outlineOf(places: readonly Place[]): string {
  const [top, left] = boxOf(places)!;
  return places.map(([r, c]) => (r - top) * 64 + c - left).sort((a, b) => a - b).join(" ");
}

function ownPicture(places: readonly Place[], grid: Objects["grid"]): number[][] {
  const box = boxOf(places)!;
  const own = mapCells(grid, () => 0);
  for (const [r, c] of places) own[r][c] = 1;
  return cut(own, box)!.map((row) => [...row]);
}

function colourOf(places: readonly Place[], grid: Objects["grid"], sign: 1 | -1): number {
  const count = new Array(10).fill(0);
  for (const [r, c] of places) count[grid[r][c]]++;
  let best = -1;
  for (let v = 0; v < 10; v++) {
    if (count[v] > 0 && (best < 0 || sign * count[v] > sign * count[best])) best = v;
  }
  return best;
}
