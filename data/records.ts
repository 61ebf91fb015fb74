/**
 * The records of a run's journal: everything that happened, in order, one JSON object a line.
 *
 * The journal is the truth of a run; archive, store, `tail` and resume are read from it.
 * Grids are in their compact text form (data/grid.ts, `encodeGrid`). Ids are decimal strings.
 *
 * @module
 */
import type { Evaluation, Operator } from "./candidate.ts";
import type { Split } from "./task.ts";

/** First record, and again at each resume. */
export interface RunOpened {
  /** Tells records apart. */
  readonly kind: "run_opened";
  /** 63-bit hash of name and seed as a decimal string. */
  readonly runId: string;
  /** Seed of all random choices. */
  readonly seed: number;
  /** Whether the run had been opened before. */
  readonly resumed: boolean;
  /** Flat config, `a.b` → text; never holds a key or token. */
  readonly config: Readonly<Record<string, string>>;
  /** Version of soar that writes from here on. */
  readonly codeVersion: string;
}

/** A task of the run. `testOutputs` is null while the answers are not the run's to know. */
export interface TaskLoaded {
  /** Tells records apart. */
  readonly kind: "task";
  /** Unique within the run. */
  readonly taskId: string;
  /** Data set it is of. */
  readonly dataset: string;
  /** Whether its answers may steer a search. */
  readonly split: Split;
  /** Demonstrations. */
  readonly train: readonly (readonly [input: string, output: string])[];
  /** Inputs to answer. */
  readonly testInputs: readonly string[];
  /** In the order of `testInputs`; null where they are not the run's to know. */
  readonly testOutputs: readonly string[] | null;
}

/** A request was admitted; its choices are fixed from here on, also across a resume. */
export interface CallAdmitted {
  /** Tells records apart. */
  readonly kind: "call";
  /** 63-bit hash of (generation, task, operator, draw) as a decimal string. */
  readonly callId: string;
  /** Generation of the run that asks. */
  readonly generation: number;
  /** Task it asks for. */
  readonly taskId: string;
  /** What it asks for: a new program or a refined one. */
  readonly operator: Operator;
  /** Number of the request among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completions asked for. */
  readonly n: number;
  /** Name of the endpoint it is for; absent where the run has but one. */
  readonly endpoint?: string;
  /** Model name as asked for. */
  readonly model: string;
  /** Fine-tunings of that model, where they are not `generation`. */
  readonly modelGeneration?: number;
  /** Sampling temperature. */
  readonly temperature: number;
  /** Seed of completion 0. */
  readonly seed: number;
  /** 63-bit hash of the messages; the prompt itself can be made again. */
  readonly promptHash: string;
  /** Programs shown to be refined; empty for `sample`. */
  readonly parents: readonly string[];
  /** How the parents were chosen; null for `sample`. */
  readonly choice: ParentChoice | null;
}

/** A parent choice of the refinement bandit (SOAR section 3.2, REx). */
export interface ParentChoice {
  /** Selector name, e.g. `rex`. */
  readonly method: string;
  /** Train accuracy of the parent. */
  readonly h: number;
  /** Times the parent had been chosen before. */
  readonly timesChosen: number;
  /** The Beta draw that won. */
  readonly theta: number;
  /** Journal sequence number of the last evaluation that the choice could see. */
  readonly seen: number;
}

/** One completion of a reply: its text, and where the program stands in it. */
export interface Completion {
  /** The reply as it came. */
  readonly text: string;
  /** Start and end of the program in `text`, in UTF-16 units; null when it holds none. */
  readonly span: readonly [start: number, end: number] | null;
  /** Whether `import numpy as np` is to be put in front of the program. */
  readonly addNumpy: boolean;
  /** `stop`, `length`, … as the server said. */
  readonly finishReason: string;
}

/** A model answered; written before any of it is executed. */
export interface CallReplied {
  /** Tells records apart. */
  readonly kind: "reply";
  /** Request it answers. */
  readonly callId: string;
  /** In the order of their seeds; fewer than asked for when the server gave up. */
  readonly completions: readonly Completion[];
  /** Tokens of the prompt, as the server counted them; 0 where it did not. */
  readonly promptTokens: number;
  /** Tokens of all completions, as the server counted them; 0 where it did not. */
  readonly completionTokens: number;
  /** From sending to the last byte, in milliseconds. */
  readonly latencyMs: number;
  /** Failed attempts before it. */
  readonly retries: number;
  /** Requests sent for it, top-ups and retries among them. @default 1 + retries */
  readonly requests?: number;
  /** Who answered, where that is not who the request was admitted for: its programs are theirs. */
  readonly by?: AnsweredBy;
}

/** Who answered a request. */
export interface AnsweredBy {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Model name as asked for. */
  readonly model: string;
  /** Sampling temperature. */
  readonly temperature: number;
}

/** A request ended without a reply. */
export interface CallFailed {
  /** Tells records apart. */
  readonly kind: "call_failed";
  /** Request that failed. */
  readonly callId: string;
  /** Why, free of keys. */
  readonly error: string;
  /** Whether it was ended because a stop rule had made it needless. @default false */
  readonly cancelled?: boolean;
}

