/**
 * New programs for a task: plans drawn from the grammar and filled in.
 *
 * @module
 */
import { type Drawn, drawPlan, drawPrograms } from "./draw.ts";
import type { Evaluator } from "./evaluate.ts";
import { fillIn } from "./fill_in.ts";
import { type Distribution, distribution, UNIFORM, type Weights } from "./grammar.ts";
import { FEATURE_NAMES, taskFeatures } from "./task_features.ts";

/** How to draw. */
export interface DrawOptions {
  /** Programs asked for. */
  readonly n: number;
  /** 1 draws from what was learned as {@link SOFTENING} flattens it; more is nearer to the base. */
  readonly temperature: number;
  readonly random: () => number;
  /** Exchanges tried for each plan drawn ({@link fillIn}). @default {16} */
  readonly exchanges?: number;
}

/** Exchanges tried for each plan drawn: 32 take half as long again and solve as many (measured). */
export const EXCHANGES = 16;

/**
 * What a request's temperature is multiplied by. A fitted grammar is too sure of itself: undamped,
 * its first draws solve all it can solve and more draws add nothing (measured; best 1.3 to 1.5).
 */
export const SOFTENING = 1.4;

/** Share of plans drawn from the base, whatever was learned: keeps every program possible. */
export const UNIFORM_SHARE = 0.3;

/** Lowest temperature that is still drawn from; 0 in a request means this. */
const LEAST_TEMPERATURE = 0.05;

/** Draws new programs for a task. */
export function samplePrograms(
  evaluator: Evaluator,
  weights: Weights,
  options: DrawOptions,
): Drawn[] {
  const { n, random, exchanges = EXCHANGES } = options;
  const chances = chancesFor(evaluator, weights, options);
  return drawPrograms(n, evaluator, () => {
    const shares = chances();
    return fillIn(drawPlan(shares, random), evaluator, shares, random, exchanges);
  });
}

/** Chooses, for each plan anew, between the learned distribution and the base. */
export function chancesFor(
  evaluator: Evaluator,
  weights: Weights,
  { temperature, random }: DrawOptions,
): () => Distribution {
  const features = weights === UNIFORM ? [] : featuresFor(evaluator, weights);
  const scale = Math.max(temperature, LEAST_TEMPERATURE) * SOFTENING;
  const learned = distribution(weights, features, scale);
  return () => (random() < UNIFORM_SHARE ? BASE : learned);
}

const BASE = distribution(UNIFORM, [], 1);

/** The task's features, as indices into those the weights know. */
function featuresFor({ task }: Evaluator, weights: Weights): number[] {
  return taskFeatures(task.train).map((feature) => weights.features.indexOf(FEATURE_NAMES[feature]))
    .filter((feature) => feature >= 0);
}
