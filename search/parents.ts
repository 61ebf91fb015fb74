/**
 * Which programs to refine next, by name: the bandit, its ablations, and pairs for crossover
 * (SOAR section 3.2 and its code).
 *
 * A pair is judged by its joint coverage: the share of train pairs that at least one of the two
 * gets right. Whoever keeps the archive adds one to `timesChosen` of every arm chosen.
 *
 * @module
 */
import { type Bin, correctnessBin } from "./bins.ts";
import { choose, type Random, randomInt, weightedIndex } from "./random.ts";
import {
  type Arm,
  chooseParent,
  chooseParents,
  type ChosenArm,
  drawTheta,
  type RexOptions,
} from "./rex.ts";

/**
 * The selectors. `rex` is SOAR's; `rex_no_discount` leaves the count out; `uniform_in_bin` keeps
 * to one bin. Those with `pair` choose two parents: by the two largest draws of REx, by weight,
 * or by a draw for each pair.
 */
export const PARENT_SELECTORS = [
  "rex",
  "rex_no_discount",
  "uniform",
  "uniform_in_bin",
  "rex_pair",
  "pair_weighted",
  "pair_thompson",
] as const;

/** One of {@link PARENT_SELECTORS}. */
export type ParentSelector = typeof PARENT_SELECTORS[number];

/** An arm and which train pairs it gets right. */
export interface CoveringArm extends Arm {
  /** One flag a train pair. */
  readonly correctTrain: readonly boolean[];
}

/** How parents are selected. */
export interface ParentOptions extends Pick<RexOptions, "c"> {
  /**
   * The bin of `uniform_in_bin`; when it is empty all arms are open.
   * @default {"medium"}
   */
  readonly bin?: Bin;
}

/**
 * Arms that pairs are made of at most, drawn uniformly: 19,900 pairs can be looked at in
 * milliseconds, the 720,000 of SOAR's four full bins cannot.
 */
export const PAIR_ARMS = 200;

/**
 * The parents of the next refinement: one, or two where the selector makes pairs and there are two
 * arms; none when there is no arm. `theta` is what each was chosen by: its draw or that of its pair,
 * the pair's weight, or, where all were alike, its chance (SOAR section 3.2 and its code).
 *
 * @param arms Arms of one task, with as many flags each.
 * @throws {RangeError} As `drawTheta` (rex.ts).
 */
export function selectParents(
  selector: ParentSelector,
  arms: readonly CoveringArm[],
  random: Random,
  { c, bin = "medium" }: ParentOptions = {},
): ChosenArm[] {
  switch (selector) {
    case "rex":
    case "rex_no_discount": {
      const chosen = chooseParent(arms, random, { c, discount: selector === "rex" });
      return chosen ? [chosen] : [];
    }
    case "uniform":
      return uniformly(arms, random);
    case "uniform_in_bin": {
      const inBin = arms.filter(({ correctTrain }) => correctnessBin(correctTrain) === bin);
      return uniformly(inBin.length > 0 ? inBin : arms, random);
    }
    case "rex_pair":
      return chooseParents(arms, 2, random, { c });
    case "pair_weighted":
    case "pair_thompson": {
      const pairs = pairsOf(arms, random);
      if (pairs.length === 0) return uniformly(arms, random);
      const [pair, theta] = selector === "pair_weighted"
        ? byWeight(pairs, random)
        : byDraw(pairs, random, { c });
      return pair.arms.map((arm) => chosenBy(arm, theta));
    }
  }
}

/**
 * Share of train pairs that at least one of two programs gets right, 0..1; 0 without pairs
 * (SOAR's code).
 *
 * @param a One flag a train pair; `b` has as many.
 */
export function jointCoverage(a: readonly boolean[], b: readonly boolean[]): number {
  let covered = 0;
  for (let i = 0; i < a.length; i++) if (a[i] || b[i]) covered++;
  return a.length === 0 ? 0 : covered / a.length;
}

interface ArmPair {
  readonly arms: readonly [CoveringArm, CoveringArm];
  readonly coverage: number;
  /** Times either was chosen. */
  readonly timesChosen: number;
}

function pairsOf(all: readonly CoveringArm[], random: Random): ArmPair[] {
  const arms = all.length > PAIR_ARMS ? choose(all, PAIR_ARMS, random) : all;
  const pairs: ArmPair[] = [];
  for (let i = 0; i < arms.length; i++) {
    for (let j = i + 1; j < arms.length; j++) {
      const [a, b] = [arms[i], arms[j]];
      pairs.push({
        arms: a.h >= b.h ? [a, b] : [b, a],
        coverage: jointCoverage(a.correctTrain, b.correctTrain),
        timesChosen: a.timesChosen + b.timesChosen,
      });
    }
  }
  return pairs;
}

/** In proportion to coverage + 1/(1 + N1 + N2): good pairs, and those not tried yet. */
function byWeight(pairs: readonly ArmPair[], random: Random): [ArmPair, number] {
  const weights = pairs.map(({ coverage, timesChosen }) => coverage + 1 / (1 + timesChosen));
  const i = weightedIndex(weights, random);
  return [pairs[i], weights[i]];
}

/** The largest draw of the arms' distribution with coverage for accuracy and N1 + N2 for N. */
function byDraw(
  pairs: readonly ArmPair[],
  random: Random,
  options: RexOptions,
): [ArmPair, number] {
  let [best, theta] = [pairs[0], -1];
  for (const pair of pairs) {
    const drawn = drawTheta({ h: pair.coverage, timesChosen: pair.timesChosen }, random, options);
    if (drawn > theta) [best, theta] = [pair, drawn];
  }
  return [best, theta];
}

function uniformly(arms: readonly CoveringArm[], random: Random): ChosenArm[] {
  if (arms.length === 0) return [];
  return [chosenBy(arms[randomInt(arms.length, random)], 1 / arms.length)];
}

function chosenBy({ id, h, timesChosen }: Arm, theta: number): ChosenArm {
  return { id, h, timesChosen, theta };
}
