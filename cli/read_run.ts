/**
 * Reading a run that this process does not write.
 *
 * @module
 */
import {
  Archive,
  type Damage,
  decodeGrid,
  readJournal,
  type RunDirectory,
  type Task,
  type TaskLoaded,
} from "../mod.ts";

/** A run as its journal tells it. */
export interface ReadRun {
  readonly archive: Archive;
  readonly tasks: readonly Task[];
  /** Generation of the last complete vote. */
  readonly lastVote: number | null;
  readonly seq: number;
}

/** Rebuilds the archive of a run; damaged lines are told of on standard error. */
export function readRun(directory: RunDirectory): ReadRun {
  const archive = new Archive();
  const tasks = new Map<string, Task>();
  let lastVote: number | null = null;
  for (const entry of readJournal(directory.journal, tellDamage)) {
    archive.apply(entry);
    const { record } = entry;
    if (record.kind === "task") tasks.set(record.taskId, taskOf(record));
    if (record.kind === "event" && record.event === "voted") lastVote = record.generation;
  }
  return { archive, tasks: [...tasks.values()], lastVote, seq: archive.seq };
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
