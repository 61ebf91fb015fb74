/**
 * How much two grids differ.
 *
 * @module
 */
import type { Grid } from "../data/grid.ts";

/** Which cells count. */
export interface GridDistanceOptions {
  /**
   * Whether cells that are 0 in both grids are left out of the count.
   * @default {true}
   */
  readonly ignoreZero?: boolean;
}

/**
 * Share of cells that differ, 0..1; 0 when none counts. Grids of unequal size are compared from
 * the top left, and cells only one of them has differ (SOAR's code).
 *
 * @param a A rectangle of at least one cell, as is `b`.
 */
export function gridDistance(
  a: Grid,
  b: Grid,
  { ignoreZero = true }: GridDistanceOptions = {},
): number {
  const rows = Math.max(a.length, b.length);
  const columns = Math.max(a[0].length, b[0].length);
  let counted = 0;
  let different = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const left = a[r]?.[c] ?? -1;
      const right = b[r]?.[c] ?? -1;
      if (ignoreZero && left === 0 && right === 0) continue;
      counted++;
      if (left !== right) different++;
    }
  }
  return counted === 0 ? 0 : different / counted;
}

/** Mean distance over all unordered pairs of the grids, 0..1; 0 for fewer than two (SOAR's code). */
export function meanDistance(grids: readonly Grid[]): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < grids.length; i++) {
    for (let j = i + 1; j < grids.length; j++, pairs++) sum += gridDistance(grids[i], grids[j]);
  }
  return pairs === 0 ? 0 : sum / pairs;
}
