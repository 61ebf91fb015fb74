/**
 * Lines drawn from the cells of one colour, and colours that spread from seeds.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, mapCells, placesWhere } from "../parts/cells.ts";
import { components } from "../parts/components.ts";
import type { Cells } from "../value.ts";

const WAYS = [
  ["right", 0, 1],
  ["left", 0, -1],
  ["down", 1, 0],
  ["up", -1, 0],
  ["down_right", 1, 1],
  ["down_left", 1, -1],
  ["up_right", -1, 1],
  ["up_left", -1, -1],
] as const;

/** Operations that draw over the background only. */
export const SHOOT: readonly Operation[] = [
  ...WAYS.map(([way, down, right]) =>
    operation({
      name: `shoot_${way}`,
      takes: ["grid", "colour"],
      gives: "grid",
      meaning: `from each cell of a colour a line ${way.replace("_", " ")} up to an obstacle`,
      apply: (g, colour) => {
        const b = background(g);
        const out = mapCells(g, (v) => v);
        for (const [r, c] of placesWhere(g, (v) => v === colour)) {
          for (let k = 1; cellAt(g, r + down * k, c + right * k) === b; k++) {
            out[r + down * k][c + right * k] = colour;
          }
        }
        return out;
      },
      python: `
def shoot_${way}(g, colour):
    return shot(g, colour, ${down}, ${right})`,
    })
  ),
  ...(["rows", "columns"] as const).map((lines) =>
    operation({
      name: `${lines}_of`,
      takes: ["grid", "colour"],
      gives: "grid",
      meaning: `background in the ${lines} of the cells of a colour takes it`,
      apply: (g, colour) => {
        const b = background(g);
        const down = lines === "columns"
          ? g[0].map((_, c) => g.some((row) => row[c] === colour))
          : [];
        return mapCells(g, (v, r, c) => {
          return v === b && (lines === "rows" ? g[r].includes(colour) : down[c]) ? colour : v;
        });
      },
      python: lines === "rows"
        ? `
def rows_of(g, colour):
    b = background(g)
    return [[colour if v == b and colour in row else v for v in row] for row in g]`
        : `
def columns_of(g, colour):
    return transposed(rows_of(transposed(g), colour))`,
    })
  ),
  operation({
    name: "connect_diagonal",
    takes: ["grid"],
    gives: "grid",
    meaning: "cells of one colour joined along diagonals, where only background lies between",
    apply: (g) => {
      const b = background(g);
      const out = mapCells(g, (v) => v);
      for (const [r, c] of placesWhere(g, (v) => v !== b)) {
        for (const right of [-1, 1]) {
          let k = 1;
          while (cellAt(g, r + k, c + right * k) === b) k++;
          if (cellAt(g, r + k, c + right * k) !== g[r][c]) continue;
          for (let i = 1; i < k; i++) out[r + i][c + right * i] = g[r][c];
        }
      }
      return out;
    },
    python: `
def connect_diagonal(g):
    b, h, w = background(g), len(g), len(g[0])
    out = [row[:] for row in g]
    for r, c in places_where(g, lambda v: v != b):
        for right in (-1, 1):
            k = 1
            while free(g, b, r + k, c + right * k):
                k += 1
            if r + k < h and 0 <= c + right * k < w and g[r + k][c + right * k] == g[r][c]:
                for i in range(1, k):
                    out[r + i][c + right * i] = g[r][c]
    return out`,
  }),
  operation({
    name: "spread_seeds",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "areas within walls of a colour take the one other colour that stands in them",
    apply: (g, wall) => {
      const b = background(g);
      const open = mapCells(g, (v) => Number(v !== wall));
      const out = mapCells(g, (v) => v);
      for (const area of components(open, { diagonal: false, oneColour: true, skip: 0 })) {
        const seeds = new Set(area.map(([r, c]) => g[r][c]));
        seeds.delete(b);
        if (seeds.size !== 1) continue;
        const [seed] = seeds;
        for (const [r, c] of area) out[r][c] = seed;
      }
      return out;
    },
    python: `
def spread_seeds(g, wall):
    b = background(g)
    out = [row[:] for row in g]
    for area in components([[int(v != wall) for v in row] for row in g], False, True, 0):
        seeds = {g[r][c] for r, c in area} - {b}
        if len(seeds) == 1:
            for r, c in area:
                out[r][c] = min(seeds)
    return out`,
  }),
  operation({
    name: "paint_largest_block",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the largest rectangle of background gets a colour, the first of equals",
    apply: (g, colour) => {
      const box = largestEmpty(g);
      if (!box) return null;
      const [top, left, h, w] = box;
      return mapCells(
        g,
        (v, r, c) => r >= top && c >= left && r < top + h && c < left + w ? colour : v,
      );
    },
    python: `
def paint_largest_block(g, colour):
    b, best, size = background(g), None, 0
    run = [[0] * (len(row) + 1) for row in g]
    for r, row in enumerate(g):
        for c in range(len(row) - 1, -1, -1):
            run[r][c] = run[r][c + 1] + 1 if row[c] == b else 0
    for r in range(len(g)):
        for c in range(len(g[0])):
            wide, low = run[r][c], r
            while low < len(g) and min(wide, run[low][c]) > 0:
                wide = min(wide, run[low][c])
                low += 1
                if wide * (low - r) > size:
                    best, size = (r, c, low - r, wide), wide * (low - r)
    top, left, h, w = best
    return [[colour if top <= r < top + h and left <= c < left + w else v
             for c, v in enumerate(row)] for r, row in enumerate(g)]`,
  }),
];

/** Python twin of the lines. */
export const SHOOT_PARTS: Readonly<Record<string, string>> = {
  shot: `
def shot(g, colour, down, right):
    b = background(g)
    out = [row[:] for row in g]
    for r, c in places_where(g, lambda v: v == colour):
        i, j = r + down, c + right
        while free(g, b, i, j):
            out[i][j] = colour
            i, j = i + down, j + right
    return out`,
};

/** Box of the largest rectangle of background: top, left, height, width; null for none. */
function largestEmpty(g: Cells): [number, number, number, number] | null {
  const b = background(g);
  const run = mapCells(g, () => 0);
  for (let r = 0; r < g.length; r++) {
    for (let c = g[0].length - 1; c >= 0; c--) {
      run[r][c] = g[r][c] === b ? 1 + (run[r][c + 1] ?? 0) : 0;
    }
  }
  let best: [number, number, number, number] | null = null;
  let size = 0;
  for (let r = 0; r < g.length; r++) {
    for (let c = 0; c < g[0].length; c++) {
      let wide = run[r][c];
      for (let low = r; low < g.length && Math.min(wide, run[low][c]) > 0; low++) {
        wide = Math.min(wide, run[low][c]);
        if (wide * (low - r + 1) > size) {
          size = wide * (low - r + 1);
          best = [r, c, low - r + 1, wide];
        }
      }
    }
  }
  return best;
}
