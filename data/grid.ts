/**
 * Grids: the values tasks and programs speak in.
 *
 * A grid is a non-empty rectangle of colours 0..9 with 1..30 rows and columns
 * (SOAR section 2; reference: ARC-AGI). Grids are values: nobody changes one after making it.
 *
 * @module
 */

/** Rows of colours 0..9; 1..30 rows, all of the same length 1..30. */
export type Grid = readonly (readonly number[])[];

/** Longest side of a grid, in cells (ARC-AGI). */
export const MAX_SIDE = 30;

/** Says what keeps `value` from being a grid, or null when it is one. */
export function gridFault(value: unknown): string | null {
  if (!Array.isArray(value)) return `expected a list of rows, got ${typeName(value)}`;
  if (value.length < 1 || value.length > MAX_SIDE) {
    return `expected 1..30 rows, got ${value.length}`;
  }
  const width = Array.isArray(value[0]) ? value[0].length : 0;
  for (const [r, row] of value.entries()) {
    if (!Array.isArray(row)) return `row ${r}: expected a list, got ${typeName(row)}`;
    if (row.length < 1 || row.length > MAX_SIDE) {
      return `row ${r}: expected 1..30 cells, got ${row.length}`;
    }
    if (row.length !== width) return `row ${r}: expected ${width} cells, got ${row.length}`;
    for (const [c, cell] of row.entries()) {
      if (!Number.isInteger(cell) || cell < 0 || cell > 9) {
        return `row ${r}, cell ${c}: expected an integer 0..9, got ${JSON.stringify(cell)}`;
      }
    }
  }
  return null;
}

/** Whether `value` is a grid. */
export function isGrid(value: unknown): value is Grid {
  return gridFault(value) === null;
}

/** The compact text of a grid: one digit a cell, rows joined by "/", e.g. `012/345`. */
export function encodeGrid(grid: Grid): string {
  let text = "";
  for (let r = 0; r < grid.length; r++) text += (r ? "/" : "") + grid[r].join("");
  return text;
}

/** Inverse of {@link encodeGrid}; the text is trusted to come from it. */
export function decodeGrid(text: string): Grid {
  const rows: number[][] = [];
  let row: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === SLASH) {
      rows.push(row);
      row = [];
    } else row.push(unit - ZERO);
  }
  rows.push(row);
  return rows;
}

const SLASH = "/".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

/** Whether two grids have the same shape and cells. */
export function gridsEqual(a: Grid, b: Grid): boolean {
  if (a.length !== b.length || a[0].length !== b[0].length) return false;
  for (let r = 0; r < a.length; r++) {
    for (let c = 0; c < a[r].length; c++) if (a[r][c] !== b[r][c]) return false;
  }
  return true;
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}
