/**
 * Which programs are worth keeping to learn from (rules of SOAR's code; the paper names only the
 * first). Whether a program is right plays no part.
 *
 * @module
 */
import { type Grid, gridsEqual } from "../data/grid.ts";
import type { Pair } from "../data/task.ts";
import { meanDistance } from "./grid_distance.ts";

/** Why a program is not kept. */
export type KeepFault = "no_grid" | "blank_tests" | "constant" | "copies_input";

/** Outputs that differ less than this on average are constant, unless the task's do too. */
const LEAST_DISTANCE = 0.2;

/** Share of train outputs that may equal their input, unless the task's do more often. */
const MOST_COPIES = 0.3;

/** Longest program without a right train pair that may stay, in tokens of the model. */
export const MAX_TOKENS = 4096;

/**
 * What speaks against keeping a program, or null:
 * `no_grid` an input without a grid; `blank_tests` all test outputs zero though no train output
 * of the task is; `constant` nearly the same output everywhere though the task's differ;
 * `copies_input` more outputs equal to their input than in the task (SOAR's code).
 *
 * @param train The task's train pairs.
 * @param outputs The program's outputs on train inputs then test inputs; null where there is none.
 */
export function keepFault(
  train: readonly Pair[],
  outputs: readonly (Grid | null)[],
): KeepFault | null {
  if (!outputs.every((output) => output !== null)) return "no_grid";
  const given = outputs.slice(0, train.length);
  const expected = train.map((pair) => pair.output);
  if (outputs.slice(train.length).every(isBlank) && !expected.some(isBlank)) return "blank_tests";
  const different = Math.min(LEAST_DISTANCE, meanDistance(expected));
  if (meanDistance(given) < different) return "constant";
  const allowed = Math.max(MOST_COPIES, copiedShare(train, expected));
  return copiedShare(train, given) > allowed ? "copies_input" : null;
}

/**
 * Programs without those that are longer than {@link MAX_TOKENS} and get no train pair right
 * (SOAR's code).
 *
 * @param maxTokens Longest that may stay, in tokens of the model.
 */
export function dropLong<
  T extends { readonly tokens: number; readonly correctTrain: readonly boolean[] },
>(
  programs: readonly T[],
  maxTokens: number = MAX_TOKENS,
): T[] {
  return programs.filter((one) => one.tokens <= maxTokens || one.correctTrain.some(Boolean));
}

function isBlank(grid: Grid): boolean {
  return grid.every((row) => row.every((cell) => cell === 0));
}

function copiedShare(train: readonly Pair[], outputs: readonly Grid[]): number {
  const copies = outputs.filter((output, i) => gridsEqual(output, train[i].input)).length;
  return outputs.length === 0 ? 0 : copies / outputs.length;
}
