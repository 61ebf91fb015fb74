/**
 * Reading one task from ARC JSON, the only way a task enters the program.
 *
 * A malformed task is refused whole, by an error that says which file, task and field, and what is
 * wrong with the value. Fields of the file other than `train` and `test` are metadata (`name`,
 * `id`, …) and ignored; inside a pair any other field is refused, since there it is a misspelling.
 *
 * @module
 */
import { type Grid, gridFault } from "./grid.ts";
import type { Pair, Split, Task } from "./task.ts";

/** What kept tasks from being loaded: a wrong request, something absent, or wrong content. */
export type TaskFault = "wrong_use" | "not_found" | "malformed";

/** Tasks could not be loaded; the message says which and why. */
export class TaskError extends Error {
  /** Tells it from other errors. */
  override readonly name = "TaskError";

  /** Takes the kind of fault beside a message that names file, value and what was expected. */
  constructor(readonly fault: TaskFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Where a task comes from. */
export interface TaskOrigin {
  /** Named in errors. */
  readonly file: string;
  readonly id: string;
  readonly dataset: string;
  readonly split: Split;
}

/** A task, and beside it its test outputs where the file has them. */
export interface ParsedTask {
  readonly task: Task;
  /** In the order of `testInputs`; null when not known. */
  readonly answers: readonly Grid[] | null;
}

/**
 * Reads a task from its parsed JSON, `{"train": [{"input", "output"}], "test": [{"input"[, "output"]}]}`.
 *
 * @throws {TaskError} If anything is missing, malformed or misspelt, or if only some test pairs have
 * an output.
 */
export function parseTask(json: unknown, origin: TaskOrigin): ParsedTask {
  const { file, id, dataset, split } = origin;
  const at = (field: string) => `${file}: task ${id}: ${field}`;
  if (!isRecord(json)) throw malformed(`${file}: task ${id}`, "an object", json);

  const train: Pair[] = pairsOf(json.train, at("train")).map((pair, i) => ({
    input: gridOf(pair.input, at(`train[${i}].input`)),
    output: gridOf(pair.output, at(`train[${i}].output`)),
  }));
  const test = pairsOf(json.test, at("test"));
  const testInputs = test.map((pair, i) => gridOf(pair.input, at(`test[${i}].input`)));
  const task = { id, dataset, split, train, testInputs };

  const answered = test.filter((pair) => pair.output !== undefined).length;
  if (answered === 0) return { task, answers: null };
  const answers = test.map((pair, i) => gridOf(pair.output, at(`test[${i}].output`)));
  return { task, answers };
}

/**
 * Reads a task's test outputs from a Kaggle solutions file: a list of grids, one a test input.
 *
 * @throws {TaskError} If a grid is malformed or their number is wrong.
 */
export function parseAnswers(json: unknown, task: Task, file: string): Grid[] {
  const at = `${file}: task ${task.id}`;
  if (!Array.isArray(json)) throw malformed(at, "a list of grids", json);
  if (json.length !== task.testInputs.length) {
    throw new TaskError(
      "malformed",
      `${at}: expected ${task.testInputs.length} test outputs, got ${json.length}`,
    );
  }
  return json.map((grid, i) => gridOf(grid, `${at}: [${i}]`));
}

/** Whether parsed JSON is an object with fields. */
export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function pairsOf(json: unknown, at: string): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(json)) throw malformed(at, "a list of pairs", json);
  if (json.length === 0) throw new TaskError("malformed", `${at}: expected at least one pair`);
  for (const [i, pair] of json.entries()) {
    if (!isRecord(pair)) throw malformed(`${at}[${i}]`, "an object", pair);
    const strange = Object.keys(pair).find((key) => key !== "input" && key !== "output");
    if (strange !== undefined) {
      throw new TaskError(
        "malformed",
        `${at}[${i}]: expected input and output only, got ${JSON.stringify(strange)}`,
      );
    }
  }
  return json;
}

function gridOf(json: unknown, at: string): Grid {
  if (json === undefined) throw new TaskError("malformed", `${at}: missing`);
  const fault = gridFault(json);
  if (fault !== null) throw new TaskError("malformed", `${at}: ${fault}`);
  return json as Grid;
}

function malformed(at: string, expected: string, got: unknown): TaskError {
  const kind = Array.isArray(got) ? "a list" : got === null ? "null" : typeof got;
  const what = got === undefined ? "nothing" : kind;
  return new TaskError("malformed", `${at}: expected ${expected}, got ${what}`);
}
