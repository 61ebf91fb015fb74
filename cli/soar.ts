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
  openPythonEngine,
  readJournal,
  Recorder,
  type RunDirectory,
  SearchEngine,
} from "../mod.ts";
import { type Config, flatConfig } from "./config.ts";
import { engineOptions } from "./engine_options.ts";
import { Interrupted } from "./exit_code.ts";
import { untilInterrupted } from "./interrupt.ts";
import { openModel } from "./open_model.ts";
import { planRun, type RunPlan, type SoarOptions } from "./plan_run.ts";
import { printSummary } from "./print_summary.ts";
import { Progress } from "./progress.ts";
import { preparePython } from "./python.ts";
import { tellDamage } from "./read_run.ts";
import { serveRun } from "./run_server.ts";
import { loadRunTasks, type RunTasks, taskRecords } from "./run_tasks.ts";
import { runsDirectory } from "./runs_directory.ts";
import { VERSION } from "./version.ts";

/** Runs the search to its end. @throws what exit_code.ts knows a code for */
export async function soar(options: SoarOptions): Promise<void> {
  const plan = planRun(options, runsDirectory());
  using progress = new Progress();
  const home = await preparePython((line) => progress.tell(line));
  const tasks = await loadRunTasks(plan.config, home.arckitData);
  progress.tell(planText(plan, tasks));
  if (options.dryRun) return;
  await runPlan(plan, tasks, home.python, progress);
}

async function runPlan(
  { config, directory, resumed }: RunPlan,
  tasks: RunTasks,
  python: string,
  progress: Progress,
): Promise<void> {
  await using open = new AsyncDisposableStack();
  open.use(directory.lock());
  const archive = new Archive();
  if (resumed) {
    for (const entry of readJournal(directory.journal, tellDamage)) archive.apply(entry);
    progress.tell(`resuming after ${archive.size.toLocaleString("en")} programs`);
  }
  const journal = Journal.open(directory.journal, archive.seq);
  open.defer(() => journal.close());
  const recorder = new Recorder(journal, archive);
  const model = await openModel(config, directory, tasks.teachable, (line) => progress.tell(line));
  open.defer(() => model.close());
  const sandbox = await openPythonEngine({
    python,
    workers: config.sandbox.workers ?? navigator.hardwareConcurrency,
    memoryBytes: config.sandbox.memory_mb * 1024 * 1024,
  });
  open.defer(() => sandbox.close());
  progress.tell(`sandbox ${sandbox.name}, ${sandbox.workers} cells: ${sandbox.layers}`);
  const server = serveRun(recorder, directory.journal);
  open.defer(() => server.close());
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

  const runFile = {
    name: directory.name,
    runId: hash63(directory.name, config.run.seed),
    seed: config.run.seed,
    startedAt: resumed ? directory.readRunFile().startedAt : new Date().toISOString(),
    version: VERSION,
    config,
  };
  const { port, token } = server;
  directory.writeRunFile({ ...runFile, status: "running", server: { port, token, pid: Deno.pid } });
  await recorder.record({
    kind: "run_opened",
    runId: runFile.runId,
    seed: config.run.seed,
    resumed,
    config: flatConfig(config),
    codeVersion: VERSION,
  });
  if (!resumed) { for (const record of taskRecords(tasks)) await recorder.record(record); }
  progress.watch(engine, recorder);

  using interrupt = untilInterrupted();
  let status: "done" | "failed" | "interrupted" = "failed";
  try {
    const attempts = await engine.run(interrupt);
    status = "done";
    progress[Symbol.dispose]();
    await printSummary({ archive, config, tasks, directory, attempts });
  } catch (error) {
    if (interrupt.draining.aborted) status = "interrupted";
    throw told(error, status, config, directory);
  } finally {
    await recorder.record({ kind: "run_ended", status }).catch(() => {});
    directory.writeRunFile({ ...runFile, status, server: null });
  }
}

/** The error with what to do next. */
function told(error: unknown, status: string, config: Config, { name }: RunDirectory): unknown {
  const goOn = `everything so far is kept; go on with: deno task soar --resume ${name}`;
  if (status === "interrupted") return new Interrupted(`interrupted; ${goOn}`);
  if (error instanceof ModelError) {
    error.message += ` (endpoint ${config.model.endpoint ?? "embedded"}); ${goOn}`;
  }
  return error;
}

function planText({ config, directory }: RunPlan, { tasks }: RunTasks): string {
  const { generations } = config.run;
  const { samples, refinements } = config.budget;
  const programs = (tasks.length * generations * (samples + refinements)).toLocaleString("en");
  const model = config.model.name ?? "the embedded model";
  return `run ${directory.name}: ${tasks.length} tasks of ${config.run.tasks}, ${model}, ` +
    `${generations} generations of ${samples} sampled and ${refinements} refined programs a task ` +
    `(${programs} in all)`;
}
