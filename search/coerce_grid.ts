/**
 * Reading outputs of published SOAR archives, which hold whatever a program returned.
 *
 * Our own programs are judged by data/grid.ts alone (integers, 1..30 a side); this laxer reading is
 * the published code's and serves only to take in its records.
 *
 * @module
 */
import type { Grid } from "../data/grid.ts";

/** What still counts as a grid. */
export interface CoerceOptions {
  /**
   * Longest side in cells.
   * @default {40} the published code's bound; ARC-AGI's own is 30
   */
  readonly maxSide?: number;
}

/**
 * The value as a grid, or null: fractions are cut off, digit strings read, true and false are 1
 * and 0; what is ragged, empty, too large or outside 0..9 after that is none (SOAR's code).
 *
 * @param value Anything that JSON can hold; nothing is thrown.
 */
export function coerceGrid(value: unknown, { maxSide = 40 }: CoerceOptions = {}): Grid | null {
  if (!Array.isArray(value) || value.length < 1 || value.length > maxSide) return null;
  const width = Array.isArray(value[0]) ? value[0].length : 0;
  if (width < 1 || width > maxSide) return null;
  const grid: number[][] = [];
  for (const row of value) {
    if (!Array.isArray(row) || row.length !== width) return null;
    const cells = row.map(coerceCell);
    if (!cells.every((cell) => cell >= 0 && cell <= 9)) return null;
    grid.push(cells);
  }
  return grid;
}

/** NaN for what is no number. */
function coerceCell(cell: unknown): number {
  if (typeof cell === "boolean") return Number(cell);
  if (typeof cell === "string") return /^\d+$/.test(cell) ? Number(cell) : NaN;
  // Adding 0 turns the -0 that -0.5 is cut to into 0.
  return typeof cell === "number" ? Math.trunc(cell) + 0 : NaN;
}
