/**
 * Arms in groups of equal chances: the choice of REx (rex.ts) without a draw for each arm.
 *
 * Arms with equal accuracy and count have the same distribution (SOAR section 3.2), so that the
 * largest of their k draws can be drawn at once, and whose it was is then uniform among them. Of the
 * cap a bin (appendix D.3) only matters how many of each group are within it: hypergeometric numbers.
 * The choices are distributed as those of `chooseParent` upon `initialArchive`; the numbers drawn for
 * them are others. They follow from the arms, their counts and the seed alone, not from the order in
 * which arms came or went.
 *
 * @module
 */
import { accuracy } from "../data/candidate.ts";
import { BetaTail, largestTail, levelOf } from "./beta_tail.ts";
import { PARENT_BINS, parentBin } from "./bins.ts";
import { hypergeometric } from "./hypergeometric.ts";
import type { Judged } from "./judged.ts";
import { type Random, randomInt } from "./random.ts";
import { betaParameters, BIN_CAP, type RexOptions } from "./rex.ts";

/** An arm that was chosen. */
export interface GroupedChoice<T> {
  /** The one that was put in. */
  readonly arm: T;
  /** Its train accuracy, 0..1. */
  readonly h: number;
  /** Times it had been chosen before. */
  readonly timesChosen: number;
  /** The draw it was chosen by. */
  readonly theta: number;
}

/** Arms of one bin, accuracy and count. */
class Group<T> {
  readonly bin: BinOfGroups<T>;
  readonly h: number;
  readonly timesChosen: number;
  /** Sorted. */
  readonly arms: T[] = [];
  /** Where the arm stood that was chosen last: it is the next to leave. */
  lastAt = 0;
  #distribution: BetaTail | null = null;
  #options: RexOptions = {};

  constructor(bin: BinOfGroups<T>, h: number, timesChosen: number) {
    this.bin = bin;
    this.h = h;
    this.timesChosen = timesChosen;
  }

  distribution(options: RexOptions): BetaTail {
    const { c, discount } = this.#options;
    if (this.#distribution === null || c !== options.c || discount !== options.discount) {
      this.#options = options;
      this.#distribution = distributionOf(this.h, this.timesChosen, options);
    }
    return this.#distribution;
  }
}

interface BinOfGroups<T> {
  size: number;
  /** Best first: by accuracy, then count; none is empty. */
  readonly groups: Group<T>[];
}

/** What an arm has to keep: the group it is in, null while in none. */
export interface Grouped extends Judged {
  /** Written by {@link ArmGroups} alone. */
  group: ArmGroup | null;
}

/** A group, as it is seen from outside. */
export interface ArmGroup {
  /** Train accuracy of its arms, 0..1. */
  readonly h: number;
  /** Times each of them was chosen. */
  readonly timesChosen: number;
}

/** The open arms of a task. */
export class ArmGroups<T extends Grouped> {
  readonly #order: (a: T, b: T) => number;
  readonly #bins: readonly BinOfGroups<T>[] = PARENT_BINS.map(() => ({ size: 0, groups: [] }));
  #size = 0;

  /**
   * Begins without arms.
   *
   * @param order tells any two arms apart, whenever they came
   */
  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  /** Arms that are in. */
  get size(): number {
    return this.#size;
  }