/** A candidate was executed and judged. */
export interface Evaluated extends Omit<Evaluation, "outputs"> {
  /** Tells records apart. */
  readonly kind: "evaluation";
  /** Request that brought it. */
  readonly callId: string;
  /** Completion index within the call. */
  readonly index: number;
  /** Train outputs then test outputs; null where there was none. */
  readonly outputs: readonly (string | null)[];
  /** Host that executed it. */
  readonly host: string;
}

/** Programs chosen to learn from, one record a task and generation. */
export interface Selected {
  /** Tells records apart. */
  readonly kind: "selected";
  /** Generation whose programs are learnt from. */
  readonly generation: number;
  /** Task that the rows are of. */
  readonly taskId: string;
  /** What was chosen, in the order of the shard. */
  readonly rows: readonly SelectedRow[];
}

/** One training row. */
export interface SelectedRow {
  /** What the row teaches. */
  readonly operator: Operator;
  /** Selection strategy, e.g. `greedy_diverse`. */
  readonly strategy: string;
  /** Program that the row teaches to write. */
  readonly id: string;
  /** Program shown to be refined; null for `sample`. */
  readonly parentId: string | null;
  /** Whether the task was relabelled by the program's own outputs. */
  readonly relabelled: boolean;
  /** Correctness bin of the parent, or of the program where it has none (SOAR section 3.3). */
  readonly bin: string;
  /** Length of prompt and completion in characters. */
  readonly chars: number;
}

/** A fine-tuning ended; generation is the one it made. */
export interface Trained {
  /** Tells records apart. */
  readonly kind: "trained";
  /** Generation of the model that it made. */
  readonly generation: number;
  /** Name of the trainer. */
  readonly trainer: string;
  /** Rows learnt from. */
  readonly rows: number;
  /** Rows left out, those that are too long among them. */
  readonly skipped?: number;
  /** Rows longer than the trainer's bound; absent where it has none. */
  readonly overlong?: number;
  /** Tokens of the rows learnt from, prompts included; absent where they are not counted. */
  readonly tokens?: number;
  /** Loss by step, as the trainer reported it. */
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/** One attempt of a vote over programs of generations 0..generation. */
export interface Voted {
  /** Tells records apart. */
  readonly kind: "vote";
  /** The last generation whose programs voted. */
  readonly generation: number;
  /** Task voted on. */
  readonly taskId: string;
  /** 1 or 2. */
  readonly attempt: number;
  /** One output a test input. */
  readonly outputs: readonly string[];
  /** Weight of the programs behind it (SOAR section 3.2). */
  readonly weight: number;
  /** Ids of these programs. */
  readonly members: readonly string[];
  /** Whether each output is right; null where the run does not know. */
  readonly correctTest: readonly boolean[] | null;
}

/** How busy a stage was since the last such record. */
export interface StageMeasured {
  /** Tells records apart. */
  readonly kind: "stage";
  /** Name of the stage, e.g. `execute`. */
  readonly stage: string;
  /** Messages worked on at once. */
  readonly workers: number;
  /** Share of worker time spent working, 0..1. */
  readonly busy: number;
  /** Messages that wait in front of it. */
  readonly queueDepth: number;
  /** Messages that can wait there. */
  readonly queueCapacity: number;
  /** Messages taken a second. */
  readonly inPerS: number;
  /** Messages given on a second. */
  readonly outPerS: number;
  /** Share of time spent waiting to send downstream, 0..1. */
  readonly blockedFrac: number;
}

/** Anything else worth telling: a generation's start and end, a restart, a warning. */
export interface Noted {
  /** Tells records apart. */
  readonly kind: "event";
  /** How much it matters. */
  readonly level: "info" | "warning" | "error";
  /** Event name, e.g. `generation_started`, `shards_sealed`, `voted`. */
  readonly event: string;
  /** Generation it is about; null for none. */
  readonly generation: number | null;
  /** Task it is about; null for none. */
  readonly taskId: string | null;
  /** In words, for a person. */
  readonly message: string;
  /** Of `budget_changed`: what holds from `generation` on. */
  readonly budget?: BudgetChange;
}

/** What of a run's budget was changed while it ran; what is absent stays as it was. */
export interface BudgetChange {
  /** Programs to sample a task and generation. */
  readonly samples?: number;
  /** Programs to refine a task and generation. */
  readonly refinements?: number;
  /** Most programs of the run. */
  readonly programs?: number;
  /** Most tokens of the run, prompts included. */
  readonly tokens?: number;
  /** Most requests of the run, retries included. */
  readonly requests?: number;
  /** Most money of the run, in the currency of its prices. */
  readonly money?: number;
}

/** Last record of a finished or stopped run. */
export interface RunEnded {
  /** Tells records apart. */
  readonly kind: "run_ended";
  /** How it ended; `interrupted` runs can be resumed. */
  readonly status: "done" | "failed" | "interrupted";
}

/** What a journal line holds beside `seq` and `at`. */
export type RecordBody =
  | RunOpened
  | TaskLoaded
  | CallAdmitted
  | CallReplied
  | CallFailed
  | Evaluated
  | Selected
  | Trained
  | Voted
  | StageMeasured
  | Noted
  | RunEnded;

/** A journal record: `seq` counts from 1 without gaps, `at` is UTC milliseconds since 1970. */
export type JournalRecord = RecordBody & { readonly seq: number; readonly at: number };
