/**
 * `soar soar`: the main job. Checks everything, sets it up, runs the engine, tells what came of it.
 *
 * @module
 */
// @ts-types="../std/async_delay.d.ts"
import { delay } from "@std/async/delay";
import {
  Archive,
  Journal,
  JournalError,
  keepBallots,
  keepBallotsOf,
  keepDigests,
  ModelError,
  Recorder,
  type RunBudget,
  type RunFile,
  SearchEngine,
} from "../mod.ts";
import { type BaseModel, copyBaseModel, findBaseModel, refuseMeasured } from "./base_model.ts";
import { type Config, flatConfig } from "./config.ts";
import { serveDash } from "./dash_server.ts";
import { DiskCapReached, watchDisk } from "./disk_cap.ts";
import { engineOptions } from "./engine_options.ts";
import { Interrupted } from "./exit_code.ts";
import { type Interrupt, untilInterrupted } from "./interrupt.ts";
import { openModel } from "./open_model.ts";
import { endpointsOf } from "./model_config.ts";
import { openReplay } from "./open_replay.ts";
import { withExecutorHosts } from "./executor_hosts.ts";
import { openSandbox } from "./open_sandbox.ts";
import { planRun, type RunPlan, type SoarOptions } from "./plan_run.ts";
import { printSummary } from "./print_summary.ts";
import { Progress } from "./progress.ts";
import type { PythonHome } from "./python.ts";
import { missingTasks, readLongRun } from "./read_run.ts";
import { costLines } from "./run_cost.ts";
import { runFileOf } from "./run_file.ts";
import { serveRun } from "./run_server.ts";
import { loadRunTasks, type RunTasks, taskRecords } from "./run_tasks.ts";
import { lockRun, runsDirectory } from "./runs_directory.ts";
import { NoPythonError } from "./venv.ts";
import { VERSION } from "./version.ts";
import { goingOnWithout, pythonOrWhyNot, withoutPython } from "./without_python.ts";

/** Runs the search to its end. @throws what exit_code.ts knows a code for */
export async function soar(options: SoarOptions): Promise<void> {
  let plan = planRun(options, runsDirectory());
  using progress = new Progress();
  if (plan.resumed && plan.directory.readRunFile().status === "done") {
    progress.tell(`run ${plan.directory.name} is finished; there is nothing to resume`);
    return;
  }
  const found = await pythonOrWhyNot(plan.config.sandbox.engine, (line) => progress.tell(line));
  const home = found instanceof NoPythonError ? null : found;
  if (found instanceof NoPythonError) {
    if (!plan.resumed) plan = withoutPython(plan, options.tasks !== undefined, found);
    progress.tell(goingOnWithout(found));
  }
  const tasks = await loadRunTasks(plan.config, home?.arckitData);
  progress.tell(planText(plan, tasks));
  const base = baseModelOf(plan, tasks);
  if (base) {
    progress.tell(`generation 0 asks ${base.folder}, fitted on ${base.tasks.length} tasks`);
  }
  if (options.dryRun) {
    if (plan.config.run.replay !== undefined) return;
    for (const line of costLines(plan.config, tasks)) progress.tell(line);
    return;
  }
  using lock = lockRun(plan.directory);
  using interrupt = untilInterrupted();
  void lock;
  const runFile = runFileOf(plan);
  plan.directory.writeRunFile({ ...runFile, status: "running" });
  try {
    if (base) await copyBaseModel(base, plan.directory);
    await runPlan(plan, tasks, home, runFile, progress, interrupt, options.dash === true);
  } catch (caught) {
    const error = firstError(caught);
    const stopped = interrupt.draining.aborted || error instanceof DiskCapReached;
    const status = stopped ? "interrupted" : "failed";
    try {
      plan.directory.writeRunFile({ ...runFile, status });
    } catch (unwritten) {
      // A full disk ends the run by an error of the journal, which is the one to tell.
      void unwritten;
    }
    throw told(error, status, plan);
  }
  plan.directory.writeRunFile({ ...runFile, status: "done" });
  // What votes read of the last segment is made now, while nobody waits for one.
  await keepBallots(plan.directory);
}

