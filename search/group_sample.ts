/**
 * Drawing programs from voted patterns: heavy patterns often, good members of a pattern often.
 *
 * @module
 */
import { accuracy } from "../data/candidate.ts";
import { type Random, weightedIndex } from "./random.ts";

/** A pattern with its members. */
export interface WeightedGroup<T> {
  /** At least 0; its chance is its share of all weights. */
  readonly weight: number;
  /** Programs of the pattern; none is allowed. */
  readonly members: readonly T[];
}

/** How often one member may be drawn. */
export interface GroupSampleOptions {
  /**
   * Whether a group asked for more than it has draws with replacement, as the published code does.
   * If not, what a group cannot give goes to the others.
   * @default {false}
   */
  readonly repeats?: boolean;
}

/** Leaves a wrong member a chance only when nothing better is left in its group. */
const SMALL_QUALITY = 1e-10;

/**
 * Draws `n` members: how many of each group is multinomial by weight, who within a group goes by
 * train accuracy (SOAR section 3.3 and its code). Groups in order. Fewer than `n` when the groups
 * hold fewer (without repeats), or when a share falls to an empty group (with repeats).
 *
 * @param n A whole number of at least 0.
 */
export function weightedGroupSample<T extends { readonly correctTrain: readonly boolean[] }>(
  groups: readonly WeightedGroup<T>[],
  n: number,
  random: Random,
  { repeats = false }: GroupSampleOptions = {},
): T[] {
  const counts = groups.map(() => 0);
  const weights = groups.map(({ weight, members }) => members.length || repeats ? weight : 0);
  for (let drawn = 0; drawn < n; drawn++) {
    const i = weightedIndex(weights, random);
    if (i < 0) break;
    counts[i]++;
    if (!repeats && counts[i] === groups[i].members.length) weights[i] = 0;
  }
  return groups.flatMap(({ members }, i) => drawMembers(members, counts[i], random));
}

/** `count` members by quality: distinct ones where there are enough, else with replacement. */
function drawMembers<T extends { readonly correctTrain: readonly boolean[] }>(
  members: readonly T[],
  count: number,
  random: Random,
): T[] {
  if (members.length === 0) return [];
  const weights = members.map((one) => 1000 * accuracy(one.correctTrain) + SMALL_QUALITY);
  const replace = count > members.length;
  return Array.from({ length: count }, () => {
    const i = weightedIndex(weights, random);
    if (!replace) weights[i] = 0;
    return members[i];
  });
}
