/**
 * What a misspelt name was likely meant to be.
 *
 * @module
 */
// @ts-types="../std/text_levenshtein_distance.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Share of a name's characters that may be wrong; two neighbours swapped count as two. */
const WRONG_SHARE = 0.5;

/** The nearest of the known names; null where none is near, or the name is one of them. Upper and lower case are one. */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const one of known) {
    if (one === name) return null;
    const distance = levenshteinDistance(name.toLowerCase(), one.toLowerCase());
    const allowed = Math.floor(Math.max(name.length, one.length) * WRONG_SHARE);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) {
      best = { name: one, distance };
    }
  }
  return best?.name ?? null;
}

/** ` (did you mean tail?)`, to stand behind a wrong name; nothing where no known one is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === null ? "" : ` (did you mean ${near}?)`;
}
