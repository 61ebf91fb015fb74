/**
 * Shards of what several runs found together: the shortest right programs of each task.
 *
 * A task that is being measured, by any of the runs or by the data sets their guards name, gives no
 * row, nor does a program that was not confirmed alone.
 *
 * @module
 */
import {
  answerText,
  type ArchiveEntry,
  codeOf,
  ContaminationGuard,
  decodeGrid,
  findRun,
  identityOf,
  JournalReader,
  loadTasks,
  type Manifest,
  type MeasuredTask,
  poolPrograms,
  relabelTask,
  type RunDirectory,
  type RunPrograms,
  samplePrompt,
  SAMPLING_CAP,
  seededRandom,
  selectSampling,
  ShardWriter,
  type Task,
  type TaskIdentity,
  type TaskLoaded,
} from "../mod.ts";
import { Config } from "./config.ts";
import { preparePython } from "./python.ts";
import { readLongRun, type ReadRun, taskOf } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** A run of the pool. */
interface PooledRun extends ReadRun {
  readonly directory: RunDirectory;
  readonly reader: JournalReader;
}

/** A program as it is selected, and where it stands. */
type Pooled = RunPrograms<ReturnType<typeof programOf>>["programs"][number];

/** What was pooled. */
export interface Pool {
  readonly manifest: Manifest;
  readonly runs: readonly RunDirectory[];
  /** Tasks left out as they are being measured. */
  readonly refused: number;
}

/**
 * Selects from the pool of some runs and writes a shard folder, manifest last.
 *
 * @throws NoRunError
 * @throws UsageError where one id is two tasks, or no program is fit to learn from
 */
export async function writePoolShards(names: readonly string[], folder: string): Promise<Pool> {
  using open = new DisposableStack();
  const runs: PooledRun[] = [];
  for (const name of new Set(names)) {
    const directory = findRun(runsDirectory(), name);
    const reader = open.use(new JournalReader(directory.journal));
    runs.push({ ...await readLongRun(directory), directory, reader });
  }
  const tasks = tasksOf(runs);
  const guard = await guardOf(runs);
  const seed = 0;
  const shard = new ShardWriter(folder);
  const learntFrom: TaskIdentity[] = [];
  let refused = 0;
  for (const record of tasks.values()) {
    const task = taskOf(record);
    const answers = record.testOutputs?.map(decodeGrid);
    if (task.split === "evaluation" || guard.fault(task, answers) !== null) {
      refused++;
      continue;
    }
    const rows = rowsOf(runs, task, seed);
    for (const { messages, meta } of rows) shard.add(messages, meta);
    if (rows.length > 0) learntFrom.push(identityOf(task, answers));
  }
  if (learntFrom.length === 0) {
    throw new UsageError(
      `--pool ${names.join(",")}: expected programs that are right on a task; ` +
        `${tasks.size} tasks have none, or are being measured (${refused})`,
    );
  }
  const baseModel = runs.map(({ directory }) => directory.name).join("+");
  const manifest = shard.seal({ generation: 1, baseModel, seed, tasks: learntFrom });
  return { manifest, runs: runs.map(({ directory }) => directory), refused };
}

/** The tasks of all runs by id, with answers where a run knows them. */
function tasksOf(runs: readonly PooledRun[]): Map<string, TaskLoaded> {
  const tasks = new Map<string, TaskLoaded>();
  for (const { taskRecords, directory } of runs) {
    for (const record of taskRecords.values()) {
      const known = tasks.get(record.taskId);
      if (known && contentOf(known) !== contentOf(record)) {
        throw new UsageError(
          `task ${record.taskId} of run ${directory.name} is another than in the runs before`,
        );
      }
      // Once measured, a task is measured for all.
      if (known?.split === "evaluation") continue;
      if (!known?.testOutputs || record.split === "evaluation") tasks.set(record.taskId, record);
    }
  }
  return tasks;
}

function contentOf({ train, testInputs }: TaskLoaded): string {
  return JSON.stringify([train, testInputs]);
}

async function guardOf(runs: readonly PooledRun[]): Promise<ContaminationGuard> {
  const specs = new Set(
    runs.flatMap(({ directory }) => Config.parse(directory.readRunFile().config).guard.measured),
  );
  const needsArckit = [...specs].some((spec) => spec.startsWith("arc-agi"));
  const arckitData = needsArckit ? (await preparePython(console.error)).arckitData : undefined;
  const measured: MeasuredTask[] = runs
    .flatMap(({ tasks }) => tasks.filter(({ split }) => split === "evaluation"))
    .map((task) => ({ task }));
  for (const spec of specs) {
    const { tasks, answers } = await loadTasks(spec, { arckitData });
    for (const task of tasks) measured.push({ task, answers: answers.get(task.id) });
  }
  return new ContaminationGuard(measured);
}

function rowsOf(runs: readonly PooledRun[], task: Task, seed: number) {
  const pooled = poolPrograms(runs.map((run) => ({
    run: run.directory.name,
    programs: run.archive.ofTask(task.id)
      .filter(({ outcome, transduction, confirmed }) =>
        outcome === "ok" && !transduction && confirmed
      )
      .map((entry) => programOf(entry, run)),
  })));
  const random = seededRandom(seed, task.id, "pool");
  return selectSampling("shortest", pooled, SAMPLING_CAP, random)
    .flatMap((program) => rowOf(program, task, random) ?? []);
}

function programOf(entry: ArchiveEntry, run: PooledRun) {
  const { id, codeHash, codeLength, outputs, correctTrain, correctTest } = entry;
  return { id, codeHash, codeLength, outputs, correctTrain, correctTest, entry, run };
}

function rowOf(
  { id, entry, run: { reader } }: Pooled,
  task: Task,
  random: ReturnType<typeof seededRandom>,
) {
  const reply = reader.read(entry.replyAt);
  const evaluation = reader.read(entry.evaluationAt);
  if (reply.kind !== "reply" || evaluation.kind !== "evaluation") {
    throw new TypeError(`program ${id}: expected reply and evaluation, got ${reply.kind}`);
  }
  const code = codeOf(reply.completions[entry.index]) ?? "";
  const outputs = evaluation.outputs.map((text) => text === null ? null : decodeGrid(text));
  // The outputs of a right program are the task's own.
  const example = relabelTask(task, { id, code, outputs }, random);
  if (!example) return null;
  return {
    messages: {
      prompt: samplePrompt(example, null),
      completion: [{ role: "assistant", content: answerText(code) }] as const,
    },
    meta: {
      taskId: task.id,
      split: task.split,
      programId: id,
      generation: entry.generation,
      operator: "sample" as const,
      relabelled: false,
      correct: true,
    },
  };
}
