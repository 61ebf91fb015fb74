/**
 * Parts of a grid by place.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, boxOf, cut, make, placesWhere, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that return a part of their grid. */
export const CROP: readonly Operation[] = [
  operation({
    name: "crop_content",
    takes: ["grid"],
    gives: "grid",
    meaning: "the box around all that is not background",
    apply: (g) => {
      const b = background(g);
      return cut(g, boxOf(placesWhere(g, (v) => v !== b)));
    },
    python: `
def crop_content(g):
    b = background(g)
    return cut(g, box_of(places_where(g, lambda v: v != b)))`,
  }),
  operation({
    name: "top_half",
    takes: ["grid"],
    gives: "grid",
    meaning: "the upper half, without a middle row",
    apply: (g) => g.slice(0, Math.floor(g.length / 2)),
    python: `
def top_half(g):
    return g[:len(g) // 2]`,
  }),
  operation({
    name: "bottom_half",
    takes: ["grid"],
    gives: "grid",
    meaning: "the lower half, without a middle row",
    apply: (g) => g.slice(Math.ceil(g.length / 2)),
    python: `
def bottom_half(g):
    return g[(len(g) + 1) // 2:]`,
  }),
  operation({
    name: "left_half",
    takes: ["grid"],
    gives: "grid",
    meaning: "the left half, without a middle column",
    apply: (g) => g[0].length < 2 ? null : g.map((row) => row.slice(0, Math.floor(row.length / 2))),
    python: `
def left_half(g):
    return [row[:len(row) // 2] for row in g]`,
  }),
  operation({
    name: "right_half",
    takes: ["grid"],
    gives: "grid",
    meaning: "the right half, without a middle column",
    apply: (g) => g[0].length < 2 ? null : g.map((row) => row.slice(Math.ceil(row.length / 2))),
    python: `
def right_half(g):
    return [row[(len(row) + 1) // 2:] for row in g]`,
  }),
  operation({
    name: "top_left",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "the square of the given side in the top left corner",
    apply: (g, n) =>
      n < 1 || n > g.length || n > g[0].length ? null : g.slice(0, n).map((row) => row.slice(0, n)),
    python: `
def top_left(g, n):
    if n > len(g) or n > len(g[0]):
        raise ValueError("too small")
    return [row[:n] for row in g[:n]]`,
  }),
  operation({
    name: "bottom_right",
    takes: ["grid", "int"],
    gives: "grid",
    meaning: "the square of the given side in the bottom right corner",
    apply: (g, n) =>
      n < 1 || n > g.length || n > g[0].length ? null : g.slice(-n).map((row) => row.slice(-n)),
    python: `
def bottom_right(g, n):
    if n < 1 or n > len(g) or n > len(g[0]):
        raise ValueError("too small")
    return [row[-n:] for row in g[-n:]]`,
  }),
  operation({
    name: "trim",
    takes: ["grid"],
    gives: "grid",
    meaning: "without the outermost ring of cells",
    apply: (g) => cut(g, [1, 1, g.length - 2, g[0].length - 2]),
    python: `
def trim(g):
    return [row[1:-1] for row in g[1:-1]]`,
  }),
  operation({
    name: "crop_colour",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the box around all cells of a colour",
    apply: (g, colour) => cut(g, boxOf(placesWhere(g, (v) => v === colour))),
    python: `
def crop_colour(g, colour):
    return cut(g, box_of(places_where(g, lambda v: v == colour)))`,
  }),
  operation({
    name: "crop_inside",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the box around all cells of a colour, without its outermost ring",
    apply: (g, colour) => {
      const box = boxOf(placesWhere(g, (v) => v === colour));
      return box && cut(g, [box[0] + 1, box[1] + 1, box[2] - 2, box[3] - 2]);
    },
    python: `
def crop_inside(g, colour):
    top, left, h, w = box_of(places_where(g, lambda v: v == colour))
    if h < 3 or w < 3:
        raise ValueError("nothing inside")
    return cut(g, (top + 1, left + 1, h - 2, w - 2))`,
  }),
  operation({
    name: "crop_where",
    takes: ["grid", "grid", "colour"],
    gives: "grid",
    meaning: "the part of the first grid where the second has a colour",
    apply: (a, b, colour) => {
      const box = boxOf(placesWhere(b, (v) => v === colour));
      return box && box[0] + box[2] <= a.length && box[1] + box[3] <= a[0].length
        ? cut(a, box)
        : null;
    },
    python: `
def crop_where(a, b, colour):
    top, left, h, w = box_of(places_where(b, lambda v: v == colour))
    if top + h > len(a) or left + w > len(a[0]):
        raise ValueError("outside")
    return cut(a, (top, left, h, w))`,
  }),
  operation({
    name: "drop_empty_lines",
    takes: ["grid"],
    gives: "grid",
    meaning: "without the rows and columns that are all background",
    apply: (g) => {
      const b = background(g);
      const rows = (cells: Cells) => cells.filter((row) => row.some((v) => v !== b));
      const kept = rows(g);
      return kept.length === 0 ? null : transposed(rows(transposed(kept)));
    },
    python: `
def drop_empty_lines(g):
    b = background(g)
    kept = [row for row in g if any(v != b for v in row)]
    return transposed([column for column in transposed(kept) if any(v != b for v in column)])`,
  }),
  operation({
    name: "squeeze",
    takes: ["grid"],
    gives: "grid",
    meaning: "without rows and columns that equal the one before",
    apply: (g) => {
      const rows = (cells: Cells) =>
        cells.filter((row, r) => r === 0 || row.some((v, c) => v !== cells[r - 1][c]));
      return transposed(rows(transposed(rows(g))));
    },
    python: `
def squeeze(g):
    for _ in range(2):
        g = transposed([row for r, row in enumerate(g) if r == 0 or row != g[r - 1]])
    return g`,
  }),
  operation({
    name: "unit_tile",
    takes: ["grid"],
    gives: "grid",
    meaning: "the smallest tile that repeats to make the grid",
    apply: (g) => {
      const period = (cells: Cells) => {
        let p = 1;
        while (cells.some((row, r) => r >= p && row.some((v, c) => v !== cells[r - p][c]))) p++;
        return p;
      };
      return make(period(g), period(transposed(g)), (r, c) => g[r][c]);
    },
    python: `
def unit_tile(g):
    for _ in range(2):
        p = 1
        while g[p:] != g[:len(g) - p]:
            p += 1
        g = transposed(g[:p])
    return g`,
  }),
  operation({
    name: "largest_block",
    takes: ["grid"],
    gives: "grid",
    meaning: "the largest rectangle of one colour, the first of equals",
    apply: (g) => largestBlock(g),
    python: `
def largest_block(g):
    h, w = len(g), len(g[0])
    best, size = None, 0
    run = [[0] * (w + 1) for _ in g]
    for r in range(h):
        for c in range(w - 1, -1, -1):
            run[r][c] = 1 + (run[r][c + 1] if c + 1 < w and g[r][c] == g[r][c + 1] else 0)
    for r in range(h):
        for c in range(w):
            wide, low = run[r][c], r
            while low < h and g[low][c] == g[r][c] and wide * (h - r) > size:
                wide = min(wide, run[low][c])
                low += 1
                if wide * (low - r) > size:
                    best, size = (r, c, low - r, wide), wide * (low - r)
    return cut(g, best)`,
  }),
  ...(["first_row", "last_row", "first_column", "last_column"] as const).map((name) =>
    operation({
      name,
      takes: ["grid"],
      gives: "grid",
      meaning: `only the ${name.replace("_", " ")}`,
      apply: (g) => {
        if (name === "first_row") return [g[0]];
        if (name === "last_row") return [g[g.length - 1]];
        return g.map((row) => [name === "first_column" ? row[0] : row[row.length - 1]]);
      },
      python: `
def ${name}(g):
    return ${
        {
          first_row: "g[:1]",
          last_row: "g[-1:]",
          first_column: "[row[:1] for row in g]",
          last_column: "[row[-1:] for row in g]",
        }[name]
      }`,
    })
  ),
];

function largestBlock(g: Cells): Cells | null {
  const h = g.length;
  const w = g[0].length;
  const run = make(h, w, () => 1);
  for (let r = 0; r < h; r++) {
    for (let c = w - 2; c >= 0; c--) if (g[r][c] === g[r][c + 1]) run[r][c] += run[r][c + 1];
  }
  let best: [number, number, number, number] | null = null;
  let size = 0;
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      let wide = run[r][c];
      for (let low = r; low < h && g[low][c] === g[r][c] && wide * (h - r) > size; low++) {
        wide = Math.min(wide, run[low][c]);
        if (wide * (low - r + 1) > size) {
          size = wide * (low - r + 1);
          best = [r, c, low - r + 1, wide];
        }
      }
    }
  }
  return cut(g, best);
}
