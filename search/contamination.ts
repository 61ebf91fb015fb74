/**
 * The contamination guard: a task that is being measured may not feed a fit, a few-shot example, a
 * shard or an import.
 *
 * Tasks are compared by content, not label: two are the same if they share an id or any
 * (input, output) pair, whatever data set they come from. Data sets overlap in both ways: ids
 * carried over, and pairs carried over under another id.
 *
 * At test time (SOAR's test-time training) a run may learn from the train pairs of the very
 * tasks it measures, never from an answer: handed as `testTime`, such a task passes when it comes
 * without answers and none of its train pairs is the answer to a measured task.
 *
 * @module
 */
import { encodeGrid, type Grid } from "../data/grid.ts";
import { hash63 } from "../data/program.ts";
import type { Pair, Task } from "../data/task.ts";

/** What is compared of a task. */
export interface TaskContent {
  /** Unique within its data set. */
  readonly id: string;
  /** Data set it is of. */
  readonly dataset: string;
  /** Hashes of its train pairs, and of its test pairs where the outputs are known. */
  readonly pairHashes: ReadonlySet<string>;
}

/** The parts of a task that are compared. */
export type ComparedTask = Pick<Task, "id" | "dataset" | "train" | "testInputs">;

/** A task and, where known, its test outputs. */
export interface MeasuredTask {
  /** What is compared. */
  readonly task: ComparedTask;
  /** Known to the scorer, who may build the guard; only hashes are kept. */
  readonly answers?: readonly Grid[];
}

/** Hash of an (input, output) pair of grids: 63 bits as a decimal string. */
export function pairHash({ input, output }: Pair): string {
  return hash63(encodeGrid(input), encodeGrid(output));
}

/**
 * What is compared of a task.
 *
 * @param answers Test outputs in the order of `testInputs`, if known.
 * @throws {RangeError} If there are more or fewer answers than test inputs.
 */
export function taskContent(task: ComparedTask, answers?: readonly Grid[]): TaskContent {
  if (answers && answers.length !== task.testInputs.length) {
    throw new RangeError(
      `Cannot compare ${task.id}: expected ${task.testInputs.length} answers, got ${answers.length}`,
    );
  }
  const tests = answers?.map((output, i) => ({ input: task.testInputs[i], output })) ?? [];
  const pairHashes = new Set([...task.train, ...tests].map(pairHash));
  return { id: task.id, dataset: task.dataset, pairHashes };
}

/** Whether two tasks are the same by content: a common id or a common pair. Symmetric. */
export function sharesContent(a: TaskContent, b: TaskContent): boolean {
  return a.id === b.id || !a.pairHashes.isDisjointFrom(b.pairHashes);
}

/** Says of any task whether it may be learnt from, given the tasks being measured. */
export class ContaminationGuard {
  readonly #byId = new Map<string, TaskContent>();
  readonly #byPair = new Map<string, TaskContent>();
  /** Measured tasks by their test pairs, where the answers are known. */
  readonly #byAnswer = new Map<string, TaskContent>();
  /** Pair hashes of tasks whose train pairs may be learnt from, by id. */
  readonly #testTime: ReadonlyMap<string, ReadonlySet<string>>;

  /**
   * Takes what is measured, by content.
   *
   * @param measured The tasks being measured; each with answers, where the caller may know them.
   * @param testTime Those of them whose train pairs the run may learn from: SOAR's test-time training.
   * @default none
   * @throws {RangeError} As {@link taskContent}.
   */
  constructor(measured: Iterable<MeasuredTask>, testTime: Iterable<ComparedTask> = []) {
    for (const { task, answers } of measured) {
      const content = taskContent(task, answers);
      this.#byId.set(content.id, content);
      for (const hash of content.pairHashes) this.#byPair.set(hash, content);
      answers?.forEach((output, i) => {
        this.#byAnswer.set(pairHash({ input: task.testInputs[i], output }), content);
      });
    }
    this.#testTime = new Map(
      Array.from(testTime, (task) => [task.id, taskContent(task).pairHashes]),
    );
  }

  /**
   * Why a task may not be learnt from, or null when it may.
   *
   * @param answers Its test outputs, if known: they are compared too, and end what test time allows.
   * @throws {RangeError} As {@link taskContent}.
   */
  fault(task: ComparedTask, answers?: readonly Grid[]): string | null {
    const content = taskContent(task, answers);
    const own = this.#testTime.get(task.id);
    const same = own?.size === content.pairHashes.size && own.isSubsetOf(content.pairHashes);
    return same && answers === undefined ? this.#answerFault(content) : this.faultOf(content);
  }

  /** As {@link fault} for content computed before; what test time allows is not allowed here. */
  faultOf(content: TaskContent): string | null {
    const same = this.#byId.get(content.id);
    if (same) return `${nameOf(content)} has the id of measured task ${nameOf(same)}`;
    for (const hash of content.pairHashes) {
      const shares = this.#byPair.get(hash);
      if (shares) return `${nameOf(content)} shares a pair with measured task ${nameOf(shares)}`;
    }
    return null;
  }

  #answerFault(content: TaskContent): string | null {
    for (const hash of content.pairHashes) {
      const told = this.#byAnswer.get(hash);
      if (told) return `${nameOf(content)} shows the answer to measured task ${nameOf(told)}`;
    }
    return null;
  }
}

function nameOf({ dataset, id }: TaskContent): string {
  return `${dataset}/${id}`;
}
