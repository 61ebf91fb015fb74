/**
 * What a whole run may spend: how much of it a generation gets, and when nothing is left.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import type { TaskBudget } from "../search/budget.ts";
import type { SpendingLimits, TokenPrice } from "../search/spend.ts";
import { Purse } from "./purse.ts";
import type { Allocation } from "./shares.ts";

/** Options of {@link RunLimits}. */
export interface RunLimitsOptions {
  /** Of each task and generation. */
  readonly budget: TaskBudget;
  readonly tasks: number;
  readonly limits?: SpendingLimits;
  /** Of an endpoint, by its name. @default free */
  readonly priceAt?: (endpoint: string) => TokenPrice;
  readonly archive: Pick<Archive, "spent" | "spentAt">;
}

/** The limits of a run; without any, every generation has its whole budget. */
export class RunLimits {
  readonly #options: RunLimitsOptions;
  /** Null where tokens, requests and money are unbounded. */
  readonly purse: Purse | null;

  constructor(options: RunLimitsOptions) {
    this.#options = options;
    const { programs: _, ...limits } = options.limits ?? {};
    const { archive, priceAt = () => ({ prompt: 0, completion: 0 }) } = options;
    const isBounded = Object.values(limits).some((limit) => limit !== undefined);
    this.purse = isBounded ? new Purse({ archive, limits, priceAt }) : null;
  }

  /**
   * Programs of a generation for all tasks, by operator: as in the budget, or what the run has left
   * in the same proportion. It follows from the generations before, so a resume finds the same.
   */
  totals(generation: number): Allocation["totals"] {
    const { budget, tasks, limits, archive } = this.#options;
    if (limits?.programs === undefined) return null;
    const left = Math.max(0, limits.programs - archive.spent(generation).asked);
    const [samples, refinements] = [budget.samples, budget.refinements].map((n) => n * tasks);
    const share = Math.min(1, left / (samples + refinements));
    const sample = Math.ceil(samples * share);
    return { sample, refine: Math.min(refinements, left - sample) };
  }

  /** Which of the limits leaves nothing to ask for after a generation; null = none. */
  reached(generation: number): string | null {
    const { budget, limits, archive } = this.#options;
    const { asked, requests, ...spent } = archive.spent(generation + 1);
    const programs = limits?.programs ?? Infinity;
    if (asked >= programs) return `${asked} of ${programs} programs asked for`;
    const least = Math.min(
      budget.samples > 0 ? budget.completionsPerCall : Infinity,
      budget.refinements > 0 ? budget.completionsPerRefinement ?? 4 : Infinity,
    );
    if (!this.purse || asked === 0 || this.purse.programsLeft(0, generation + 1) >= least) {
      return null;
    }
    const tokens = spent.promptTokens + spent.completionTokens;
    return `nothing fits what is left after ${asked} programs and ${tokens} tokens in ` +
      `${requests} requests`;
  }
}
