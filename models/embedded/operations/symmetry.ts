/**
 * Completing and repairing symmetric or repeating pictures.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import {
  background,
  boxOf,
  cellAt,
  cut,
  mapCells,
  placesWhere,
  transposed,
} from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that fill cells from their images. */
export const SYMMETRY: readonly Operation[] = [
  ...([
    ["complete_h", "mirrored left to right"],
    ["complete_v", "mirrored top to bottom"],
    ["complete_turned", "turned by a half"],
  ] as const).map(([name, what], which) =>
    operation({
      name,
      takes: ["grid"],
      gives: "grid",
      meaning: `background takes the colour of its image ${what}`,
      apply: (g) => {
        const b = background(g);
        const [h, w] = [g.length - 1, g[0].length - 1];
        return mapCells(g, (v, r, c) => {
          if (v !== b) return v;
          return g[which === 0 ? r : h - r][which === 1 ? c : w - c];
        });
      },
      python: `
def ${name}(g):
    b = background(g)
    image = ${["[row[::-1] for row in g]", "g[::-1]", "[row[::-1] for row in g[::-1]]"][which]}
    return [[y if x == b else x for x, y in zip(p, q)] for p, q in zip(g, image)]`,
    })
  ),
  operation({
    name: "complete_diagonal",
    takes: ["grid"],
    gives: "grid",
    meaning: "background of a square takes the colour of its image over the main diagonal",
    apply: (g) => {
      const b = background(g);
      return g.length === g[0].length ? mapCells(g, (v, r, c) => (v === b ? g[c][r] : v)) : null;
    },
    python: `
def complete_diagonal(g):
    b, image = background(g), transposed(g)
    check_same_shape(g, image)
    return [[y if x == b else x for x, y in zip(p, q)] for p, q in zip(g, image)]`,
  }),
  ...([true, false] as const).map((across) => {
    const name = across ? "complete_content_h" : "complete_content_v";
    return operation({
      name,
      takes: ["grid"],
      gives: "grid",
      meaning: `background takes the colour of its image ${
        across ? "left to right" : "top to bottom"
      } in the middle of the content`,
      apply: (g) => {
        const b = background(g);
        const box = boxOf(placesWhere(g, (v) => v !== b));
        if (!box) return null;
        const [r2, c2] = [2 * box[0] + box[2] - 1, 2 * box[1] + box[3] - 1];
        return mapCells(g, (v, r, c) => {
          return v !== b ? v : (across ? g[r][c2 - c] : cellAt(g, r2 - r, c)) ?? b;
        });
      },
      python: `
def ${name}(g):
    b = background(g)
    top, left, h, w = box_of(places_where(g, lambda v: v != b))
    out = [row[:] for row in g]
    for r in range(top, top + h):
        for c in range(left, left + w):
            if g[r][c] == b:
                out[r][c] = ${across ? "g[r][2 * left + w - 1 - c]" : "g[2 * top + h - 1 - r][c]"}
    return out`,
    });
  }),
  operation({
    name: "repair_mirror",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "cells of a colour are replaced by their images in the picture's own mirror axes",
    apply: (g, hidden) => repairedByMirror(g, hidden),
    python: `
def repair_mirror(g, hidden):
    for _ in range(2):
        for _ in range(2):
            s = axis(g, hidden)
            if s is not None:
                g = [[seen(row, s - c, v) if v == hidden else v for c, v in enumerate(row)]
                     for row in g]
            g = transposed(g)
        image = transposed(g)
        if len(g) == len(g[0]) and all(agree(p, q, hidden) for p, q in zip(g, image)):
            g = [[y if x == hidden else x for x, y in zip(p, q)] for p, q in zip(g, image)]
    return g`,
  }),
  operation({
    name: "repair_tile",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "cells of a colour are replaced by what the picture's own repetition has there",
    apply: (g, hidden) => repairedByTile(g, hidden),
    python: `
def repair_tile(g, hidden):
    p, q = period(g, hidden), period(transposed(g), hidden)
    known = {}
    for r, row in enumerate(g):
        for c, v in enumerate(row):
            if v != hidden:
                known.setdefault((r % p, c % q), v)
    return [[known.get((r % p, c % q), v) if v == hidden else v for c, v in enumerate(row)]
            for r, row in enumerate(g)]`,
  }),
  ...(["mirror", "tile"] as const).map((by) =>
    operation({
      name: `hidden_by_${by}`,
      takes: ["grid", "colour"],
      gives: "grid",
      meaning: `what the cells of a colour hide, told by the picture's own ${
        by === "mirror" ? "mirror axes" : "repetition"
      }`,
      apply: (g, hidden) => {
        const box = boxOf(placesWhere(g, (v) => v === hidden));
        return cut(by === "mirror" ? repairedByMirror(g, hidden) : repairedByTile(g, hidden), box);
      },
      python: `
def hidden_by_${by}(g, hidden):
    return cut(repair_${by}(g, hidden), box_of(places_where(g, lambda v: v == hidden)))`,
    })
  ),
];

