/**
 * `soar soar`: the main job. Checks everything, sets it up, runs the engine, tells what came of it.
 *
 * @module
 */
// @ts-types="../std/async_delay.d.ts"
import { delay } from "@std/async/delay";
import {
  Archive,
  hash63,
  Journal,
  ModelError,
  Recorder,
  type RunFile,
  SearchEngine,
} from "../mod.ts";
import { type Config, flatConfig } from "./config.ts";
import { engineOptions } from "./engine_options.ts";
import { Interrupted } from "./exit_code.ts";
import { type Interrupt, untilInterrupted } from "./interrupt.ts";
import { openModel } from "./open_model.ts";
import { openSandbox } from "./open_sandbox.ts";
import { planRun, type RunPlan, type SoarOptions } from "./plan_run.ts";
import { printSummary } from "./print_summary.ts";
import { Progress } from "./progress.ts";
import { NoPythonError, type PythonHome } from "./python.ts";
import { missingTasks, readRun } from "./read_run.ts";
import { serveRun } from "./run_server.ts";
import { loadRunTasks, type RunTasks, taskRecords } from "./run_tasks.ts";
import { runsDirectory } from "./runs_directory.ts";
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
  if (options.dryRun) return;
  using lock = plan.directory.lock();
  using interrupt = untilInterrupted();
  void lock;
  const runFile = runFileOf(plan);
  plan.directory.writeRunFile({ ...runFile, status: "running" });
  let status: RunFile["status"] = "failed";
  try {
    await runPlan(plan, tasks, home, runFile, progress, interrupt);
    status = "done";
  } catch (error) {
    if (interrupt.draining.aborted) status = "interrupted";
    throw told(error, status, plan);
  } finally {
    plan.directory.writeRunFile({ ...runFile, status });
  }
}

async function runPlan(
  { config, directory, resumed }: RunPlan,
  tasks: RunTasks,
  home: PythonHome | null,
  runFile: RunFile,
  progress: Progress,
  interrupt: Interrupt,
): Promise<void> {
  await using open = new AsyncDisposableStack();
  const before = resumed ? readRun(directory) : null;
  const archive = before?.archive ?? new Archive();
  const records = before ? missingTasks(before, taskRecords(tasks)) : taskRecords(tasks);
  if (before) progress.tell(`resuming after ${archive.size.toLocaleString("en")} programs`);
  const journal = Journal.open(directory.journal, archive.seq);
  open.defer(() => journal.close());
  const recorder = new Recorder(journal, archive);
  const model = await openModel(config, directory, tasks.teachable, (line) => progress.tell(line));
  open.defer(() => model.close());
  interrupt.draining.throwIfAborted();
  const { engine: kind, workers, memory_mb } = config.sandbox;
  const sandbox = await openSandbox({
    engine: kind,
    home,
    workers,
    memoryBytes: memory_mb * 1024 * 1024,
    tell: (line) => progress.tell(line),
  });
  open.defer(() => sandbox.close());
  progress.tell(`sandbox ${sandbox.name}, ${sandbox.workers} cells: ${sandbox.layers}`);
  const engine = new SearchEngine({
    ...engineOptions(config, model),
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
  await Promise.all(records.map((record) => recorder.record(record)));
  const server = serveRun(recorder, directory.journal);
  open.defer(() => server.close());
  const { port, token } = server;
  directory.writeRunFile({ ...runFile, status: "running", server: { port, token, pid: Deno.pid } });
  progress.watch(engine, recorder, plannedPrograms(config, tasks));
  let status: "done" | "failed" | "interrupted" = "failed";
  try {
    const attempts = await engine.run(interrupt);
    status = "done";
    progress[Symbol.dispose]();
    await printSummary({ archive, config, tasks, directory, attempts });
  } finally {
    if (interrupt.draining.aborted) status = "interrupted";
    await recorder.record({ kind: "run_ended", status }).catch(() => {});
  }
}

function runFileOf({ config, directory, resumed }: RunPlan): RunFile {
  return {
    name: directory.name,
    runId: hash63(directory.name, config.run.seed),
    seed: config.run.seed,
    startedAt: resumed ? directory.readRunFile().startedAt : new Date().toISOString(),
    version: VERSION,
    config,
    status: "running",
    server: null,
  };
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

/** The error with what to do next. */
function told(error: unknown, status: string, { config, directory }: RunPlan): unknown {
  const goOn = `everything so far is kept; go on with: deno task soar --resume ${directory.name}`;
  if (status === "interrupted") return new Interrupted(`interrupted; ${goOn}`);
  if (error instanceof ModelError) {
    error.message += ` (endpoint ${config.model.endpoint ?? "embedded"}); ${goOn}`;
  }
  return error;
}

function plannedPrograms({ run, budget }: Config, { tasks }: Pick<RunTasks, "tasks">): number {
  return tasks.length * run.generations * (budget.samples + budget.refinements);
}

function planText({ config, directory }: RunPlan, { tasks }: RunTasks): string {
  const { generations } = config.run;
  const { samples, refinements } = config.budget;
  const programs = plannedPrograms(config, { tasks }).toLocaleString("en");
  const model = config.model.name ?? "the embedded model";
  return `run ${directory.name}: ${tasks.length} tasks of ${config.run.tasks}, ${model}, ` +
    `${generations} generations of ${samples} sampled and ${refinements} refined programs a task ` +
    `(${programs} in all)`;
}
