/**
 * The records of a run's journal: everything that happened, in order, one JSON object a line.
 *
 * The journal is the truth of a run; archive, store, `tail` and resume are read from it.
 * Grids are in their compact text form (data/grid.ts, `encodeGrid`). Ids are decimal strings.
 *
 * @module
 */
import type { Operator, Outcome } from "./candidate.ts";
import type { Split } from "./task.ts";

/** First record, and again at each resume. */
export interface RunOpened {
  readonly kind: "run_opened";
  readonly runId: string;
  readonly seed: number;
  readonly resumed: boolean;
  /** Flat config, `a.b` → text; never holds a key or token. */
  readonly config: Readonly<Record<string, string>>;
  readonly codeVersion: string;
}

/** A task of the run. `testOutputs` is null while the answers are not the run's to know. */
export interface TaskLoaded {
  readonly kind: "task";
  readonly taskId: string;
  readonly dataset: string;
  readonly split: Split;
  readonly train: readonly (readonly [input: string, output: string])[];
  readonly testInputs: readonly string[];
  readonly testOutputs: readonly string[] | null;
}

/** A request was admitted; its choices are fixed from here on, also across a resume. */
export interface CallAdmitted {
  readonly kind: "call";
  readonly callId: string;
  readonly generation: number;
  readonly taskId: string;
  readonly operator: Operator;
  /** Number of the request among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completions asked for. */
  readonly n: number;
  /** Name of the endpoint it is for; absent where the run has but one. */
  readonly endpoint?: string;
  readonly model: string;
  /** Fine-tunings of that model, where they are not `generation`. */
  readonly modelGeneration?: number;
  readonly temperature: number;
  readonly seed: number;
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
  readonly kind: "reply";
  readonly callId: string;
  readonly completions: readonly Completion[];
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** From sending to the last byte, in milliseconds. */
  readonly latencyMs: number;
  readonly retries: number;
  /** Requests sent for it, top-ups and retries among them. @default 1 + retries */
  readonly requests?: number;
  /** Who answered, where that is not who the request was admitted for: its programs are theirs. */
  readonly by?: AnsweredBy;
}

/** Who answered a request. */
export interface AnsweredBy {
  readonly endpoint: string;
  readonly model: string;
  readonly temperature: number;
}

/** A request ended without a reply. */
export interface CallFailed {
  readonly kind: "call_failed";
  readonly callId: string;
  readonly error: string;
}

/** An evaluation as a vote sees it. */
export type CastBallot = Pick<
  Evaluated,
  | "kind"
  | "id"
  | "callId"
  | "index"
  | "outcome"
  | "outputs"
  | "correctTrain"
  | "correctTest"
  | "transduction"
>;

/** A candidate was executed and judged. */
export interface Evaluated {
  readonly kind: "evaluation";
  readonly id: string;
  readonly callId: string;
  /** Completion index within the call. */
  readonly index: number;
  readonly outcome: Outcome;
  readonly error: string | null;
  /** Train outputs then test outputs; null where there was none. */
  readonly outputs: readonly (string | null)[];
  readonly correctTrain: readonly boolean[];
  readonly correctTest: readonly boolean[] | null;
  readonly transduction: boolean;
  readonly duplicateOf: string | null;
  readonly ms: number;
  readonly layers: string;
  readonly confirmed: boolean;
  /** Host that executed it. */
  readonly host: string;
}

/** Programs chosen to learn from, one record a task and generation. */
export interface Selected {
  readonly kind: "selected";
  readonly generation: number;
  readonly taskId: string;
  readonly rows: readonly SelectedRow[];
}

/** One training row. */
export interface SelectedRow {
  /** What the row teaches. */
  readonly operator: Operator;
  /** Selection strategy, e.g. `greedy_diverse`. */
  readonly strategy: string;
  readonly id: string;
  readonly parentId: string | null;
  /** Whether the task was relabelled by the program's own outputs. */
  readonly relabelled: boolean;
  readonly bin: string;
  /** Length of prompt and completion in characters. */
  readonly chars: number;
}

/** A fine-tuning ended; generation is the one it made. */
export interface Trained {
  readonly kind: "trained";
  readonly generation: number;
  readonly trainer: string;
  /** Rows learnt from. */
  readonly rows: number;
  /** Rows left out, those that are too long among them. */
  readonly skipped?: number;
  /** Rows longer than the trainer's bound; absent where it has none. */
  readonly overlong?: number;
  /** Tokens of the rows learnt from, prompts included; absent where they are not counted. */
  readonly tokens?: number;
  readonly steps: readonly { readonly step: number; readonly loss: number }[];
  readonly ms: number;
}

/** One attempt of a vote over programs of generations 0..generation. */
export interface Voted {
  readonly kind: "vote";
  readonly generation: number;
  readonly taskId: string;
  /** 1 or 2. */
  readonly attempt: number;
  readonly outputs: readonly string[];
  readonly weight: number;
  readonly members: readonly string[];
  readonly correctTest: readonly boolean[] | null;
}

/** How busy a stage was since the last such record. */
export interface StageMeasured {
  readonly kind: "stage";
  readonly stage: string;
  readonly workers: number;
  /** Share of worker time spent working, 0..1. */
  readonly busy: number;
  readonly queueDepth: number;
  readonly queueCapacity: number;
  readonly inPerS: number;
  readonly outPerS: number;
  /** Share of time spent waiting to send downstream, 0..1. */
  readonly blockedFrac: number;
}

/** Anything else worth telling: a generation's start and end, a restart, a warning. */
export interface Noted {
  readonly kind: "event";
  readonly level: "info" | "warning" | "error";
  /** Event name, e.g. `generation_started`, `shards_sealed`, `voted`. */
  readonly event: string;
  readonly generation: number | null;
  readonly taskId: string | null;
  readonly message: string;
}

/** Last record of a finished or stopped run. */
export interface RunEnded {
  readonly kind: "run_ended";
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
