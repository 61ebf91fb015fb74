/**
 * Reading a run that this process does not write.
 *
 * @module
 */
import {
  Archive,
  type ArchiveEntry,
  type Damage,
  decodeGrid,
  didYouMean,
  JournalReader,
  type JournalRecord,
  type OnReading,
  placeAfter,
  ReadingMeter,
  readJournal,
  rebuildArchive,
  type RunDirectory,
  type Task,
  TaskError,
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

/** Records between two looks at how far the reading is. */
const LOOK_RECORDS = 8192;

/**
 * Rebuilds the archive of a run; damaged lines are told of on standard error.
 *
 * @param onReading told how far the reading is
 */
export function readRun(directory: RunDirectory, onReading: OnReading = () => {}): ReadRun {
  const archive = new Archive();
  const records: TaskLoaded[] = [];
  let damaged = 0;
  const onDamage = (damage: Damage) => {
    damaged++;
    tellDamage(damage);
  };
  const now = () => performance.now();
  const meter = new ReadingMeter(directory.journal, { segment: 0, offset: 0 }, now);
  let read = 0;
  for (const entry of readJournal(directory.journal, onDamage)) {
    archive.apply(entry);
    if (entry.record.kind === "task") records.push(entry.record);
    if (++read % LOOK_RECORDS === 0) onReading(meter.at(placeAfter(entry.location)));
  }
  onReading(null);
  return readRunOf(archive, records, damaged);
}

/** The same by several threads: what a run of many programs is resumed with. */
export async function readLongRun(directory: RunDirectory): Promise<ReadRun> {
  let damaged = 0;
  const onDamage = (damage: Damage) => {
    damaged++;
    tellDamage(damage);
  };
  const { archive, tasks } = await rebuildArchive(directory.journal, {
    digests: directory.digests,
    onDamage,
  });
  return readRunOf(archive, tasks, damaged);
}

function readRunOf(archive: Archive, records: readonly TaskLoaded[], damaged: number): ReadRun {
  const taskRecords = new Map(records.map((record) => [record.taskId, record]));
  const tasks = [...taskRecords.values()].map(taskOf);
  return { archive, tasks, taskRecords, damaged, lastVote: archive.lastNoted("voted") };
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

/** A candidate's outputs in compact text, read back from the journal. @throws JournalError */
export function outputsOf(
  { journal }: RunDirectory,
  { evaluationAt }: ArchiveEntry,
): readonly (string | null)[] {
  using reader = new JournalReader(journal);
  const record = reader.read(evaluationAt);
  if (record.kind !== "evaluation") throw new TypeError(`expected an evaluation: ${record.kind}`);
  return record.outputs;
}

/** @throws TaskError for a task that the run does not have */
export function requireTask(directory: RunDirectory, taskId: string): void {
  const tasks = new TaskGrids(directory);
  if (tasks.get(taskId)) return;
  const near = didYouMean(taskId, tasks.ids());
  throw new TaskError("not_found", `run ${directory.name} has no task ${taskId}${near}`);
}

/** The tasks of a run, read only as far into its journal as they are asked for. */
export class TaskGrids {
  readonly #tasks = new Map<string, TaskLoaded>();
  readonly #left: Generator<{ readonly record: JournalRecord }>;

  constructor({ journal }: RunDirectory) {
    this.#left = readJournal(journal);
  }

  get(taskId: string): TaskLoaded | undefined {
    while (!this.#tasks.has(taskId)) {
      const { done, value } = this.#left.next();
      if (done) return undefined;
      if (value.record.kind === "task") this.#tasks.set(value.record.taskId, value.record);
    }
    return this.#tasks.get(taskId);
  }

  /** Those read so far. */
  ids(): Iterable<string> {
    return this.#tasks.keys();
  }
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
