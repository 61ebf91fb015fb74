/**
 * Lines that start at cells: between two of a colour, or on to an obstacle.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, cellAt, mapCells, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that draw lines over the background. */
export const LINES: readonly Operation[] = [
  operation({
    name: "connect_h",
    takes: ["grid"],
    gives: "grid",
    meaning: "cells of one colour joined along rows, where only background lies between",
    apply: (g) => connected(g, background(g)),
    python: `
def connect_h(g):
    return connected(g, background(g))`,
  }),
  operation({
    name: "connect_v",
    takes: ["grid"],
    gives: "grid",
    meaning: "cells of one colour joined along columns, where only background lies between",
    apply: (g) => transposed(connected(transposed(g), background(g))),
    python: `
def connect_v(g):
    return transposed(connected(transposed(g), background(g)))`,
  }),
  operation({
    name: "connect_both",
    takes: ["grid"],
    gives: "grid",
    meaning: "cells of one colour joined along rows, and below that along columns",
    apply: (g) => {
      const b = background(g);
      const down = transposed(connected(transposed(g), b));
      return mapCells(connected(g, b), (v, r, c) => (v === b ? down[r][c] : v));
    },
    python: `
def connect_both(g):
    b = background(g)
    down = transposed(connected(transposed(g), b))
    return [[y if x == b else x for x, y in zip(p, q)] for p, q in zip(connected(g, b), down)]`,
  }),
  ...([
    ["ray_right", "right", "carried(g, b)"],
    ["ray_left", "left", "[row[::-1] for row in carried([row[::-1] for row in g], b)]"],
    ["ray_down", "down", "transposed(carried(transposed(g), b))"],
    ["ray_up", "up", "transposed(carried(transposed(g[::-1]), b))[::-1]"],
  ] as const).map(([name, way, python]) =>
    operation({
      name,
      takes: ["grid"],
      gives: "grid",
      meaning: `each cell drawn on to the ${way} up to the next`,
      apply: (g) => ray(g, way),
      python: `
def ${name}(g):
    b = background(g)
    return ${python}`,
    })
  ),
  operation({
    name: "rays_diagonal",
    takes: ["grid"],
    gives: "grid",
    meaning: "each cell drawn on along the four diagonals, over background only",
    apply: (g) => diagonals(g),
    python: `
def rays_diagonal(g):
    b, h, w = background(g), len(g), len(g[0])
    out = [row[:] for row in g]
    for r, c in places_where(g, lambda v: v != b):
        for k in range(-c, w - c):
            for i in (r + k, r - k):
                if 0 <= i < h and out[i][c + k] == b:
                    out[i][c + k] = g[r][c]
    return out`,
  }),
  operation({
    name: "fill_rows",
    takes: ["grid"],
    gives: "grid",
    meaning: "every row painted in the colour of its first cell that is not background",
    apply: (g) => striped(g, background(g)),
    python: `
def fill_rows(g):
    return striped(g, background(g))`,
  }),
  operation({
    name: "fill_columns",
    takes: ["grid"],
    gives: "grid",
    meaning: "every column painted in the colour of its first cell that is not background",
    apply: (g) => transposed(striped(transposed(g), background(g))),
    python: `
def fill_columns(g):
    return transposed(striped(transposed(g), background(g)))`,
  }),
];

/** Python twins of the functions below. */
export const LINE_PARTS: Readonly<Record<string, string>> = {
  connected: `
def connected(g, b):
    out = [row[:] for row in g]
    for row in out:
        last = None
        for c, v in enumerate(row):
            if v != b:
                if last is not None and row[last] == v:
                    row[last:c] = [v] * (c - last)
                last = c
    return out`,
  carried: `
def carried(g, b):
    out = []
    for row in g:
        last, line = b, []
        for v in row:
            last = v if v != b else last
            line.append(last)
        out.append(line)
    return out`,
  striped: `
def striped(g, b):
    return [[next((v for v in row if v != b), b)] * len(row) for row in g]`,
};

/** Along rows, background between two cells of one colour takes that colour. */
export function connected(g: Cells, b: number): number[][] {
  return g.map((row) => {
    const out = [...row];
    let last = -1;
    row.forEach((v, c) => {
      if (v === b) return;
      if (last >= 0 && row[last] === v) out.fill(v, last, c);
      last = c;
    });
    return out;
  });
}

/** Background takes the colour of the nearest cell behind it, seen in a direction. */
export function ray(g: Cells, way: "right" | "left" | "down" | "up"): number[][] {
  const b = background(g);
  switch (way) {
    case "right":
      return carried(g, b);
    case "left":
      return carried(g.map((row) => row.toReversed()), b).map((row) => row.toReversed());
    case "down":
      return transposed(carried(transposed(g), b));
    case "up":
      return transposed(carried(transposed(g.toReversed()), b)).toReversed();
  }
}

function carried(g: Cells, b: number): number[][] {
  return g.map((row) => {
    let last = b;
    return row.map((v) => last = v === b ? last : v);
  });
}

function striped(g: Cells, b: number): number[][] {
  return g.map((row) => {
    const colour = row.find((v) => v !== b) ?? b;
    return row.map(() => colour);
  });
}

function diagonals(g: Cells): number[][] {
  const b = background(g);
  const out = g.map((row) => [...row]);
  for (let r = 0; r < g.length; r++) {
    for (let c = 0; c < g[0].length; c++) {
      if (g[r][c] === b) continue;
      for (let k = -c; k < g[0].length - c; k++) {
        for (const i of [r + k, r - k]) if (cellAt(out, i, c + k) === b) out[i][c + k] = g[r][c];
      }
    }
  }
  return out;
}
