/**
 * What every sandbox engine promises.
 *
 * - A program never runs in the process that asks: it runs in a disposable cell, and a cell never
 *   gets an expected output. {@link judge} compares, in the asking process.
 * - Every job ends exactly once: with one frame an input, by the abort of its signal, or with a
 *   {@link SandboxError} when the sandbox itself cannot go on. A program that fails is not an error.
 *
 * @module
 */
import type { Frame } from "../data/candidate.ts";
import type { Grid } from "../data/grid.ts";

/** A program and what to run it on. */
export interface Job {
  /** Python source that defines `transform`. */
  readonly code: string;
  /** Inputs in order, 1 to {@link MAX_INPUTS}. */
  readonly inputs: readonly Grid[];
  /**
   * Wall-clock deadline of one fork, in whole milliseconds: for all inputs together in `run`, for each
   * input in `confirm`.
   */
  readonly timeoutMs: number;
  /** Whether `run` must not let it share a process with another program. @default false */
  readonly alone?: boolean;
}

/** What became of a job. */
export interface RunResult {
  /** One a given input, same order. */
  readonly frames: readonly Frame[];
  /** Time from fork to exit, summed over the forks; its own time in a shared fork. Milliseconds. */
  readonly ms: number;
  /** Layers that held, joined by "+", e.g. `no_new_privs+landlock:7+seccomp+rlimits+nobody`. */
  readonly layers: string;
  /** Host that ran it, when that is not the one that asks. */
  readonly host?: string;
  /**
   * To be called when what came of it is in the journal, or when it is given up; until then an engine
   * that has work done elsewhere sees to it that it is not lost.
   */
  readonly settle?: () => void;
}

/** Runs programs in cells. */
export interface Engine {
  /** Engine name, e.g. `python`. */
  readonly name: string;
  /** Layers of its cells, as in {@link RunResult}. */
  readonly layers: string;
  /** Programs that run at the same time. */
  readonly workers: number;
  /** Jobs beyond `workers` that are worth offering at once, so that none of them waits for work. */
  readonly ahead: number;
  /**
   * Screening: the whole program in one fork, inputs in order. An engine may run several programs in
   * the same fork, one after the other, where it finds no way for them to feel each other.
   * @throws {SandboxError} when the sandbox cannot go on; the signal's reason when aborted;
   * RangeError when the job has no inputs, too many, or a bad deadline.
   */
  run(job: Job, signal?: AbortSignal): Promise<RunResult>;
  /**
   * Confirmation: each input alone in a fresh fork of its own, in an order shuffled by `random`
   * (0 ≤ x < 1), so that nothing carries over from one input to another.
   * @throws {SandboxError} as in `run`.
   */
  confirm(job: Job, random: () => number, signal?: AbortSignal): Promise<RunResult>;
  /** Ends every cell and process. Jobs not yet done fail. */
  close(): Promise<void>;
}

/** Most inputs of one job: their frames wait in a pipe of 1 MiB, at most 903 bytes each. */
export const MAX_INPUTS = 1000;

/** The sandbox itself failed: a layer is missing, a cell does not start, or it was closed. */
export class SandboxError extends Error {
  /** Tells it from other errors. */
  override name = "SandboxError";
}
