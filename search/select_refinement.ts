/**
 * Which (parent, child) pairs of a task become refinement data (SOAR section 3.3 and its code).
 *
 * @module
 */
import { accuracy, type Operator } from "../data/candidate.ts";
import { groupByParentBin, parentBin } from "./bins.ts";
import { isSolved, type Judged, type JudgedOutputs, outputsKey } from "./judged.ts";
import { choose, type Random, randomInt, shuffle } from "./random.ts";

/**
 * The strategies; `balanced` is the paper's choice. `hindsight` takes any refinement that changed
 * the outputs: the child is right on the task its own outputs make, and the parent is not.
 */
export const REFINEMENT_STRATEGIES = ["balanced", "uniform", "near_miss", "hindsight"] as const;

/** One of {@link REFINEMENT_STRATEGIES}. */
export type RefinementStrategy = typeof REFINEMENT_STRATEGIES[number];

/** Pairs a task and generation (SOAR section 3.3). */
export const REFINEMENT_CAP = 50;

/** A program with its origin. */
export interface Descendant extends Judged {
  /** 63-bit hash as a decimal string. */
  readonly id: string;
  /** How it came to be. */
  readonly operator: Operator;
  /** Ids of the programs it was refined from; the first is the one shown. */
  readonly parents: readonly string[];
}

/** A program and what it was refined from. */
export interface RefinementPair<P extends Judged> {
  /** The program that was shown. */
  readonly parent: P;
  /** The program that was made of it. */
  readonly child: P;
}

/** Where the published code differs; `compat.ts` names both readings. */
export interface RefinementOptions extends BalanceOptions {
  /**
   * Whether `uniform` also draws from children that are not right, as the published code does.
   * @default {false}
   */
  readonly wrongChildren?: boolean;
}

/**
 * At most `n` pairs of a task by the strategy named (SOAR section 3.3).
 *
 * @param programs Programs of one task, each with a grid on every input; parents among them.
 * @param n Most pairs; {@link REFINEMENT_CAP} is SOAR's.
 */
export function selectRefinement<P extends Descendant & JudgedOutputs>(
  strategy: RefinementStrategy,
  programs: readonly P[],
  n: number,
  random: Random,
  options: RefinementOptions = {},
): RefinementPair<P>[] {
  switch (strategy) {
    case "balanced":
      return selectPairsBalanced(collectPairs(programs), n, random, options);
    case "uniform": {
      const pairs = collectPairs(programs, { onlySolved: !options.wrongChildren });
      const { wrongChildren } = options;
      return selectPairsUniform(wrongChildren ? pairs : pairs.filter(hasOpenParent), n, random);
    }
    case "near_miss":
      return selectNearMisses(collectPairs(programs), n, random);
    case "hindsight":
      return selectHindsight(collectPairs(programs, { onlySolved: false }), n, random);
  }
}

/** Which pairs to collect. */
export interface CollectOptions<P> {
  /**
   * Whether the child must be solved (right on train, and on tests where these may be used).
   * @default {true}
   */
  readonly onlySolved?: boolean;
  /** A parent that travels with its child, asked for before the programs are searched. */
  readonly storedParent?: (child: P) => P | undefined;
}

/**
 * The pairs among a task's programs, in order of the children (SOAR section 3.3). A child whose
 * parent is not among the programs is left out; of several parents with one id the last counts.
 */
export function collectPairs<P extends Descendant>(
  programs: readonly P[],
  { onlySolved = true, storedParent }: CollectOptions<P> = {},
): RefinementPair<P>[] {
  const byId = new Map(programs.map((program) => [program.id, program]));
  const pairs: RefinementPair<P>[] = [];
  for (const child of programs) {
    if (child.operator !== "refine" || (onlySolved && !isSolved(child))) continue;
    const parent = storedParent?.(child) ?? byId.get(child.parents[0]);
    if (parent) pairs.push({ parent, child });
  }
  return pairs;
}

/** How often one pair may be selected. */
export interface BalanceOptions {
  /**
   * Whether to fill up to `n` with second copies when all pairs are in, as the published code does.
   * @default {false} the paper's "at most"
   */
  readonly repeats?: boolean;
}

/**
 * At most `n` pairs, balanced over the bins of their parents: every bin its equal share, then bins
 * at random while they last (SOAR section 3.3). Pairs whose parent was right already teach nothing
 * and are left out.
 *
 * @param pairs Pairs with solved children ({@link collectPairs}).
 * @param n Most pairs; {@link REFINEMENT_CAP} is SOAR's.
 */
export function selectPairsBalanced<P extends Judged>(
  pairs: readonly RefinementPair<P>[],
  n: number,
  random: Random,
  { repeats = false }: BalanceOptions = {},
): RefinementPair<P>[] {
  const bins = groupByParentBin(pairs, (pair) => pair.parent);
  bins.delete("max");
  const eligible = [...bins.values()].flat();
  const share = Math.floor(n / bins.size);
  // Random order once: taking the next of a bin is then drawing from it without replacement.
  const left = [...bins.values()].map((members) => choose(members, members.length, random));
  const selected = left.flatMap((members) => members.splice(0, share));
  while (selected.length < n) {
    const open = left.filter((members) => members.length > 0);
    if (open.length === 0) break;
    selected.push(open[randomInt(open.length, random)].pop()!);
  }
  if (repeats) selected.push(...choose(eligible, n - selected.length, random));
  return selected;
}

/**
 * The `n` pairs whose parents were nearest to right, by train accuracy; ties in random order.
 * Parents that were right already are left out (a variant of SOAR's code).
 *
 * @param pairs Pairs with solved children ({@link collectPairs}).
 */
export function selectNearMisses<P extends Judged>(
  pairs: readonly RefinementPair<P>[],
  n: number,
  random: Random,
): RefinementPair<P>[] {
  return shuffle(pairs.filter(hasOpenParent), random)
    .map((pair) => ({ pair, h: accuracy(pair.parent.correctTrain) }))
    .sort((a, b) => b.h - a.h)
    .slice(0, n)
    .map(({ pair }) => pair);
}

/**
 * At most `n` pairs whose child computes something else than its parent, one for each set of the
 * child's outputs, uniformly. No verdict is looked at, so it serves where answers are unknown
 * (hindsight for pairs, SOAR section 3.3 and its code).
 */
export function selectHindsight<P extends Judged & Pick<JudgedOutputs, "outputs">>(
  pairs: readonly RefinementPair<P>[],
  n: number,
  random: Random,
): RefinementPair<P>[] {
  const byOutputs = new Map<string, RefinementPair<P>>();
  // In random order, so that which of several pairs stands for a set of outputs is chance too.
  for (const pair of shuffle(pairs, random)) {
    const key = outputsKey(pair.child);
    if (key !== outputsKey(pair.parent)) byOutputs.set(key, pair);
  }
  return choose([...byOutputs.values()], n, random);
}

function hasOpenParent({ parent }: RefinementPair<Judged>): boolean {
  return parentBin(parent) !== "max";
}

/**
 * All pairs in order when there are at most `n`, else `n` of them uniformly (SOAR section 3.3,
 * "uniform").
 */
export function selectPairsUniform<T>(pairs: readonly T[], n: number, random: Random): T[] {
  return pairs.length <= n ? pairs.slice() : choose(pairs, n, random);
}
