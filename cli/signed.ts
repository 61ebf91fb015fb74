/**
 * Differences as text.
 *
 * @module
 */
import type { Difference } from "../mod.ts";

/** A number with its sign, to a tenth. */
export function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${+value.toFixed(1)}`;
}

/** A difference and its interval. */
export function withInterval({ difference, low, high }: Difference): string {
  return `${signed(difference)} [${signed(low)}, ${signed(high)}]`;
}
