/**
 * The contamination guard: a task that is being measured may not feed a fit, a few-shot example, a
 * shard or an import.
 *
 * Tasks are compared by content, not label: two are the same if they share an id or any
 * (input, output) pair, whatever data set they come from. Data sets overlap in both ways: ids
 * carried over, and pairs carried over under another id.
 *
 * @module
 */
import { encodeGrid, type Grid } from "../data/grid.ts";
import { hash63 } from "../data/program.ts";
import type { Pair, Task } from "../data/task.ts";

/** What is compared of a task. */
export interface TaskContent {
  readonly id: string;
  readonly dataset: string;
  /** Hashes of its train pairs, and of its test pairs where the outputs are known. */
  readonly pairHashes: ReadonlySet<string>;
}

/** The parts of a task that are compared. */
export type ComparedTask = Pick<Task, "id" | "dataset" | "train" | "testInputs">;

/** A task and, where known, its test outputs. */
export interface MeasuredTask {
  readonly task: ComparedTask;
  /** Known to the scorer, who may build the guard; only hashes are kept. */
  readonly answers?: readonly Grid[];
}

/** Hash of an (input, output) pair. */
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

/** Whether two tasks are the same by content: a common id or a common pair. */
export function sharesContent(a: TaskContent, b: TaskContent): boolean {
  return a.id === b.id || !a.pairHashes.isDisjointFrom(b.pairHashes);
}

/** Says of any task whether it may be learnt from, given the tasks being measured. */
export class ContaminationGuard {
  readonly #byId = new Map<string, TaskContent>();
  readonly #byPair = new Map<string, TaskContent>();

  /** @param measured The tasks being measured; each with answers, where the caller may know them. */
  constructor(measured: Iterable<MeasuredTask>) {
    for (const { task, answers } of measured) {
      const content = taskContent(task, answers);
      this.#byId.set(content.id, content);
      for (const hash of content.pairHashes) this.#byPair.set(hash, content);
    }
  }

  /**
   * Why a task may not be learnt from, or null when it may.
   *
   * @param answers Its test outputs, if known: they are compared too.
   */
  fault(task: ComparedTask, answers?: readonly Grid[]): string | null {
    return this.faultOf(taskContent(task, answers));
  }

  /** As {@link fault} for content computed before. */
  faultOf(content: TaskContent): string | null {
    const same = this.#byId.get(content.id);
    if (same) return `${nameOf(content)} has the id of measured task ${nameOf(same)}`;
    for (const hash of content.pairHashes) {
      const shares = this.#byPair.get(hash);
      if (shares) return `${nameOf(content)} shares a pair with measured task ${nameOf(shares)}`;
    }
    return null;
  }
}

function nameOf({ dataset, id }: TaskContent): string {
  return `${dataset}/${id}`;
}