  /** Adds an arm, or moves it to where its count is now. */
  put(arm: T, timesChosen: number): void {
    if (arm.group?.timesChosen === timesChosen) return;
    const bin = arm.group
      ? (arm.group as Group<T>).bin
      : this.#bins[PARENT_BINS.indexOf(parentBin(arm))];
    const h = arm.group?.h ?? accuracy(arm.correctTrain);
    if (arm.group) this.remove(arm);
    const [at, found] = placeOf(bin.groups, h, timesChosen);
    if (!found) bin.groups.splice(at, 0, new Group(bin, h, timesChosen));
    insertSorted(bin.groups[at].arms, arm, this.#order);
    arm.group = bin.groups[at];
    bin.size++;
    this.#size++;
  }

  /** Removes an arm that is there. */
  remove(arm: T): void {
    const group = arm.group as Group<T>;
    const { arms, bin, lastAt } = group;
    arms.splice(arms[lastAt] === arm ? lastAt : sortedPlace(arms, arm, this.#order) - 1, 1);
    if (arms.length === 0) bin.groups.splice(bin.groups.indexOf(group), 1);
    arm.group = null;
    bin.size--;
    this.#size--;
  }

  /**
   * Draws which arms are within the cap, to be chosen from while no arm is added or removed
   * (SOAR appendix D.3).
   *
   * @param cap Arms a bin.
   */
  within(random: Random, cap: number = BIN_CAP): OpenGroups<T> {
    const groups: Group<T>[] = [];
    const counts: number[] = [];
    for (let i = this.#bins.length - 1; i >= 0; i--) {
      const bin = this.#bins[i];
      let [rest, left] = [bin.size, Math.min(bin.size, cap)];
      for (const group of bin.groups) {
        const count = hypergeometric(rest, group.arms.length, left, random);
        rest -= group.arms.length;
        left -= count;
        if (count === 0) continue;
        groups.push(group);
        counts.push(count);
      }
    }
    return new OpenGroups(groups, counts);
  }
}

/** The arms of one choice. */
export class OpenGroups<T> {
  readonly #groups: readonly Group<T>[];
  /** How many of the arms of each group are within the cap, and not taken. */
  readonly #counts: number[];
  readonly #gone = new Set<T>();

  /** Made by {@link ArmGroups.within}. @param counts Arms of each group that may be chosen */
  constructor(groups: readonly Group<T>[], counts: number[]) {
    this.#groups = groups;
    this.#counts = counts;
  }

  /**
   * The arm with the largest draw (SOAR section 3.2); null when there is none. An arm is given once.
   *
   * @throws {RangeError} If an accuracy outside 0..1 leaves a parameter that is not above 0.
   */
  take(random: Random, options: RexOptions = {}): GroupedChoice<T> | null {
    const [groups, counts] = [this.#groups, this.#counts];
    // Few can be the largest: the others are told by bounds of what they could be at most, a coarse
    // one, then the levels of their tails that are remembered.
    const close: number[] = [];
    const tails: number[] = [];
    let least = -1;
    for (let i = 0; i < groups.length; i++) {
      if (counts[i] === 0) continue;
      const distribution = groups[i].distribution(options);
      const uniform = random();
      if (distribution.atMost(uniform / counts[i]) < least) continue;
      const tail = largestTail(uniform, counts[i]);
      const level = levelOf(tail);
      if (distribution.atLevel(level + 1) < least) continue;
      least = Math.max(least, distribution.atLevel(level));
      close.push(i);
      tails.push(tail);
    }
    let best = -1;
    let theta = -1;
    for (let k = close.length - 1; k >= 0; k--) {
      const distribution = groups[close[k]].distribution(options);
      if (distribution.atLevel(levelOf(tails[k]) + 1) < Math.max(least, theta)) continue;
      const largest = distribution.inverse(tails[k]);
      if (largest > theta) [best, theta] = [close[k], largest];
    }
    if (best < 0) return null;
    const group = this.#groups[best];
    const { h, timesChosen } = group;
    const arm = this.#oneOf(group, random);
    this.#counts[best]--;
    this.#gone.add(arm);
    return { arm, h, timesChosen, theta };
  }

  /** Those of a group that are within the cap are as likely any of it. */
  #oneOf(group: Group<T>, random: Random): T {
    while (true) {
      const at = randomInt(group.arms.length, random);
      const arm = group.arms[at];
      if (this.#gone.has(arm)) continue;
      group.lastAt = at;
      return arm;
    }
  }
}

/** Distributions by their parameters: the same few come up for all tasks, again and again. */
const distributions = new Map<number, Map<number, BetaTail>>();

/** Distributions kept; the counts of a run are mostly small. */
const MAX_DISTRIBUTIONS = 2000;
let kept = 0;

function distributionOf(h: number, timesChosen: number, options: RexOptions): BetaTail {
  const { alpha, beta } = betaParameters(h, timesChosen, options);
  const known = distributions.get(alpha)?.get(beta);
  if (known) return known;
  if (++kept > MAX_DISTRIBUTIONS) {
    distributions.clear();
    kept = 1;
  }
  let ofAlpha = distributions.get(alpha);
  if (!ofAlpha) distributions.set(alpha, ofAlpha = new Map());
  const made = new BetaTail(alpha, beta);
  ofAlpha.set(beta, made);
  return made;
}

function placeOf<T>(
  groups: readonly Group<T>[],
  h: number,
  timesChosen: number,
): [at: number, found: boolean] {
  for (let i = 0; i < groups.length; i++) {
    const order = h - groups[i].h || groups[i].timesChosen - timesChosen;
    if (order >= 0) return [i, order === 0];
  }
  return [groups.length, false];
}

/** The place after all that are not behind `item`, 0..length, by the order they are sorted in. */
export function sortedPlace<T>(
  sorted: readonly T[],
  item: T,
  order: (a: T, b: T) => number,
): number {
  let [from, to] = [0, sorted.length];
  // Most come in order.
  if (to > 0 && order(sorted[to - 1], item) <= 0) return to;
  while (from < to) {
    const middle = from + to >> 1;
    if (order(sorted[middle], item) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Puts an item into its place, behind its equals. */
export function insertSorted<T>(sorted: T[], item: T, order: (a: T, b: T) => number): void {
  sorted.splice(sortedPlace(sorted, item, order), 0, item);
}
