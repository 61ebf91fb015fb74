/**
 * Tiers: fork-servers that have loaded more or less, guessed from a program's text.
 *
 * A fork costs what its server has loaded, so a program is first run in the lowest tier that seems
 * to do. The guess may be wrong: a fork that needs more says so and is run again higher up.
 *
 * @module
 */

/** Tiers from cheap to dear; names and order as in launcher.py, `TIERS`. */
export const TIERS = ["bare", "numpy", "ndimage", "wide"] as const;

/** Index in {@link TIERS}. */
export type Tier = 0 | 1 | 2 | 3;

/** The lowest tier that a program's text suggests. */
export function guessTier(code: string): Tier {
  const scipy = [...code.matchAll(/\bscipy\b(?:\.|\s+import\s+)?(\w*)/g)];
  if (scipy.some((match) => match[1] !== "" && match[1] !== "ndimage")) return 3;
  if (/\b(skimage|sklearn|networkx|sympy|pandas|shapely)\b/.test(code)) return 3;
  if (scipy.length > 0) return 2;
  return /\b(np|numpy)\b/.test(code) ? 1 : 0;
}
