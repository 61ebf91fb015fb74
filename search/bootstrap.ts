/**
 * Whether one arm of an experiment is better than another on the same tasks: the paired bootstrap.
 *
 * @module
 */
import { type Random, randomInt } from "./random.ts";

/** How to resample. */
export interface BootstrapOptions {
  /** Uniform in [0, 1). */
  readonly random: Random;
  /**
   * Times the tasks are drawn anew.
   * @default {10_000}
   */
  readonly resamples?: number;
  /**
   * Share of resamples inside the interval.
   * @default {0.95}
   */
  readonly level?: number;
}

/** A difference of sums with its percentile interval. */
export interface Difference {
  /** Sum of `a` minus sum of `b`, e.g. tasks solved. */
  readonly difference: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * Difference of two arms, tasks drawn with replacement and both arms' results of a task together.
 *
 * @param a Result a task: solved or not, or a score.
 * @param b The other arm's, in the same order of tasks.
 * @throws {RangeError} If the arms differ in length, or an option is out of its bounds.
 */
export function pairedBootstrap(
  a: readonly (boolean | number)[],
  b: readonly (boolean | number)[],
  { random, resamples = 10_000, level = 0.95 }: BootstrapOptions,
): Difference {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot pair arms: expected ${a.length} results, got ${b.length}`);
  }
  if (!(resamples >= 1) || !(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot resample: expected resamples >= 1 and level in (0, 1), got ${resamples}, ${level}`,
    );
  }
  const gains = Float64Array.from(a, (result, i) => Number(result) - Number(b[i]));
  const sums = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < gains.length; i++) sums[r] += gains[randomInt(gains.length, random)];
  }
  sums.sort();
  return {
    difference: gains.reduce((sum, gain) => sum + gain, 0),
    low: quantile(sums, (1 - level) / 2),
    high: quantile(sums, (1 + level) / 2),
  };
}

/** Linear between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
