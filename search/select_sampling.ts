/**
 * Which programs of a task become sampling data (SOAR section 3.3 and its code).
 *
 * Where a program's `correctTest` is null everything goes by train accuracy, as at test time.
 *
 * @module
 */
import { accuracy } from "../data/candidate.ts";
import { dedupByOutputs } from "./dedup.ts";
import { weightedGroupSample } from "./group_sample.ts";
import { isSolved, type Judged, type JudgedProgram } from "./judged.ts";
import { choose, type Random, shuffle } from "./random.ts";
import { vote } from "./vote.ts";

/**
 * The strategies; `greedy_diverse` is the paper's choice, the `_vote` variant is for test time,
 * `shortest` for the last fine-tuning on all that was pooled.
 */
export const SAMPLING_STRATEGIES = [
  "greedy_diverse",
  "greedy_diverse_vote",
  "correct",
  "uniform",
  "greedy",
  "shortest",
] as const;

/** One of {@link SAMPLING_STRATEGIES}. */
export type SamplingStrategy = typeof SAMPLING_STRATEGIES[number];

/** Programs a task and generation (SOAR section 3.3). */
export const SAMPLING_CAP = 50;

/** Where the published code differs; `compat.ts` names both readings. */
export interface SelectionOptions {
  /**
   * Whether a program may be selected more than once, as in the published code, which pools some
   * programs twice and draws voted ones with replacement.
   * @default {false} the paper's reading: distinct programs
   */
  readonly repeats?: boolean;
  /**
   * Whether greedy-diverse draws its second half; the published code's deduplication by outputs
   * leaves it empty, so that half as many programs are selected.
   * @default {true}
   */
  readonly diverseHalf?: boolean;
}

/**
 * At most `n` programs of a task by the strategy named (SOAR section 3.3).
 *
 * @param programs Programs of one task, each with a grid on every input.
 * @param n Most programs; {@link SAMPLING_CAP} is SOAR's.
 * @throws {RangeError} By `greedy_diverse_vote`, if a program has fewer outputs than the first.
 */
export function selectSampling<T extends JudgedProgram>(
  strategy: SamplingStrategy,
  programs: readonly T[],
  n: number,
  random: Random,
  options: SelectionOptions = {},
): T[] {
  switch (strategy) {
    case "greedy_diverse":
      return selectGreedyDiverse(programs, n, random, options);
    case "greedy_diverse_vote":
      return selectGreedyDiverseVote(programs, n, random, options);
    case "correct":
      return selectCorrect(programs, n, random);
    case "uniform":
      return choose(programs, n, random);
    case "greedy":
      return selectGreedy(programs, n);
    case "shortest":
      return selectShortest(programs, n);
  }
}

/**
 * At most `n` of the solved programs, uniformly; train-perfect ones where tests are unknown
 * (SOAR section 3.3, "correct").
 */
export function selectCorrect<T extends Judged>(
  programs: readonly T[],
  n: number,
  random: Random,
): T[] {
  return choose(programs.filter(isSolved), n, random);
}

/**
 * The `n` shortest of the solved programs, ties in the order given: what the models are fine-tuned
 * on once more when their solutions are pooled (SOAR section 4 and its code, which prefers the
 * shorter of like programs).
 */
export function selectShortest<T extends JudgedProgram>(programs: readonly T[], n: number): T[] {
  return sortBy(programs.filter(isSolved), ({ codeLength }) => [-codeLength]).slice(0, n);
}

/**
 * The `n` programs of highest train accuracy, ties in the order given; tests play no part
 * (SOAR section 3.3, "greedy").
 */
export function selectGreedy<T extends Judged>(programs: readonly T[], n: number): T[] {
  return sortBy(programs, (program) => [accuracy(program.correctTrain)]).slice(0, n);
}

/**
 * Half of the best, half of the worst: floor(n/2) by score, then shorter source; the rest from the
 * programs that get least right, distinct by outputs (SOAR section 3.3, "greedy-diverse").
 *
 * @param n Most programs; fewer where the second half finds too few.
 */
export function selectGreedyDiverse<T extends JudgedProgram>(
  programs: readonly T[],
  n: number,
  random: Random,
  options: SelectionOptions = {},
): T[] {
  const ranked = rank(programs, random);
  const best = ranked.slice(0, Math.floor(n / 2));
  const rest = ranked.slice(best.length);
  return [...best, ...selectWorst(rest, n - Math.floor(n / 2), random, options)];
}

/**
 * As {@link selectGreedyDiverse} for tasks with unknown answers: the first half is drawn from the
 * patterns of the vote, heavy ones more often (SOAR section 3.3 and its code).
 *
 * @throws {RangeError} If a program has fewer outputs than the first.
 */
export function selectGreedyDiverseVote<T extends JudgedProgram>(
  programs: readonly T[],
  n: number,
  random: Random,
  options: SelectionOptions = {},
): T[] {
  const ranked = rank(programs, random);
  const half = Math.floor(n / 2);
  const byId = new Map(ranked.map((program) => [program.id, program]));
  const groups = vote(ranked, { attempts: half }).map(({ weight, members }) => {
    return { weight, members: members.map((id) => byId.get(id)!) };
  });
  const best = weightedGroupSample(groups, half, random, options);
  const taken = new Set(best);
  const rest = ranked.filter((program) => !taken.has(program));
  return [...best, ...selectWorst(rest, n - half, random, options)];
}

/**
 * Score that greedy-diverse ranks by: the mean over all flags, a right test counting 1.1, so that
 * of two programs with as many flags right the one that generalises is first (SOAR's code).
 */
export function greedyScore({ correctTrain, correctTest }: Judged): number {
  const tests = correctTest ?? [];
  const flags = correctTrain.length + tests.length;
  if (flags === 0) return 0;
  let sum = 0;
  for (const right of correctTrain) if (right) sum += 1;
  for (const right of tests) if (right) sum += 1.1;
  return sum / flags;
}

/** Best first: by score, then shorter source in characters; full ties in random order. */
function rank<T extends JudgedProgram>(programs: readonly T[], random: Random): T[] {
  const shuffled = shuffle(programs, random);
  return sortBy(shuffled, (program) => [greedyScore(program), -program.codeLength]);
}

/** Draws from programs with no train pair right; while too few, one right; then below half. */
function selectWorst<T extends JudgedProgram>(
  ranked: readonly T[],
  n: number,
  random: Random,
  { repeats = false, diverseHalf = true }: SelectionOptions,
): T[] {
  if (!diverseHalf) return [];
  const distinct = dedupByOutputs(ranked);
  const right = new Map(distinct.map((one) => [one, one.correctTrain.filter(Boolean).length]));
  const pool = distinct.filter((one) => right.get(one) === 0);
  if (pool.length <= n) pool.push(...distinct.filter((one) => right.get(one) === 1));
  if (pool.length <= n) pool.push(...distinct.filter((one) => accuracy(one.correctTrain) < 0.5));
  return choose(repeats ? pool : [...new Set(pool)], n, random);
}

/** Stable, highest key first; keys are compared number by number. */
function sortBy<T>(items: readonly T[], keyOf: (item: T) => number[]): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => {
      const i = a.key.findIndex((value, k) => value !== b.key[k]);
      return i < 0 ? 0 : b.key[i] - a.key[i];
    })
    .map(({ item }) => item);
}
