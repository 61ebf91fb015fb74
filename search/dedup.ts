/**
 * Removing duplicates: by source, by outputs, by similarity of embeddings (SOAR appendix F).
 *
 * Of equal programs the first stays, and the order stays. Wrong programs are compared by their
 * outputs, right ones by similarity.
 *
 * @module
 */
import { type JudgedOutputs, outputsKey } from "./judged.ts";

/** The first program of each source, white space at both ends aside. */
export function dedupByCode<T extends { readonly code: string }>(programs: readonly T[]): T[] {
  return firstOfEach(programs, (program) => program.code.trim());
}

/** The first program of each full list of outputs. */
export function dedupByOutputs<T extends Pick<JudgedOutputs, "outputs">>(
  programs: readonly T[],
): T[] {
  return firstOfEach(programs, outputsKey);
}

/**
 * Indices of the programs that stay when each that stays removes all later ones too like it.
 * The time is quadratic in the programs.
 *
 * @param vectors One embedding a program, of length 1.
 * @param threshold A dot product above it means "the same" (SOAR appendix F: 0.9).
 */
export function dedupBySimilarity(
  vectors: readonly (readonly number[])[],
  threshold: number = 0.9,
): number[] {
  const kept: number[] = [];
  for (let i = 0; i < vectors.length; i++) {
    if (!kept.some((j) => dot(vectors[j], vectors[i]) > threshold)) kept.push(i);
  }
  return kept;
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

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
