/**
 * The budget of a run, which may be changed while it runs.
 *
 * A change holds for the generations that begin after it: one that has begun keeps what it began
 * with, also after a resume. Changes are journalled, and a budget is a function of the journal: of
 * the run's own, or of that of the run that is followed.
 *
 * @module
 */
import type { BudgetChange, Noted } from "../data/records.ts";
import type { TaskBudget } from "../search/budget.ts";
import type { SpendingLimits, TokenPrice } from "../search/spend.ts";
import type { Recorder } from "./recorder.ts";

/** Name of the event in the journal. */
export const BUDGET_CHANGED = "budget_changed";

/** What a generation may ask for. */
export interface Allowed {
  /** Of each task. */
  readonly budget: TaskBudget;
  /** Of the whole run. */
  readonly limits: SpendingLimits;
}

/** A change that cannot be made, or not in this run. */
export class SteeringError extends Error {
  /** Tells it from other errors. */
  override readonly name = "SteeringError";
}

/** Options of {@link RunBudget}. */
export interface RunBudgetOptions {
  /** As the run was configured. */
  readonly budget: TaskBudget;
  /** As the run was configured. @default none */
  readonly limits?: SpendingLimits;
  /** Generations of the run. */
  readonly generations: number;
  /** Journals changes; its archive knows those made before a resume. */
  readonly recorder: Recorder;
  /** Whether the run is a function of its configuration: nothing may be changed then. */
  readonly deterministic: boolean;
  /** The run that is followed, with the changes made there. @default none */
  readonly replay?: { readonly budgetChanges: readonly Noted[] } | null;
  /** Of an endpoint, by its name. @default free */
  readonly priceAt?: (endpoint: string) => TokenPrice;
}

/** What was made of a change. */
export interface BudgetChanged {
  /** First generation that it holds for. */
  readonly generation: number;
  /** Each field that is another now, e.g. `samples 36 → 72`; empty when none is. */
  readonly fields: readonly string[];
}

/** What each generation of a run may ask for. */
export class RunBudget {
  readonly #options: RunBudgetOptions;
  readonly #changes: Pick<Noted, "generation" | "budget">[];
  /** First generation that has not begun; past the last one when none is to come. */
  #next: number;

  /** Takes up the changes that were journalled. */
  constructor(options: RunBudgetOptions) {
    this.#options = options;
    const { archive } = options.recorder;
    this.#changes = [...options.replay?.budgetChanges ?? archive.notesOf(BUDGET_CHANGED)];
    this.#next = (archive.lastNoted("generation_started") ?? -1) + 1;
  }

  /** What a generation may ask for, by the changes so far. */
  of(generation: number): Allowed {
    const { budget, limits = {} } = this.#options;
    return budgetAfter({ budget, limits }, this.#changes, generation);
  }

  /** Fixes what a generation may ask for; changes hold for later ones from here on. */
  begin(generation: number): Allowed {
    this.#next = Math.max(this.#next, generation + 1);
    return this.of(generation);
  }

  /** Journals the changes of the run that is followed, as this run's own. */
  async follow(): Promise<void> {
    const { replay, recorder } = this.#options;
    if (!replay) return;
    const had = recorder.archive.notesOf(BUDGET_CHANGED).length;
    for (const change of replay.budgetChanges.slice(had)) await recorder.record(change);
  }

  /** No generation begins any more. */
  close(): void {
    this.#next = Infinity;
  }

  /** Whether there is a generation for which the budget can be changed, and which; null = none. */
  get next(): number | null {
    return this.#refusal() === null ? this.#next : null;
  }

  /**
   * Changes the budget of the generations to come.
   *
   * @throws SteeringError when none is to come, when this run's is not to be changed, or when it is
   * no budget
   */
  async change(change: BudgetChange): Promise<BudgetChanged> {
    const refusal = this.#refusal() ?? this.#faultOf(change);
    if (refusal !== null) throw new SteeringError(refusal);
    const generation = this.#next;
    const before = flat(this.of(generation));
    const changed = Object.entries(change).filter(([key, value]) =>
      value !== undefined && before[key as keyof BudgetChange] !== value
    );
    const fields = changed.map(([key, value]) =>
      `${wordsOf(key)} ${before[key as keyof BudgetChange] ?? "unbounded"} → ${value}`
    );
    if (changed.length === 0) return { generation, fields };
    const budget: BudgetChange = Object.fromEntries(changed);
    this.#changes.push({ generation, budget });
    await this.#options.recorder.record({
      kind: "event",
      level: "info",
      event: BUDGET_CHANGED,
      generation,
      taskId: null,
      message: `from generation ${generation} on: ${fields.join(", ")}`,
      budget,
    });
    return { generation, fields };
  }

  #refusal(): string | null {
    const { deterministic, replay, generations } = this.#options;
    if (replay) return "the run follows another one, and has that one's budget";
    if (deterministic) {
      return "run.deterministic = true: the archive is to follow from configuration and seed alone";
    }
    if (this.#next < generations) return null;
    return "the run's last generation has begun: a change holds for later ones, and there is none";
  }

  #faultOf(change: BudgetChange): string | null {
    const { samples, refinements } = { ...this.of(this.#next).budget, ...change };
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) continue;
      const least = key === "samples" || key === "refinements" ? 0 : key === "money" ? null : 1;
      if (least === null ? !(value > 0) : !(Number.isInteger(value) && value >= least)) {
        const kind = least === null ? "more than 0" : `a whole number of at least ${least}`;
        return `${wordsOf(key)} = ${value}: expected ${kind}`;
      }
    }
    if (samples + refinements === 0) {
      return "samples and refinements would both be 0: nothing to do; to wait, pause";
    }
    if (change.money !== undefined && !this.#isPriced()) {
      return `total_money = ${change.money}: this run's model has no price`;
    }
    return null;
  }

  #isPriced(): boolean {
    const { priceAt = () => ({ prompt: 0, completion: 0 }), recorder } = this.#options;
    return ["", ...recorder.archive.spentAt().keys()].some((endpoint) => {
      const { prompt, completion } = priceAt(endpoint);
      return prompt + completion > 0;
    });
  }
}

/** What a generation may ask for: the configured budget with the changes made for it or before it. */
export function budgetAfter(
  configured: Allowed,
  changes: readonly Pick<Noted, "generation" | "budget">[],
  generation: number,
): Allowed {
  let { budget, limits } = configured;
  for (const { generation: from, budget: change = {} } of changes) {
    if (from === null || from > generation) continue;
    const { samples = budget.samples, refinements = budget.refinements, ...totals } = change;
    budget = { ...budget, samples, refinements };
    limits = { ...limits, ...totals };
  }
  return { budget, limits };
}

function flat({ budget: { samples, refinements }, limits }: Allowed): BudgetChange {
  return { samples, refinements, ...limits };
}

/** A field as the configuration calls it. */
function wordsOf(key: string): string {
  return key === "samples" || key === "refinements" ? key : `total_${key}`;
}
