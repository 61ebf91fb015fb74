/**
 * What a search is told, and what it is when it is not told.
 *
 * @module
 */
import type { RunDirectory } from "../data/run_directory.ts";
import type { Answers, Task } from "../data/task.ts";
import type { EmbeddingClient } from "../models/embeddings.ts";
import { type Delay, realDelay } from "../models/retry.ts";
import type { Engine as Sandbox } from "../sandbox/engine.ts";
import type { TaskBudget } from "../search/budget.ts";
import { type CompatRules, compatRules } from "../search/compat.ts";
import { ContaminationGuard } from "../search/contamination.ts";
import type { Likeness } from "../search/likeness.ts";
import type { RefinementStrategy } from "../search/select_refinement.ts";
import type { SamplingStrategy } from "../search/select_sampling.ts";
import type { SpendingLimits, TokenPrice } from "../search/spend.ts";
import type { ModelSeat } from "./ask_model.ts";
import type { Taker } from "./asker.ts";
import type { Domain } from "./domain.ts";
import type { Continuity } from "./learning.ts";
import type { Recorder } from "./recorder.ts";
import type { Refining } from "./parent_choice.ts";
import type { Replay } from "./replay.ts";
import type { Allocation } from "./shares.ts";
import type { TrainerBackend } from "./trainer.ts";
import type { Voting } from "./voter.ts";

/** What is learnt from (SOAR section 3.3). */
export interface Selection {
  /** Whether the measured tasks' own train pairs are learnt from. @default false */
  readonly testTime?: boolean;
  /** Which programs are sampling data. */
  readonly strategy: SamplingStrategy;
  /** Most sampling rows a task and generation; SOAR: 50. */
  readonly samplingRows: number;
  /** Most refinement rows a task and generation; SOAR: 50, at test time none. */
  readonly refinementRows: number;
  /** Which pairs are refinement data. */
  readonly refinementStrategy: RefinementStrategy;
  /** What makes two right programs near-duplicates. */
  readonly dedup: Likeness;
  /** Null where no endpoint gives embeddings. */
  readonly embeddings: EmbeddingClient | null;
}

/** What a run does; what is not given is as in `deno task soar`. */
export interface SearchOptions {
  /** What the tasks are of: their prompts, judge and features. @default ARC */
  readonly domain?: Domain;
  /** Tasks of the run, without answers. */
  readonly tasks: readonly Task[];
  /** Test outputs that the search may use: those of training tasks. @default none */
  readonly answers?: Answers;
  /** Tasks being measured, which nothing may be learnt from. @default the evaluation tasks */
  readonly guard?: ContaminationGuard;
  /** Generations to run; between two of them the model is fine-tuned. @default 1 */
  readonly generations?: number;
  /** Programs a task and generation. @default SEARCH_DEFAULTS.budget */
  readonly budget?: TaskBudget;
  /** Without the totals, which follow from what the run has left. @default fixed, by `rules` */
  readonly allocation?: Omit<Allocation, "totals">;
  /** What the run may spend in all; when that is reached its generation is its last. @default {} */
  readonly limits?: SpendingLimits;
  /** Of an endpoint, by its name, for the limit on money. @default free */
  readonly priceAt?: (endpoint: string) => TokenPrice;
  /** Who is asked, and how. */
  readonly seat: ModelSeat;
  /** Runs the programs; the caller closes it. */
  readonly sandbox: Sandbox;
  /** Null: every generation asks the base model. @default null */
  readonly trainer?: TrainerBackend | null;
  /** Journals all that happens. */
  readonly recorder: Recorder;
  /** Where shards, models and the submission go. */
  readonly directory: RunDirectory;
  /** The paper's rules or the published code's. @default the paper's */
  readonly rules?: CompatRules;
  /** How parents are chosen. @default SEARCH_DEFAULTS.refining */
  readonly refining?: Refining;
  /** How is voted. @default SEARCH_DEFAULTS.voting */
  readonly voting?: Voting;
  /** What is learnt from. @default SEARCH_DEFAULTS.selection, field by field */
  readonly selection?: Partial<Selection>;
  /** Requests in flight. @default 8 */
  readonly concurrency?: number;
  /** Shares of sampling and refining while both want requests. @default 3 : 1 */
  readonly weights?: Readonly<Record<Taker, number>>;
  /** Requests of a task that may be under way beside a refinement of it. @default 2 */
  readonly window?: number;
  /** Whether the archive is a function of seed and replies, whatever the timing. @default false */
  readonly deterministic?: boolean;
  /** SOAR's phases, one after the other, in place of the stream; for comparison. @default false */
  readonly barriers?: boolean;
  /** The search goes on while the trainer works. @default null: they take turns */
  readonly continuous?: Continuity | null;
  /** A run whose replies `seat` gives and whose choices are followed. @default null */
  readonly replay?: Replay | null;
  /** Wall-clock limit for a program, in milliseconds. @default null: SOAR's rule */
  readonly timeoutMs?: number | null;
  /** Name of this host. @default "local" */
  readonly host?: string;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
  /** Waits so many milliseconds, or until the signal aborts. @default the clock's */
  readonly delay?: Delay;
}

/** What a search does unless it is told otherwise; SOAR's own counts are some hundred times as large. */
export const SEARCH_DEFAULTS = {
  budget: { samples: 30, refinements: 10, completionsPerCall: 10, completionsPerRefinement: 4 },
  refining: { parents: "rex" },
  voting: { voter: "whole" },
  selection: {
    strategy: "greedy_diverse",
    samplingRows: 16,
    refinementRows: 8,
    refinementStrategy: "balanced",
    dedup: "none",
    embeddings: null,
  },
  concurrency: 8,
  weights: { sample: 3, refine: 1 },
  window: 2,
} as const;

/** Options with nothing left open but what may be absent. */
export type SettledOptions =
  & SearchOptions
  & Required<Omit<SearchOptions, OpenField | "selection">>
  & { readonly selection: Selection };

type OpenField =
  | "domain"
  | "limits"
  | "priceAt"
  | "barriers"
  | "continuous"
  | "replay";

/** The options with the defaults in their places. */
export function settle(options: SearchOptions): SettledOptions {
  const rules = options.rules ?? compatRules("paper");
  const { enoughSampled, enoughRefined } = rules;
  const measured = options.tasks.filter(({ split }) => split === "evaluation");
  return {
    ...SEARCH_DEFAULTS,
    answers: new Map(),
    guard: new ContaminationGuard(measured.map((task) => ({ task }))),
    generations: 1,
    allocation: { policy: "fixed", enoughSampled, enoughRefined },
    trainer: null,
    deterministic: false,
    timeoutMs: null,
    host: "local",
    now: () => performance.now(),
    delay: realDelay,
    ...options,
    rules,
    selection: { ...SEARCH_DEFAULTS.selection, ...options.selection },
  };
}