async function runPlan(
  { config, directory, resumed }: RunPlan,
  tasks: RunTasks,
  home: PythonHome | null,
  runFile: RunFile,
  progress: Progress,
  interrupt: Interrupt,
  dash: boolean,
): Promise<void> {
  await using open = new AsyncDisposableStack();
  // A run may have been killed before its journal was there.
  Deno.mkdirSync(directory.journal, { recursive: true });
  const before = resumed ? await readLongRun(directory) : null;
  const archive = before?.archive ?? new Archive();
  const records = before ? missingTasks(before, taskRecords(tasks)) : taskRecords(tasks);
  const unanswered = [...archive.calls()].filter(({ ended, waiting }) => !ended && !waiting).length;
  if (before) progress.tell(resumeText(archive.size, unanswered));
  const journal = Journal.open(directory.journal, archive.seq, {
    onPacked: async (segment) => {
      await keepDigests(directory.journal, directory.digests, segment);
      await keepBallotsOf(directory, segment);
    },
  });
  open.defer(() => journal.close());
  const recorder = new Recorder(journal, archive);
  const followed = config.run.replay === undefined
    ? null
    : openReplay(config.run.replay, taskRecords(tasks));
  const model = followed?.model ??
    await openModel(
      config,
      directory,
      tasks,
      (line) => progress.tell(line),
      ({ level, event, message }) => recordNote(recorder, level, event, message),
    );
  open.defer(() => model.close());
  interrupt.draining.throwIfAborted();
  const { engine: kind, workers, memory_mb } = config.sandbox;
  const local = await openSandbox({
    engine: kind,
    home,
    workers,
    memoryBytes: memory_mb * 1024 * 1024,
    tell: (line) => progress.tell(line),
  });
  open.defer(() => local.close());
  progress.tell(`sandbox ${local.name}, ${local.workers} cells: ${local.layers}`);
  const sandbox = await withExecutorHosts(local, config, runFile.runId, (event, message) => {
    progress.tell(message);
    const level = event === "host_joined" ? "info" : "warning";
    recordNote(recorder, level, event, message);
  });
  if (sandbox !== local) open.defer(() => sandbox.close());
  const engine = new SearchEngine({
    ...engineOptions(config, model),
    replay: followed?.replay ?? null,
    tasks: tasks.tasks,
    answers: tasks.usable,
    guard: tasks.guard,
    sandbox,
    recorder,
    directory,
    host: Deno.hostname(),
    now: () => performance.now(),
    delay: (ms, signal) => delay(ms, { signal }),
  });
  await recordStart(recorder, runFile, config, resumed);
  if (unanswered > 0) await recordRepeats(recorder, unanswered);
  await Promise.all(records.map((record) => recorder.record(record)));
  const server = serveRun(recorder, directory.journal, {
    store: {
      engine: config.store.engine,
      expectedPrograms: plannedPrograms(config, tasks),
      file: directory.database,
      tell: (line) => progress.tell(line),
    },
    tasks: tasks.tasks.length,
    control: engine.control,
  });
  open.defer(() => server.close());
  const { port, token } = server;
  directory.writeRunFile({ ...runFile, status: "running", server: { port, token, pid: Deno.pid } });
  if (dash) {
    const dashboard = await serveDash(directory);
    open.defer(() => dashboard.close());
    progress.tell(`dashboard: ${dashboard.url}`);
  }
  progress.watch(engine, recorder, () => plannedPrograms(config, tasks, engine.budget));
  using cap = watchDisk(recorder, directory, config.run.max_disk_gb, interrupt.draining);
  let status: "done" | "failed" | "interrupted" = "failed";
  try {
    const attempts = await engine.run({ signal: interrupt.signal, draining: cap.draining });
    status = "done";
    progress[Symbol.dispose]();
    await printSummary({ archive, config, tasks, directory, attempts });
    followed?.compare(archive);
  } finally {
    if (cap.draining.aborted) status = "interrupted";
    await recorder.record({ kind: "run_ended", status }).catch(() => {});
  }
}

