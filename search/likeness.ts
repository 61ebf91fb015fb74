/**
 * Near-duplicates by name: which likeness of programs counts (SOAR appendix F).
 *
 * @module
 */
import { dedupLexically } from "./lexical.ts";
import { dedupBySimilarity, type Vector } from "./similarity.ts";

/**
 * What makes right programs near-duplicates: nothing; their tokens; their embeddings, which is
 * SOAR's. Where no endpoint gives embeddings, `embedding` goes by tokens.
 */
export const LIKENESSES = ["none", "lexical", "embedding"] as const;

/** One of {@link LIKENESSES}. */
export type Likeness = typeof LIKENESSES[number];

/**
 * The programs that stay when each that stays removes all later ones like it, in the order given.
 *
 * @param programs Programs of one task; those to be preferred first.
 * @param vectors Their embeddings, of length 1, in the same order; null where there are none.
 * @throws {RangeError} If there are more or fewer vectors than programs.
 */
export function dropNearDuplicates<T extends { readonly code: string }>(
  likeness: Likeness,
  programs: readonly T[],
  vectors: readonly Vector[] | null,
): T[] {
  if (likeness === "none") return programs.slice();
  if (likeness === "lexical" || vectors === null) {
    return dedupLexically(programs.map(({ code }) => code)).map((i) => programs[i]);
  }
  if (vectors.length !== programs.length) {
    throw new RangeError(
      `Cannot compare programs: expected ${programs.length} embeddings, got ${vectors.length}`,
    );
  }
  return dedupBySimilarity(vectors).map((i) => programs[i]);
}
