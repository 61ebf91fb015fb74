/**
 * Which part of a generation's budget each task has.
 *
 * A fixed share is all the units a task is given. With `reroute` a task is given more units than
 * its share, and what closed tasks leave decides how many of them may be asked for.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";
import { type AllocationPolicy, allowances, equalShares } from "../search/allocate.ts";
import type { TaskBudget } from "../search/budget.ts";
import { stopsRefining, stopsSampling } from "../search/stop.ts";
import type { Counts, TaskProgress } from "./task_progress.ts";
import type { Unit } from "./unit.ts";

/** How the budget of a generation is shared out, and when a task has had enough. */
export interface Allocation {
  /** Rule by which it is shared out. */
  readonly policy: AllocationPolicy;
  /** Solved programs after which a task stops sampling. */
  readonly enoughSampled: number;
  /** Solved refinements after which a task stops refining. */
  readonly enoughRefined: number;
  /** Programs of the generation for all tasks together; null: every task has its whole budget. */
  readonly totals: Readonly<Record<Operator, number>> | null;
}

/** What becomes of a task's next unit. */
export type Verdict = "ask" | "wait" | "cancel";

/** Times its budget that a task may get when what others leave goes to it. */
const WIDEST = 4;

/** Whether a task with so many solved programs may be asked nothing more by this operator. */
export function hasEnough(
  { enoughSampled, enoughRefined }: Allocation,
  operator: Operator,
  solved: Counts,
): boolean {
  return operator === "refine"
    ? stopsRefining(solved.refine, enoughRefined)
    : stopsSampling(solved.sample + solved.refine, enoughSampled);
}

/** The budget of each task, by its number. */
export function budgetsOf(
  budget: TaskBudget,
  { policy, totals }: Allocation,
  tasks: number,
): (i: number) => TaskBudget {
  if (policy === "reroute") {
    const { samples, refinements } = budget;
    const wide = { ...budget, samples: samples * WIDEST, refinements: refinements * WIDEST };
    return () => wide;
  }
  if (totals === null) return () => budget;
  const samples = equalShares(totals.sample, tasks);
  const refinements = equalShares(totals.refine, tasks);
  return (i) => ({ ...budget, samples: samples[i], refinements: refinements[i] });
}

/** Options of {@link Rerouting}. */
export interface ReroutingOptions {
  /** Of all tasks together, by operator. */
  readonly totals: Readonly<Record<Operator, number>>;
  readonly tasks: readonly TaskProgress[];
  /** Whether a task has had enough. */
  readonly hasEnough: (task: TaskProgress, operator: Operator) => boolean;
}

/** What closed tasks leave, given to the open ones. */
export class Rerouting {
  readonly #options: ReroutingOptions;
  /** Programs that each task may ask for; null when that has to be reckoned anew. */
  readonly #allowed: Record<Operator, ReadonlyMap<TaskProgress, number> | null> = {
    sample: null,
    refine: null,
  };
  /** The task that was last found to be within its share, which most often it still is. */
  readonly #within: Record<Operator, TaskProgress | null> = { sample: null, refine: null };

  constructor(options: ReroutingOptions) {
    this.#options = options;
  }

  /** To be called when a task has had enough, has no unit left, or gives one back. */
  reckonAnew(operator: Operator): void {
    this.#allowed[operator] = null;
  }

  /** Whether a task's unit is within its share, or may come to be while others are within theirs. */
  verdict(task: TaskProgress, { operator, n }: Unit): Verdict {
    const allowed = this.#allowed[operator] ??= this.#allowances(operator);
    const isWithin = (one: TaskProgress) => one.spent[operator] + n <= allowed.get(one)!;
    if (isWithin(task)) return "ask";
    const mayLeave = (one: TaskProgress) => one.isOpen(operator) && isWithin(one);
    const known = this.#within[operator];
    if (known && mayLeave(known)) return "wait";
    this.#within[operator] = this.#options.tasks.find(mayLeave) ?? null;
    return this.#within[operator] ? "wait" : "cancel";
  }

  #allowances(operator: Operator): ReadonlyMap<TaskProgress, number> {
    const { tasks, totals, hasEnough } = this.#options;
    const states = tasks.map((task) => ({
      spent: task.spent[operator],
      closed: !task.isOpen(operator) || hasEnough(task, operator),
    }));
    const shares = allowances("reroute", states, totals[operator]);
    return new Map(tasks.map((task, i) => [task, shares[i]]));
  }
}
