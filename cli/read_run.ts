/**
 * Reading a run that this process does not write.
 *
 * @module
 */
import {
  Archive,
  type Damage,
  decodeGrid,
  type JournalRecord,
  readJournal,
  type RunDirectory,
  type Task,
  type TaskLoaded,
} from "../mod.ts";
import { UsageError } from "./usage_error.ts";

/** A run as its journal tells it. */
export interface ReadRun {
  readonly archive: Archive;
  readonly tasks: readonly Task[];
  /** The tasks' records, by id. */
  readonly taskRecords: ReadonlyMap<string, TaskLoaded>;
  /** Lines that could not be read. */
  readonly damaged: number;
  /** Generation of the last complete vote. */
  readonly lastVote: number | null;
}

/** Rebuilds the archive of a run; damaged lines are told of on standard error. */
export function readRun(directory: RunDirectory): ReadRun {
  const archive = new Archive();
  const taskRecords = new Map<string, TaskLoaded>();
  let lastVote: number | null = null;
  let damaged = 0;
  const onDamage = (damage: Damage) => {
    damaged++;
    tellDamage(damage);
  };
  for (const entry of readJournal(directory.journal, onDamage)) {
    archive.apply(entry);
    const { record } = entry;
    if (record.kind === "task") taskRecords.set(record.taskId, record);
    if (record.kind === "event" && record.event === "voted") lastVote = record.generation;
  }
  return { archive, tasks: [...taskRecords.values()].map(taskOf), taskRecords, damaged, lastVote };
}

/**
 * The task records that a run to be resumed has not journalled yet.
 *
 * @throws UsageError when the tasks are not the ones the run began with
 */
export function missingTasks(run: ReadRun, wanted: readonly TaskLoaded[]): TaskLoaded[] {
  const left = new Set(run.taskRecords.keys());
  const missing = wanted.filter((task) => {
    const journalled = run.taskRecords.get(task.taskId);
    if (!journalled) return true;
    left.delete(task.taskId);
    const { seq: _seq, at: _at, ...body } = journalled as TaskLoaded & JournalRecord;
    if (JSON.stringify(body) === JSON.stringify(task)) return false;
    throw new UsageError(`task ${task.taskId} has changed since the run began: begin a new run`);
  });
  if (left.size > 0) {
    throw new UsageError(`task ${[...left][0]} is gone since the run began: begin a new run`);
  }
  if (missing.length > 0 && run.archive.size > 0 && run.damaged === 0) {
    throw new UsageError(`task ${missing[0].taskId} is new since the run began: begin a new run`);
  }
  return missing;
}

/** Tells of a damaged line. */
export function tellDamage({ file, offset, reason }: Damage): void {
  console.error(`soar: ${file}, offset ${offset}: ${reason}; the line is passed over`);
}

/** The task of a record, without its answers. */
export function taskOf({ taskId, dataset, split, train, testInputs }: TaskLoaded): Task {
  return {
    id: taskId,
    dataset,
    split,
    train: train.map(([input, output]) => ({
      input: decodeGrid(input),
      output: decodeGrid(output),
    })),
    testInputs: testInputs.map(decodeGrid),
  };
}
