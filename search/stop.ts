/**
 * When a task has had enough, and how long a program may run (SOAR sections 3.2, D.5 and its code).
 *
 * @module
 */

/** Programs after which a task stops, in either operator (the paper's figure). */
export const ENOUGH_SOLVED = 100;

/**
 * Whether a task stops sampling (SOAR section 3.2).
 *
 * @param solved Solved programs of the task ({@link import("./judged.ts").countSolved}).
 * @param enough 100 is the paper's; the published code goes on until 101.
 */
export function stopsSampling(solved: number, enough: number = ENOUGH_SOLVED): boolean {
  return solved >= enough;
}

/**
 * Whether a task stops refining (SOAR section 3.2).
 *
 * @param solvedByRefining Solved programs of the task that came from refining; those that were
 * sampled do not count.
 * @param enough 100 is the paper's; the published code takes 25.
 */
export function stopsRefining(solvedByRefining: number, enough: number = ENOUGH_SOLVED): boolean {
  return solvedByRefining >= enough;
}

/** Bounds of {@link timeLimitSeconds}. */
export interface TimeLimitOptions {
  /**
   * Seconds a grid.
   * @default {1}
   */
  readonly perGrid?: number;
  /**
   * Least seconds.
   * @default {2}
   */
  readonly least?: number;
  /**
   * Most seconds.
   * @default {20}
   */
  readonly most?: number;
}

/**
 * Time a program has for all its inputs together, in seconds (SOAR's code).
 *
 * @param trainInputs Train pairs of the task.
 * @param testInputs Test inputs of the task.
 */
export function timeLimitSeconds(
  trainInputs: number,
  testInputs: number,
  { perGrid = 1, least = 2, most = 20 }: TimeLimitOptions = {},
): number {
  return Math.min(most, Math.max(least, perGrid * (trainInputs + testInputs)));
}

/** Address space of a program in bytes: 1,000 MiB (SOAR's code, before its margin). */
export const MEMORY_BYTES = 1000 * 1024 * 1024;