/** The fitted model a run begins with, none of whose tasks it measures; null for the base. */
function baseModelOf({ config, directory }: RunPlan, { guard }: RunTasks): BaseModel | null {
  if (config.model.from === undefined || config.run.replay !== undefined) return null;
  const base = findBaseModel(config.model.from, directory, runsDirectory());
  refuseMeasured(base, guard);
  return base;
}

async function recordStart(
  recorder: Recorder,
  { runId, seed }: RunFile,
  config: Config,
  resumed: boolean,
): Promise<void> {
  await recorder.record({
    kind: "run_opened",
    runId,
    seed,
    resumed,
    config: flatConfig(config),
    codeVersion: VERSION,
  });
}

/** Journals what went wrong and was mended; where the journal fails too, the run ends by that. */
function recordNote(
  recorder: Recorder,
  level: "info" | "warning",
  event: string,
  message: string,
): void {
  const about = { level, event, generation: null, taskId: null, message } as const;
  void recorder.record({ kind: "event", ...about }).catch(() => {});
}

/** Requests that were in flight when the run stopped: these alone are asked for again. */
async function recordRepeats(recorder: Recorder, count: number): Promise<void> {
  await recorder.record({
    kind: "event",
    level: "info",
    event: "asked_again",
    generation: null,
    taskId: null,
    message: `${count} requests that were in flight`,
  });
}

function resumeText(programs: number, unanswered: number): string {
  const repeated = unanswered === 0 ? "" : `; ${unanswered} requests that were in flight are ` +
    "asked again";
  return `resuming after ${programs.toLocaleString("en")} programs${repeated}`;
}

/** What went wrong first, where letting go of things failed as well. */
function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error;
}

/** The error with what to do next. */
function told(error: unknown, status: string, { config, directory }: RunPlan): unknown {
  const goOn = `everything so far is kept; go on with: deno task soar --resume ${directory.name}`;
  if (error instanceof DiskCapReached) return new Interrupted(`${error.message}; ${goOn}`);
  if (status === "interrupted") return new Interrupted(`interrupted; ${goOn}`);
  if (error instanceof JournalError) {
    error.message += `; once that is mended: deno task soar --resume ${directory.name}`;
  }
  if (error instanceof ModelError) {
    error.message += `${endpointsOf(config).length === 0 ? " (embedded model)" : ""}; ${goOn}`;
  }
  return error;
}

/** Programs of the whole run, by the budget as it has been changed meanwhile. */
function plannedPrograms(
  { run, budget }: Config,
  { tasks }: Pick<RunTasks, "tasks">,
  changed?: Pick<RunBudget, "of">,
): number {
  const configured = { budget, limits: { programs: budget.total_programs } };
  const each = Array.from({ length: run.generations }, (_, g) => changed?.of(g) ?? configured);
  const planned = each.reduce((sum, { budget }) => sum + budget.samples + budget.refinements, 0);
  return Math.min(planned * tasks.length, each.at(-1)!.limits.programs ?? Infinity);
}

function planText({ config, directory }: RunPlan, { tasks }: RunTasks): string {
  const { generations } = config.run;
  const { samples, refinements } = config.budget;
  const programs = plannedPrograms(config, { tasks }).toLocaleString("en");
  const model = config.run.replay === undefined
    ? endpointsOf(config).map(({ label }) => label).join(", ") || "the embedded model"
    : `the replies of run ${config.run.replay}`;
  return `run ${directory.name}: ${
    counted(tasks.length, "task")
  } of ${config.run.tasks}, ${model}, ` +
    `${counted(generations, "generation")} of ${samples} sampled and ${refinements} refined ` +
    `programs a task (${programs} in all)`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
