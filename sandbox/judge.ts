/**
 * The judge: compares what a program gave with what was expected. It runs in the main process, the
 * only place where programs' outputs and expected outputs meet.
 *
 * What counts as a grid is decided in the fork, by exact type: a list of lists of int, where numpy
 * integer scalars may stand for int, or a two-dimensional numpy array of integers or bools; sides
 * 1..30, cells 0..9. Bools in lists, floats (also integral ones and float arrays), text, tuples,
 * lists of arrays, and subclasses of all these are `invalid_grid`. The reference implementation is
 * wider: it judges by Python equality, so that 1.0 and True equal 1; keeps sides up to 40; and
 * truncates fractions and parses digits before it stores an output. Here what is judged, stored and
 * learned from is the same value.
 *
 * Frames of inputs that ended before a time-out count; the reference loses them all.
 *
 * @module
 */
import type { Frame, Outcome } from "../data/candidate.ts";
import { type Grid, gridsEqual } from "../data/grid.ts";
import type { Task } from "../data/task.ts";

/** A judged program. */
export interface Verdict {
  /** `ok` when every input gave a grid, else that of the first input that did not. */
  readonly outcome: Outcome;
  /** The fault of that input. */
  readonly error: string | null;
  /** Outputs for train inputs, then test inputs. */
  readonly outputs: (Grid | null)[];
  /** One a train pair. */
  readonly correctTrain: boolean[];
  /** One a test input; null when the answers are not known. */
  readonly correctTest: boolean[] | null;
}

/**
 * Judges the frames of a program on all inputs of a task, in the order of `inputsOf`.
 * @param answers test outputs in order; undefined when they are not the run's to know.
 * @throws {RangeError} when frames or answers do not match the task in number.
 */
export function judge(
  task: Task,
  answers: readonly Grid[] | undefined,
  frames: readonly Frame[],
): Verdict {
  const inputs = task.train.length + task.testInputs.length;
  if (frames.length !== inputs) {
    throw new RangeError(`expected ${inputs} frames for task ${task.id}, got ${frames.length}`);
  }
  if (answers !== undefined && answers.length !== task.testInputs.length) {
    const wanted = task.testInputs.length;
    throw new RangeError(`expected ${wanted} answers for task ${task.id}, got ${answers.length}`);
  }
  const fault = frames.find((frame) => frame.outcome !== "ok");
  const outputs = frames.map((frame) => frame.output);
  const right = (i: number, expected: Grid) => {
    const output = outputs[i];
    return output !== null && gridsEqual(output, expected);
  };
  return {
    outcome: fault?.outcome ?? "ok",
    error: fault?.error ?? null,
    outputs,
    correctTrain: task.train.map((pair, i) => right(i, pair.output)),
    correctTest: answers?.map((answer, i) => right(task.train.length + i, answer)) ?? null,
  };
}
