/**
 * Candidates and what became of them.
 *
 * @module
 */
import type { Grid } from "./grid.ts";

/** How running a program ended; `ok` means a valid grid for every input. The one list of outcomes. */
export const OUTCOMES = [
  "ok",
  "no_code",
  "syntax_error",
  "runtime_error",
  "missing_module",
  "timeout",
  "memory",
  "output_limit",
  "invalid_grid",
  "killed",
] as const;

/** One of {@link OUTCOMES}. */
export type Outcome = typeof OUTCOMES[number];

/** The two ways a program comes to be. */
export type Operator = "sample" | "refine";

/** A program proposed for a task, before it has run. */
export interface Candidate {
  /** 63-bit hash of (generation, task, operator, draw, index) as a decimal string. */
  readonly id: string;
  /** Task it is for. */
  readonly taskId: string;
  /** Model version at admission: 0 = base model, g = after g fine-tunings. */
  readonly generation: number;
  /** How it comes to be. */
  readonly operator: Operator;
  /** Number of the request among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completion index within the request, from 0. */
  readonly index: number;
  /** Ids of the programs it was refined from; empty for `sample`. */
  readonly parents: readonly string[];
  /** Model name as asked for. */
  readonly model: string;
  /** Id of the request that brought it. */
  readonly callId: string;
  /** Source, or null when the completion held none. */
  readonly code: string | null;
}

/** What running one program on one input gave: a valid grid or the reason there is none. */
export interface Frame {
  /** `ok`, or what kept it from giving a grid. */
  readonly outcome: Outcome;
  /** The output when `outcome` is `ok`, else null. */
  readonly output: Grid | null;
  /** First line of the fault, at most 200 characters; null when `ok`. */
  readonly error: string | null;
}

/** A candidate's result on its task. */
export interface Evaluation {
  /** Candidate it is of. */
  readonly id: string;
  /** `ok` when every input gave a grid, else the outcome of the first input that did not. */
  readonly outcome: Outcome;
  /** First line of the fault, at most 200 characters; null when `ok`. */
  readonly error: string | null;
  /** Outputs for train inputs then test inputs; null where there was none. */
  readonly outputs: readonly (Grid | null)[];
  /** Whether each train output was right; one a train pair. */
  readonly correctTrain: readonly boolean[];
  /** Whether each test output was right; null where the answers are not known to the run. */
  readonly correctTest: readonly boolean[] | null;
  /** Caught by the hard-coding filter: an output stands literally in the source. */
  readonly transduction: boolean;
  /** Id of an earlier candidate of the task with the same source, whose result this repeats. */
  readonly duplicateOf: string | null;
  /** Time spent running, in milliseconds. */
  readonly ms: number;
  /** Sandbox layers that held, joined by "+", e.g. `no_new_privs+landlock+seccomp+rlimits`. */
  readonly layers: string;
  /** Whether the outputs are those of runs alone, each input in a process of its own. */
  readonly confirmed: boolean;
}

/** Mean of the flags, 0 for none: train accuracy of a program (SOAR section 3.2, h). */
export function accuracy(flags: readonly boolean[]): number {
  return flags.length === 0 ? 0 : flags.filter(Boolean).length / flags.length;
}
