/** Types of npm:deno-std's `text/levenshtein_distance.js`, which is published without any. */

/** Insertions, deletions and substitutions of characters that make one text the other. */
export function levenshteinDistance(a: string, b: string): number;
