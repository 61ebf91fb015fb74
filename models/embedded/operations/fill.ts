/**
 * Filling, outlining, cleaning and growing.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, mapCells } from "../parts/cells.ts";
import { components, enclosed } from "../parts/components.ts";
import type { Cells, Place } from "../value.ts";

/** Operations on the neighbourhoods of cells. */
export const FILL: readonly Operation[] = [
  operation({
    name: "fill_holes",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "enclosed background gets a colour",
    apply: (g, colour) => painted(g, enclosed(g).flat(), colour),
    python: `
def fill_holes(g, colour):
    out = [row[:] for row in g]
    for area in enclosed(g):
        for r, c in area:
            out[r][c] = colour
    return out`,
  }),
  operation({
    name: "flood_holes",
    takes: ["grid"],
    gives: "grid",
    meaning: "enclosed background gets the colour above its first cell",
    apply: (g) => {
      let out = g;
      for (const area of enclosed(g)) {
        const [r, c] = area[0];
        out = painted(out, area, g[r - 1][c]);
      }
      return out;
    },
    python: `
def flood_holes(g):
    out = [row[:] for row in g]
    for area in enclosed(g):
        top, left = area[0]
        for r, c in area:
            out[r][c] = g[top - 1][left]
    return out`,
  }),
  operation({
    name: "outline_8",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "background that touches anything, also at a corner, gets a colour",
    apply: (g, colour) => outlined(g, colour, true),
    python: `
def outline_8(g, colour):
    b = background(g)
    near = lambda r, c: any(v != b for row in g[max(0, r - 1):r + 2] for v in row[max(0, c - 1):c + 2])
    return [[colour if v == b and near(r, c) else v for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  operation({
    name: "outline_4",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "background that touches anything side by side gets a colour",
    apply: (g, colour) => outlined(g, colour, false),
    python: `
def outline_4(g, colour):
    b = background(g)
    near = lambda r, c: any(v != b for v in side_cells(g, r, c))
    return [[colour if v == b and near(r, c) else v for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  operation({
    name: "hollow",
    takes: ["grid"],
    gives: "grid",
    meaning: "cells with no background around them, nor the edge, become background",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (v, r, c) => (isCore(g, b, r, c) ? b : v));
    },
    python: `
def hollow(g):
    b = background(g)
    return [[b if is_core(g, b, r, c) else v for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  operation({
    name: "core",
    takes: ["grid"],
    gives: "grid",
    meaning: "only cells with no background around them, nor the edge, are kept",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (v, r, c) => (isCore(g, b, r, c) ? v : b));
    },
    python: `
def core(g):
    b = background(g)
    return [[v if is_core(g, b, r, c) else b for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  operation({
    name: "frame",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the outermost ring of cells gets a colour",
    apply: (g, colour) => {
      const [h, w] = [g.length - 1, g[0].length - 1];
      return mapCells(g, (v, r, c) => (r === 0 || c === 0 || r === h || c === w ? colour : v));
    },
    python: `
def frame(g, colour):
    h, w = len(g) - 1, len(g[0]) - 1
    return [[colour if r in (0, h) or c in (0, w) else v for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  operation({
    name: "drop_specks",
    takes: ["grid"],
    gives: "grid",
    meaning: "single cells, with nothing of any colour around them, become background",
    apply: (g) => {
      const b = background(g);
      const items = components(g, { diagonal: true, oneColour: false, skip: b });
      return painted(g, items.filter((item) => item.length === 1).flat(), b);
    },
    python: `
def drop_specks(g):
    b = background(g)
    specks = {item[0] for item in components(g, True, False, b) if len(item) == 1}
    return [[b if (r, c) in specks else v for c, v in enumerate(row)] for r, row in enumerate(g)]`,
  }),
  operation({
    name: "smooth",
    takes: ["grid"],
    gives: "grid",
    meaning: "each cell gets the commonest colour of the up to nine cells around it",
    apply: (g) =>
      mapCells(g, (_, r, c) => {
        const count = new Array(10).fill(0);
        for (let i = r - 1; i <= r + 1; i++) {
          for (let j = c - 1; j <= c + 1; j++) if (cellAt(g, i, j) !== undefined) count[g[i][j]]++;
        }
        return count.indexOf(Math.max(...count));
      }),
    python: `
def smooth(g):
    def cell(r, c):
        near = [v for row in g[max(0, r - 1):r + 2] for v in row[max(0, c - 1):c + 2]]
        return min(near, key=lambda v: (-near.count(v), v))
    return [[cell(r, c) for c in range(len(row))] for r, row in enumerate(g)]`,
  }),
  operation({
    name: "grow",
    takes: ["grid"],
    gives: "grid",
    meaning: "background next to a cell takes its colour: of the cell above, left, right or below",
    apply: (g) => {
      const b = background(g);
      return mapCells(g, (v, r, c) => v !== b ? v : sideCells(g, r, c).find((x) => x !== b) ?? b);
    },
    python: `
def grow(g):
    b = background(g)
    near = lambda r, c: next((x for x in side_cells(g, r, c) if x != b), b)
    return [[near(r, c) if v == b else v for c, v in enumerate(row)] for r, row in enumerate(g)]`,
  }),
];

/** Python twins of the functions below. */
export const FILL_PARTS: Readonly<Record<string, string>> = {
  side_cells: `
def side_cells(g, r, c):
    found = [g[r - 1][c]] if r else []
    found += g[r][c - 1:c] if c else []
    found += g[r][c + 1:c + 2]
    return found + [row[c] for row in g[r + 1:r + 2]]`,
  is_core: `
def is_core(g, b, r, c):
    if r in (0, len(g) - 1) or c in (0, len(g[0]) - 1):
        return False
    return all(v != b for row in g[r - 1:r + 2] for v in row[c - 1:c + 2])`,
};

/** The cells above, left, right and below, as far as they exist. */
export function sideCells(g: Cells, r: number, c: number): number[] {
  return [cellAt(g, r - 1, c), cellAt(g, r, c - 1), cellAt(g, r, c + 1), cellAt(g, r + 1, c)]
    .filter((v) => v !== undefined);
}

function painted(g: Cells, places: readonly Place[], colour: number): Cells {
  const out = g.map((row) => [...row]);
  for (const [r, c] of places) out[r][c] = colour;
  return out;
}

function outlined(g: Cells, colour: number, corners: boolean): Cells {
  const b = background(g);
  return mapCells(g, (v, r, c) => {
    if (v !== b) return v;
    if (!corners) return sideCells(g, r, c).some((x) => x !== b) ? colour : v;
    for (let i = r - 1; i <= r + 1; i++) {
      for (let j = c - 1; j <= c + 1; j++) if ((cellAt(g, i, j) ?? b) !== b) return colour;
    }
    return v;
  });
}

function isCore(g: Cells, b: number, r: number, c: number): boolean {
  for (let i = r - 1; i <= r + 1; i++) {
    for (let j = c - 1; j <= c + 1; j++) if ((cellAt(g, i, j) ?? b) === b) return false;
  }
  return true;
}
