/**
 * What most operations are made of, in TypeScript and in Python.
 *
 * @module
 */
import type { Cells, Place } from "../value.ts";

/** A rectangle filled by a function of row and column. */
export function make(h: number, w: number, cell: (r: number, c: number) => number): number[][] {
  const rows: number[][] = new Array(h);
  for (let r = 0; r < h; r++) {
    const row: number[] = new Array(w);
    for (let c = 0; c < w; c++) row[c] = cell(r, c);
    rows[r] = row;
  }
  return rows;
}

/** A rectangle of the same shape, each cell a function of the old one and its place. */
export function mapCells(g: Cells, cell: (v: number, r: number, c: number) => number): number[][] {
  return make(g.length, g[0].length, (r, c) => cell(g[r][c], r, c));
}

/** The cell at a place; undefined outside. An index below 0 is slow to look up, hence this. */
export function cellAt(g: Cells, r: number, c: number): number | undefined {
  return r >= 0 && r < g.length && c >= 0 && c < g[0].length ? g[r][c] : undefined;
}

/** How often each colour occurs. */
export function counts(g: Cells): number[] {
  const count = new Array(10).fill(0);
  for (const row of g) for (let c = 0; c < row.length; c++) count[row[c]]++;
  return count;
}

/** Black where it occurs, else the most common colour (the smaller of equals). */
export function background(g: Cells): number {
  const count = counts(g);
  if (count[0] > 0) return 0;
  return count.indexOf(Math.max(...count));
}

/** Colours except the background, most common first, the smaller of equals first. */
export function rankedColours(g: Cells): number[] {
  const count = counts(g);
  const skip = background(g);
  return count.map((_, v) => v).filter((v) => v !== skip && count[v] > 0)
    .sort((a, b) => count[b] - count[a] || a - b);
}

/** Bounding box of places: top, left, height, width; null for none. */
export function boxOf(places: readonly Place[]): [number, number, number, number] | null {
  if (places.length === 0) return null;
  let [top, left] = places[0];
  let [bottom, right] = places[0];
  for (const [r, c] of places) {
    if (r < top) top = r;
    if (r > bottom) bottom = r;
    if (c < left) left = c;
    if (c > right) right = c;
  }
  return [top, left, bottom - top + 1, right - left + 1];
}

/** The part of a rectangle in a box, or null for no box. */
export function cut(
  g: Cells,
  box: readonly [number, number, number, number] | null,
): Cells | null {
  if (!box) return null;
  const [top, left, h, w] = box;
  if (h < 1 || w < 1) return null;
  return g.slice(top, top + h).map((row) => row.slice(left, left + w));
}

/** Places whose cell passes a test. */
export function placesWhere(g: Cells, test: (v: number) => boolean): Place[] {
  const places: Place[] = [];
  for (let r = 0; r < g.length; r++) {
    for (let c = 0; c < g[r].length; c++) if (test(g[r][c])) places.push([r, c]);
  }
  return places;
}

/** Whether two rectangles have the same shape. */
export function sameShape(a: Cells, b: Cells): boolean {
  return a.length === b.length && a[0].length === b[0].length;
}

/** Columns as rows. */
export function transposed(g: Cells): number[][] {
  return make(g[0].length, g.length, (r, c) => g[c][r]);
}

/** Python twins of the functions above. */
export const CELL_PARTS: Readonly<Record<string, string>> = {
  ranked_colours: `
def ranked_colours(g):
    flat = [v for row in g for v in row]
    return sorted(set(flat) - {background(g)}, key=lambda v: (-flat.count(v), v))`,
  box_of: `
def box_of(places):
    rows = [r for r, c in places]
    columns = [c for r, c in places]
    top, left = min(rows), min(columns)
    return top, left, max(rows) - top + 1, max(columns) - left + 1`,
  cut: `
def cut(g, box):
    top, left, h, w = box
    return [row[left:left + w] for row in g[top:top + h]]`,
  places_where: `
def places_where(g, test):
    return [(r, c) for r, row in enumerate(g) for c, v in enumerate(row) if test(v)]`,
  check_same_shape: `
def check_same_shape(a, b):
    if len(a) != len(b) or len(a[0]) != len(b[0]):
        raise ValueError("shapes differ")`,
  transposed: `
def transposed(g):
    return [list(column) for column in zip(*g)]`,
};
