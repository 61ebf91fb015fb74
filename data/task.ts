/**
 * Tasks and their answers, kept apart.
 *
 * A {@link Task} never holds test outputs: whatever is handed a task cannot see them. The answers
 * travel beside it, and only to the judge of training tasks or to the scorer after a vote
 * (docs/architecture.md, "What may see the answers").
 *
 * @module
 */
import type { Grid } from "./grid.ts";

/** One demonstration: an input and its output. */
export interface Pair {
  /** What `transform` is given. */
  readonly input: Grid;
  /** What it shall return. */
  readonly output: Grid;
}

/** Where a task comes from within its data set; `training` answers may steer a search. */
export type Split = "training" | "evaluation";

/** An ARC problem without its answers. */
export interface Task {
  /** Unique within a run, e.g. `007bbfb7`. */
  readonly id: string;
  /** Data set name, e.g. `arc-agi-1`, `sample`, or the directory it was read from. */
  readonly dataset: string;
  /** Whether its answers may steer a search. */
  readonly split: Split;
  /** Demonstrations, at least one. */
  readonly train: readonly Pair[];
  /** Inputs to answer, at least one. */
  readonly testInputs: readonly Grid[];
}

/** Test outputs by task id, in the order of `testInputs`; a task without known answers is absent. */
export type Answers = ReadonlyMap<string, readonly Grid[]>;

/** What a loader returns: tasks in file order, and the answers that are known. */
export interface TaskSet {
  /** In file order. */
  readonly tasks: readonly Task[];
  /** Those that are known. */
  readonly answers: Answers;
}

/** All inputs of a task in the order programs are run on them: train inputs, then test inputs. */
export function inputsOf(task: Task): Grid[] {
  return [...task.train.map((pair) => pair.input), ...task.testInputs];
}