/** Python twins of the functions below. */
export const SYMMETRY_PARTS: Readonly<Record<string, string>> = {
  agree: `
def agree(p, q, hidden):
    return all(x == y or x == hidden or y == hidden for x, y in zip(p, q))`,
  seen: `
def seen(row, i, other):
    return row[i] if i in range(len(row)) else other`,
  axis: `
def axis(g, hidden):
    w = len(g[0])
    for s in sorted(range(w // 2, w + w // 2), key=lambda s: abs(s - w + 1)):
        low, high = max(s - w + 1, 0), min(s, w - 1)
        if all(agree(row[low:high + 1], row[low:high + 1][::-1], hidden) for row in g):
            return s
    return None`,
  period: `
def period(g, hidden):
    p = 1
    while p < len(g) and not all(agree(a, b, hidden) for a, b in zip(g, g[p:])):
        p += 1
    return p`,
};

function agree(p: readonly number[], q: readonly number[], hidden: number): boolean {
  for (let i = 0; i < p.length; i++) {
    if (p[i] !== q[i] && p[i] !== hidden && q[i] !== hidden) return false;
  }
  return true;
}

/** Twice the mirror column that contradicts nothing known, nearest to the middle; null for none. */
function axis(g: Cells, hidden: number): number | null {
  const w = g[0].length;
  const sums = Array.from({ length: w }, (_, i) => i + Math.floor(w / 2))
    .sort((a, b) => Math.abs(a - w + 1) - Math.abs(b - w + 1));
  for (const s of sums) {
    const [low, high] = [Math.max(s - w + 1, 0), Math.min(s, w - 1)];
    const fits = g.every((row) => {
      const part = row.slice(low, high + 1);
      return agree(part, part.toReversed(), hidden);
    });
    if (fits) return s;
  }
  return null;
}

function repairedByMirror(start: Cells, hidden: number): Cells {
  let g: Cells = start;
  for (let round = 0; round < 2; round++) {
    for (let side = 0; side < 2; side++) {
      const s = axis(g, hidden);
      if (s !== null) {
        const before = g;
        g = mapCells(g, (v, r, c) => (v === hidden ? before[r][s - c] ?? v : v));
      }
      g = transposed(g);
    }
    const image = transposed(g);
    if (g.length === g[0].length && g.every((row, r) => agree(row, image[r], hidden))) {
      g = mapCells(g, (v, r, c) => (v === hidden ? image[r][c] : v));
    }
  }
  return g;
}

function period(g: Cells, hidden: number): number {
  let p = 1;
  while (p < g.length && g.some((row, r) => r >= p && !agree(row, g[r - p], hidden))) p++;
  return p;
}

function repairedByTile(g: Cells, hidden: number): Cells {
  const [p, q] = [period(g, hidden), period(transposed(g), hidden)];
  const known: number[][] = Array.from({ length: p }, () => new Array(q).fill(hidden));
  g.forEach((row, r) =>
    row.forEach((v, c) => {
      if (v !== hidden && known[r % p][c % q] === hidden) known[r % p][c % q] = v;
    })
  );
  return mapCells(g, (v, r, c) => (v === hidden ? known[r % p][c % q] : v));
}
