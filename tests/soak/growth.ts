/**
 * Whether a figure that is looked at again and again grows.
 *
 * @module
 */

/** Looks at the start that do not count: what is needed is still being loaded. */
const WARM_UP_SHARE = 0.1;
/** Fewest looks after the warm-up that say anything: three a third. */
export const FEWEST_LOOKS = 9;

/** The middle of the first and of the last third after the warm-up. */
export interface Growth {
  readonly early: number;
  readonly late: number;
  /** Whether the late one is beyond the early one by more than a tenth and the allowance. */
  readonly grown: boolean;
}

/**
 * Compares medians, so that one look at a heap that is about to be collected, or just was, decides
 * nothing.
 * @param figures in the order of the looks
 * @param allowance what the figure may gain beyond a tenth, in its unit
 * @throws {RangeError} when there are too few looks.
 */
export function growthOf(figures: readonly number[], allowance: number): Growth {
  const warm = figures.slice(Math.ceil(figures.length * WARM_UP_SHARE));
  if (warm.length < FEWEST_LOOKS) {
    throw new RangeError(`expected ${FEWEST_LOOKS} looks after the warm-up, got ${warm.length}`);
  }
  const third = Math.floor(warm.length / 3);
  const [early, late] = [median(warm.slice(0, third)), median(warm.slice(-third))];
  return { early, late, grown: late > early * 1.1 + allowance };
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
