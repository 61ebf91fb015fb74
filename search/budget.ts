/**
 * What a task may ask of the model in one generation.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";

/** Programs a task and generation, and how many are asked for at a time. */
export interface TaskBudget {
  /** Programs to sample (SOAR: 3,000). */
  readonly samples: number;
  /** Programs to refine (SOAR: 3,000). */
  readonly refinements: number;
  /** Completions a sampling request (SOAR section D.5: 50). */
  readonly completionsPerCall: number;
  /**
   * Completions a chosen parent.
   * @default {4} SOAR appendix D.3
   */
  readonly completionsPerRefinement?: number;
}

/** One request to be made. */
export interface TaskUnit {
  /** What it asks for. */
  readonly operator: Operator;
  /** Number of the request among those of the operator, from 0. */
  readonly draw: number;
  /** Completions to ask for. */
  readonly n: number;
}

/**
 * The requests of a task in order: all samples, then all refinements; the last of each asks for
 * what remains (SOAR sections 3.2, D.3, D.5). A caller that overlaps the two takes from both in turn.
 *
 * @throws {RangeError} If a count is not a whole number of at least 0, or asks for 0 at a time.
 */
export function taskUnits(budget: TaskBudget): TaskUnit[] {
  const { samples, refinements, completionsPerCall, completionsPerRefinement = 4 } = budget;
  return [
    ...split("sample", samples, completionsPerCall),
    ...split("refine", refinements, completionsPerRefinement),
  ];
}

function split(operator: Operator, total: number, at: number): TaskUnit[] {
  if (!Number.isInteger(total) || total < 0 || !Number.isInteger(at) || at < 1) {
    throw new RangeError(
      `Cannot split ${operator} budget: expected whole numbers, got ${total} by ${at}`,
    );
  }
  return Array.from(
    { length: Math.ceil(total / at) },
    (_, draw) => ({ operator, draw, n: Math.min(at, total - draw * at) }),
  );
}
