/**
 * Removing duplicates: by source, by outputs (SOAR appendix F; by likeness: similarity.ts, lexical.ts).
 *
 * Of equal programs the first stays, and the order stays. Wrong programs are compared by their
 * outputs, right ones by likeness.
 *
 * @module
 */
import { type JudgedOutputs, outputsKey } from "./judged.ts";

/** The first program of each source, white space at both ends aside (SOAR appendix F). */
export function dedupByCode<T extends { readonly code: string }>(programs: readonly T[]): T[] {
  return firstOfEach(programs, (program) => program.code.trim());
}

/** The first program of each full list of outputs, train then test (SOAR appendix F). */
export function dedupByOutputs<T extends Pick<JudgedOutputs, "outputs">>(
  programs: readonly T[],
): T[] {
  return firstOfEach(programs, outputsKey);
}

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
