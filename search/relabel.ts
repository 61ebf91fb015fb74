/**
 * Hindsight: a program is a right answer to the task whose outputs are its own
 * (SOAR section 3.3).
 *
 * A row's question is `train` and `testInputs`; its `testOutputs` are for checking the row and are
 * never shown, as at inference (SOAR's text; its code shows them). The true outputs of the original
 * task are not looked at. Of refinement pairs the answer is the child of the parent shown (the
 * published code mixes them up).
 *
 * @module
 */
import { type Grid, gridsEqual } from "../data/grid.ts";
import type { Pair, Task } from "../data/task.ts";
import { type Random, shuffle } from "./random.ts";

/** A program and its outputs on train inputs then test inputs; null where there was no grid. */
export interface RanProgram {
  /** 63-bit hash as a decimal string. */
  readonly id: string;
  /** Its source. */
  readonly code: string;
  /** Train outputs then test outputs. */
  readonly outputs: readonly (Grid | null)[];
}

/** A task made from a program's outputs, and the program that answers it. */
export interface SamplingExample {
  /** Id of the program. */
  readonly id: string;
  /** Demonstrations; outputs are the program's own. */
  readonly train: readonly Pair[];
  /** Inputs to answer. */
  readonly testInputs: readonly Grid[];
  /** For checking only; no part of the question. */
  readonly testOutputs: readonly Grid[];
  /** The answer. */
  readonly code: string;
}

/** A {@link SamplingExample} of the child with the parent it improves on. */
export interface RefinementExample extends SamplingExample {
  /** The parent as it is shown. */
  readonly parent: ShownParent;
}

/** The parent as the question shows it: judged on train pairs, test outputs without judgement. */
export interface ShownParent {
  /** Id of the program. */
  readonly id: string;
  /** Its source. */
  readonly code: string;
  /** On train inputs then test inputs, in the order of the example. */
  readonly outputs: readonly (Grid | null)[];
  /** The fault where an output is null. */
  readonly error: string | null;
  /** Whether each train output is that of the example. */
  readonly correctTrain: readonly boolean[];
}

/** What a task gives to an example: its inputs. */
export type RelabelTask = Pick<Task, "train" | "testInputs">;

/**
 * The example a program makes of its task; null when it has an input without a grid
 * (SOAR section 3.3).
 *
 * @param random Shuffles train pairs among themselves and tests among themselves; null keeps order.
 * @throws {RangeError} If the program has fewer outputs than the task has inputs.
 */
export function relabelTask(
  task: RelabelTask,
  program: RanProgram,
  random: Random | null,
): SamplingExample | null {
  return arrange(task, program, orderOf(task, random));
}

/**
 * The example a refinement makes: the task by the child's outputs, the parent to improve, the child
 * as the answer; null when the child has an input without a grid (SOAR section 3.3).
 *
 * @param random Shuffles as in {@link relabelTask}, the parent's outputs along with the pairs.
 * @throws {RangeError} If parent or child has fewer outputs than the task has inputs.
 */
export function relabelRefinement(
  task: RelabelTask,
  pair: {
    readonly parent: RanProgram & { readonly error?: string | null };
    readonly child: RanProgram;
  },
  random: Random | null,
): RefinementExample | null {
  const order = orderOf(task, random);
  const example = arrange(task, pair.child, order);
  if (!example) return null;
  const { id, code, error = null } = pair.parent;
  const outputs = ordered(task, pair.parent, order);
  const correctTrain = example.train.map((shown, i) => {
    const output = outputs[i];
    return output !== null && gridsEqual(output, shown.output);
  });
  return { ...example, parent: { id, code, error, outputs, correctTrain } };
}

/**
 * The published code's fault, for comparison: the examples of a task with their answers shuffled,
 * so that of k examples about 1 − 1/k show the answer of another one.
 *
 * @param examples Refinement examples of one task; their order and questions stay.
 */
export function mixAnswers(
  examples: readonly RefinementExample[],
  random: Random,
): RefinementExample[] {
  const answers = shuffle(examples, random);
  return examples.map((example, i) => ({ ...example, code: answers[i].code }));
}

/** Train indices and test indices (the latter from 0) in the order to be shown. */
interface Order {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

function orderOf({ train, testInputs }: RelabelTask, random: Random | null): Order {
  const indices = (length: number) => {
    const all = Array.from({ length }, (_, i) => i);
    return random ? shuffle(all, random) : all;
  };
  return { train: indices(train.length), test: indices(testInputs.length) };
}

function ordered(task: RelabelTask, { id, outputs }: RanProgram, order: Order): (Grid | null)[] {
  const inputs = task.train.length + task.testInputs.length;
  if (outputs.length < inputs) {
    throw new RangeError(
      `Cannot relabel with ${id}: expected ${inputs} outputs, got ${outputs.length}`,
    );
  }
  const tests = order.test.map((i) => task.train.length + i);
  return [...order.train, ...tests].map((i) => outputs[i]);
}

function arrange(task: RelabelTask, program: RanProgram, order: Order): SamplingExample | null {
  const outputs = ordered(task, program, order);
  if (!outputs.every((output) => output !== null)) return null;
  return {
    id: program.id,
    train: order.train.map((i, k) => ({ input: task.train[i].input, output: outputs[k] })),
    testInputs: order.test.map((i) => task.testInputs[i]),
    testOutputs: outputs.slice(order.train.length),
    code: program.code,
  };
}
