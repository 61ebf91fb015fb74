/**
 * The tasks of a run: what the search may know of them, and what is being measured.
 *
 * @module
 */
import {
  type Answers,
  ARC,
  ContaminationGuard,
  encodeGrid,
  type MeasuredTask,
  parseTaskSpec,
  type TaskLoaded,
  type TaskSet,
} from "../mod.ts";
import type { Config } from "./config.ts";
import { UsageError } from "./usage_error.ts";

/** Tasks of a run. */
export interface RunTasks extends TaskSet {
  /** Answers the search may use: those of training tasks. */
  readonly usable: Answers;
  readonly guard: ContaminationGuard;
  /** Whether anything may be learnt from one of the tasks. */
  readonly teachable: boolean;
}

/** Loads a run's tasks and the guard over what is measured. @throws TaskError */
export async function loadRunTasks(config: Config, arckitData?: string): Promise<RunTasks> {
  if (config.run.split !== undefined && parseTaskSpec(config.run.tasks).source.kind !== "path") {
    throw new UsageError(
      `--split: ${config.run.tasks} has its own; it is for tasks read from a path`,
    );
  }
  const { tasks: loaded, answers } = await ARC.loadTasks(config.run.tasks, {
    arckitData,
    split: config.run.split,
  });
  const { test_time } = config.train;
  // At test time a run measures all its tasks, training tasks too, whose answers it then withholds.
  const tasks = test_time
    ? loaded.map((task) => ({ ...task, split: "evaluation" as const }))
    : loaded;
  const measured: MeasuredTask[] = tasks
    .filter(({ split }) => split === "evaluation")
    .map((task) => ({ task, answers: answers.get(task.id) }));
  for (const spec of config.guard.measured) {
    const set = await ARC.loadTasks(spec, { arckitData });
    for (const task of set.tasks) measured.push({ task, answers: set.answers.get(task.id) });
  }
  const usable = new Map(
    tasks.filter(({ split }) => split === "training")
      .flatMap(({ id }) => answers.has(id) ? [[id, answers.get(id)!] as const] : []),
  );
  const guard = new ContaminationGuard(measured, test_time ? tasks : []);
  const teachable = tasks.some((task) => guard.fault(task, usable.get(task.id)) === null);
  return { tasks, answers, usable, guard, teachable };
}

/** The journal records of a run's tasks; only answers the search may use are in them. */
export function taskRecords({ tasks, usable }: RunTasks): TaskLoaded[] {
  return tasks.map((task) => ({
    kind: "task",
    taskId: task.id,
    dataset: task.dataset,
    split: task.split,
    train: task.train.map(({ input, output }) => [encodeGrid(input), encodeGrid(output)] as const),
    testInputs: task.testInputs.map(encodeGrid),
    testOutputs: usable.get(task.id)?.map(encodeGrid) ?? null,
  }));
}
