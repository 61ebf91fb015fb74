/**
 * `soar import`: makes a run of programs from elsewhere, to be asked, voted and gone on from.
 *
 * Contamination: programs of a training task that shares its id or a pair with what is being
 * measured are left out, whatever the file calls it. Programs of evaluation tasks are taken for
 * measuring only: the run does not get their answers and nothing is learnt from them.
 *
 * @module
 */
import { Archive, type ContaminationGuard, Journal, Recorder, type Task } from "../mod.ts";
import { flatConfig } from "./config.ts";
import { type ImportedRow, readRows } from "./import_rows.ts";
import { asInvoked } from "./invocation.ts";
import { JournalImport } from "./journal_import.ts";
import { planRun, type RunPlan } from "./plan_run.ts";
import { preparePython } from "./python.ts";
import { runFileOf } from "./run_file.ts";
import { loadRunTasks, type RunTasks, taskRecords } from "./run_tasks.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar import`. */
export interface ImportOptions {
  readonly tasks: string;
  readonly split?: string;
  readonly run?: string;
  /** Of the run, when it is gone on with. @default those of the programs */
  readonly generations?: number;
  /** Programs sampled and refined a task and generation when it is gone on with. @default 0 */
  readonly samples?: number;
  readonly refinements?: number;
  readonly set: readonly string[];
}

/** What was left out, by reason. */
type LeftOut = Map<string, number>;

/** @throws UsageError, TaskError, ParquetError */
export async function importRun(file: string, options: ImportOptions): Promise<void> {
  const { samples = 0, refinements = 0, generations } = options;
  const planned = planRun({ ...options, fit: false }, runsDirectory());
  const { arckitData } = await preparePython(console.error);
  const tasks = await loadRunTasks(planned.config, arckitData);
  const { directory } = planned;
  const budget = { ...planned.config.budget, samples, refinements };
  const plan = { ...planned, config: { ...planned.config, budget } };
  using lock = directory.lock();
  void lock;
  try {
    directory.writeRunFile(runFileOf(plan));
    const { imported, leftOut } = await writeJournal(file, plan, tasks);
    if (imported.programs === 0) throw new UsageError(`${file}: ${nothing(leftOut)}`);
    const needed = imported.lastGeneration + 1;
    if (generations !== undefined && generations < needed) {
      throw new UsageError(`--generations ${generations}: the programs are of ${needed}`);
    }
    const run = { ...plan.config.run, generations: generations ?? needed };
    const runFile = runFileOf({ ...plan, config: { ...plan.config, run } });
    directory.writeRunFile({ ...runFile, imported: true, status: "interrupted" });
    tell(imported, leftOut, plan);
  } catch (error) {
    Deno.removeSync(directory.path, { recursive: true });
    throw error;
  }
}

async function writeJournal(file: string, plan: RunPlan, tasks: RunTasks) {
  const { config, directory } = plan;
  const journal = Journal.open(directory.journal, 0);
  const recorder = new Recorder(journal, new Archive());
  const byId = new Map(tasks.tasks.map((task) => [task.id, task]));
  const imported = new JournalImport(recorder, byId, tasks.usable);
  const leftOut: LeftOut = new Map();
  const faults = new Map<string, string | null>();
  try {
    const { runId, seed, version } = runFileOf(plan);
    await recorder.record({
      kind: "run_opened",
      runId,
      seed,
      resumed: false,
      config: flatConfig(config),
      codeVersion: version,
    });
    await Promise.all(taskRecords(tasks).map((record) => recorder.record(record)));
    for await (const row of readRows(file)) {
      const fault = faultOf(row, byId.get(row.task_id), tasks, faults);
      if (fault === null) await imported.add(row);
      else leftOut.set(fault, (leftOut.get(fault) ?? 0) + 1);
    }
    await imported.flush();
    for (let generation = 0; generation <= imported.lastGeneration; generation++) {
      await recorder.record({
        kind: "event",
        level: "info",
        event: "generation_ended",
        generation,
        taskId: null,
        message: `${recorder.archive.count(generation).programs} programs imported`,
      });
    }
    await recorder.record({ kind: "run_ended", status: "interrupted" });
  } finally {
    await journal.close();
  }
  return { imported, leftOut };
}

/** Why a program is left out, or null. */
function faultOf(
  row: ImportedRow,
  task: Task | undefined,
  { guard, usable }: { guard: ContaminationGuard; usable: RunTasks["usable"] },
  faults: Map<string, string | null>,
): string | null {
  if (!task) return "their task is not in --tasks";
  if (task.split === "evaluation") return null;
  const known = faults.get(row.task_id);
  if (known !== undefined) return known;
  const fault = guard.fault(task, usable.get(task.id));
  faults.set(row.task_id, fault);
  return fault;
}

function tell(imported: JournalImport, leftOut: LeftOut, { directory }: RunPlan): void {
  const { programs, differing } = imported;
  console.error(`run ${directory.name}: ${programs.toLocaleString("en")} programs imported`);
  for (const [why, n] of leftOut) console.error(`${n.toLocaleString("en")} left out: ${why}`);
  if (differing > 0) {
    console.error(`${differing} claim a correctness that their outputs do not have; not believed`);
  }
  console.error(
    asInvoked(`look at it: deno task sql --run ${directory.name} "FROM archive LIMIT 3"`),
  );
  console.error(asInvoked(`confirm and vote: deno task soar --resume ${directory.name}`));
}

function nothing(leftOut: LeftOut): string {
  const reasons = [...leftOut].map(([why, n]) => `${n} left out: ${why}`);
  return `no program to import${reasons.length > 0 ? `; ${reasons.join("; ")}` : ""}`;
}
