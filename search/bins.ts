/**
 * Bins of programs by train accuracy (SOAR section 3.2 and its code).
 *
 * @module
 */
import { accuracy } from "../data/candidate.ts";
import type { Judged } from "./judged.ts";

/** The bins, worst first. */
export const BINS = ["zero", "low", "medium", "max"] as const;

/** One of {@link BINS}. */
export type Bin = typeof BINS[number];

/** The bins of parents in refinement data: `max_zero` = all train pairs right but a test wrong. */
export const PARENT_BINS = ["zero", "low", "medium", "max_zero", "max"] as const;

/** One of {@link PARENT_BINS}. */
export type ParentBin = typeof PARENT_BINS[number];

/** Highest accuracy of `low`: a third, with room for rounding (SOAR's bins 0, 1–34, 34–98, 100 %). */
const LOW = 0.34;

/** Accuracies from here on are `max`. */
const MAX = 0.98;

/**
 * Bin of a program by its train accuracy (SOAR section 3.2 and its code).
 *
 * @param correctTrain One flag a train pair; `max` for a task without any.
 */
export function correctnessBin(correctTrain: readonly boolean[]): Bin {
  if (correctTrain.length === 0) return "max";
  const share = accuracy(correctTrain);
  if (share === 0) return "zero";
  if (share <= LOW) return "low";
  return share < MAX ? "medium" : "max";
}

/**
 * Bin of a program as a parent: as {@link correctnessBin}, but where the test answers may be used
 * a program of `max` that misses a test (or has none) is `max_zero` (SOAR section 3.3).
 */
export function parentBin({ correctTrain, correctTest }: Judged): ParentBin {
  const bin = correctnessBin(correctTrain);
  if (bin !== "max" || correctTest === null) return bin;
  return correctTest.length > 0 && correctTest.every(Boolean) ? "max" : "max_zero";
}

/**
 * Programs by parent bin, in the order of {@link PARENT_BINS}, members in the order given; empty
 * bins are left out (SOAR section 3.3).
 *
 * @param judgedOf Verdicts of a program.
 */
export function groupByParentBin<T>(
  programs: readonly T[],
  judgedOf: (program: T) => Judged,
): Map<ParentBin, T[]> {
  const bins = new Map<ParentBin, T[]>(PARENT_BINS.map((bin) => [bin, []]));
  for (const program of programs) bins.get(parentBin(judgedOf(program)))!.push(program);
  for (const [bin, members] of bins) if (members.length === 0) bins.delete(bin);
  return bins;
}
