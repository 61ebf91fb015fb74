/**
 * REx: which program to refine next, as a bandit (SOAR section 3.2; Tang et al. 2024).
 *
 * Each program of a task's archive is an arm. One theta is drawn per arm, the largest is refined.
 * Whoever keeps the archive adds one to `timesChosen` of the chosen arm: the discount is what
 * makes the bandit move on.
 *
 * @module
 */
import { groupByParentBin } from "./bins.ts";
import type { Judged } from "./judged.ts";
import { betaDraw, choose, type Random } from "./random.ts";

/** A program that may be refined. */
export interface Arm {
  /** Program it is, as a decimal string. */
  readonly id: string;
  /** Train accuracy, 0..1. */
  readonly h: number;
  /** Times it has been chosen so far (N). */
  readonly timesChosen: number;
}

/** An arm and the draw it was chosen by. */
export interface ChosenArm extends Arm {
  /** The Beta draw that won. */
  readonly theta: number;
}

/** How theta is drawn. */
export interface RexOptions {
  /**
   * Weight of the accuracy (C).
   * @default {20} SOAR section 3.2
   */
  readonly c?: number;
  /**
   * Whether N lowers the chances of an arm; false is the paper's ablation.
   * @default {true}
   */
  readonly discount?: boolean;
}

/** Programs a bin that a task's first archive may hold (SOAR appendix D.3). */
export const BIN_CAP = 300;

/**
 * Parameters of an arm's distribution: Beta(1 + C·h, 1 + C·(1 − h) + N) (SOAR section 3.2).
 *
 * @param h Train accuracy, 0..1.
 * @param timesChosen Times the arm has been chosen (N).
 */
export function betaParameters(
  h: number,
  timesChosen: number,
  { c = 20, discount = true }: RexOptions = {},
): { alpha: number; beta: number } {
  return { alpha: 1 + c * h, beta: 1 + c * (1 - h) + (discount ? timesChosen : 0) };
}

/**
 * The arm to refine: the one with the largest theta; null when there is no arm (SOAR section 3.2).
 *
 * @param arms Arms of one task; of equal draws the first wins.
 * @param options See {@link RexOptions}.
 * @throws {RangeError} As {@link drawTheta}.
 */
export function chooseParent(
  arms: readonly Arm[],
  random: Random,
  options: RexOptions = {},
): ChosenArm | null {
  let best: Arm | null = null;
  let theta = -1;
  for (const arm of arms) {
    const drawn = drawTheta(arm, random, options);
    if (drawn > theta) [best, theta] = [arm, drawn];
  }
  return best && { id: best.id, h: best.h, timesChosen: best.timesChosen, theta };
}

/**
 * The arms of the largest thetas, largest first: two of them are the parents of a crossover
 * (SOAR's code).
 *
 * @param count How many; all where there are fewer.
 * @throws {RangeError} As {@link drawTheta}.
 */
export function chooseParents(
  arms: readonly Arm[],
  count: number,
  random: Random,
  options: RexOptions = {},
): ChosenArm[] {
  return arms
    .map(({ id, h, timesChosen }) => {
      return { id, h, timesChosen, theta: drawTheta({ h, timesChosen }, random, options) };
    })
    .sort((a, b) => b.theta - a.theta)
    .slice(0, count);
}

/**
 * The programs refinement starts from: at most `cap` of each bin, drawn uniformly, bins in order.
 * Programs already right on train and on known tests are left out; empty when nothing is left,
 * and the task is then not refined (SOAR appendix D.3).
 *
 * @param programs Programs of one task, one a set of outputs.
 * @param cap Programs a bin.
 */
export function initialArchive<T extends Judged>(
  programs: readonly T[],
  random: Random,
  cap: number = BIN_CAP,
): T[] {
  const archive: T[] = [];
  for (const [bin, members] of groupByParentBin(programs, (program) => program)) {
    // `max` with known tests is solved; with hidden tests it may yet be wrong, and stays.
    const open = bin === "max" ? members.filter((one) => one.correctTest === null) : members;
    archive.push(...choose(open, cap, random));
  }
  return archive;
}

/**
 * One draw of an arm's distribution ({@link betaParameters}), 0..1 (SOAR section 3.2).
 *
 * @throws {RangeError} If an accuracy outside 0..1 leaves a parameter that is not above 0.
 */
export function drawTheta(
  arm: Pick<Arm, "h" | "timesChosen">,
  random: Random,
  options: RexOptions = {},
): number {
  const { alpha, beta } = betaParameters(arm.h, arm.timesChosen, options);
  return betaDraw(alpha, beta, random);
}
