/**
 * Whether the pipeline keeps the cells busy: its rate against that of the executor alone on the same
 * programs.
 *
 *     deno task bench --suite pipeline [--tasks 100] [--samples 72] [--refinements 24] [--rounds 3]
 *
 * A round makes a real run (`soar soar`, one generation, the embedded model), takes requests and
 * programs from its journal, and measures, one after the other:
 *
 *   embedded   the run itself: model server, search and cells share the cores
 *   recorded   the same run with its replies given again over HTTP: a model elsewhere
 *   executor   the same programs through the sandbox alone, as many in flight as it takes; what the
 *              run was right on or showed for refinement is confirmed as there
 *   model      the same requests to the embedded model alone, as many in flight as the run's
 *
 * Rates are programs run a second (copies are not run), in the run from its first request to its
 * last evaluation. The plain share is against the executor alone. With the embedded model the cores
 * have its work to do as well, so nothing can be faster than the bound: programs ÷ ((processor
 * seconds of executor and model, each alone) ÷ cores). The median of the rounds is printed.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startEmbeddedModel } from "../cli/embedded.ts";
import { preparePython } from "../cli/python.ts";
import { openSandbox } from "../cli/open_sandbox.ts";
import { table } from "../cli/table.ts";
import { evaluate } from "../actors/evaluate.ts";
import { loadTasks } from "../data/load_tasks.ts";
import { RunDirectory } from "../data/run_directory.ts";
import { inputsOf } from "../data/task.ts";
import { openaiClient } from "../models/openai.ts";
import { timeLimitSeconds } from "../search/stop.ts";
import { channelOf } from "../streams/channel_of.ts";
import { mapConcurrent } from "../streams/map_concurrent.ts";
import { cpuSeconds } from "./process_cpu.ts";
import { RECORDED_MODEL, RecordedModel } from "./recorded_model.ts";
import {
  readRecordedRun,
  type RecordedProgram,
  type RecordedRequest,
  type RecordedRun,
} from "./recorded_run.ts";
import { freshFlags, startSoar } from "./soar_child.ts";

/** Requests in flight: the default of `model.concurrency`. */
const IN_FLIGHT = 8;
/** Share of the executor's rate that the pipeline must reach. */
const TARGET = 0.8;

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "100" },
    samples: { type: "string", default: "72" },
    refinements: { type: "string", default: "24" },
    rounds: { type: "string", default: "3" },
  },
});
const { python, arckitData } = await preparePython((line) => console.log(line));
const home = { python, arckitData };
const spec = `arc-agi-1:training#${values.tasks}`;
const { tasks, answers } = await loadTasks(spec, { arckitData });
const byId = new Map(tasks.map((task) => [task.id, task]));
const cores = navigator.hardwareConcurrency;
const folder = Deno.makeTempDirSync({ prefix: "soar-bench-pipeline-" });

/** Figures of a round, by name of column. */
type Round = Readonly<Record<typeof COLUMNS[number], number>>;
const COLUMNS = [
  "programs",
  "embedded/s",
  "recorded/s",
  "executor/s",
  "executor cpu s",
  "model cpu s",
  "bound/s",
  "embedded share",
  "recorded share",
  "share of bound",
] as const;

try {
  const rounds: Round[] = [];
  const load = Deno.loadavg().map((n) => n.toFixed(1)).join(" ");
  console.log(`${spec}, ${values.rounds} rounds, ${cores} cores, load ${load}`);
  for (let seed = 1; seed <= Number(values.rounds); seed++) rounds.push(await measure(seed));
  const medians = COLUMNS.map((name) => median(rounds.map((round) => round[name])));
  const text = (round: readonly number[]) =>
    round.map((value, i) =>
      /share/.test(COLUMNS[i]) ? percent(value) : value.toFixed(/cpu/.test(COLUMNS[i]) ? 1 : 0)
    );
  console.log(table(["round", ...COLUMNS], [
    ...rounds.map((round, i) => [`${i + 1}`, ...text(COLUMNS.map((name) => round[name]))]),
    ["median", ...text(medians)],
  ]));
  for (const name of ["recorded share", "embedded share", "share of bound"] as const) {
    const share = medians[COLUMNS.indexOf(name)];
    console.log(`${name}: ${percent(share)}, must be ≥ ${percent(TARGET)}: ${verdict(share)}`);
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}

async function measure(seed: number): Promise<Round> {
  const run = await soar(`embedded-${seed}`, seed, []);
  await using model = new RecordedModel(run.requests);
  const recorded = await soar(`recorded-${seed}`, seed, [
    "--endpoint",
    model.baseUrl,
    "--model",
    RECORDED_MODEL,
  ]);
  const executor = await executeAlone(run.programs);
  const modelCpu = await askAlone(run.requests);
  const programs = run.programs.length;
  const rate = (of: RecordedRun) => of.programs.length / of.seconds;
  const bound = programs / ((executor.cpu + modelCpu) / cores);
  const alone = programs / executor.seconds;
  return {
    "programs": programs,
    "embedded/s": rate(run),
    "recorded/s": rate(recorded),
    "executor/s": alone,
    "executor cpu s": executor.cpu,
    "model cpu s": modelCpu,
    "bound/s": bound,
    "embedded share": rate(run) / alone,
    "recorded share": rate(recorded) / alone,
    "share of bound": rate(run) / bound,
  };
}

async function soar(name: string, seed: number, flags: readonly string[]): Promise<RecordedRun> {
  const log = `${folder}/${name}.log`;
  const numbers = {
    seed,
    generations: 1,
    samples: values.samples,
    refinements: values.refinements,
  };
  const child = startSoar(folder, [
    ...freshFlags(folder, name),
    "--tasks",
    spec,
    ...Object.entries(numbers).flatMap(([flag, value]) => [`--${flag}`, `${value}`]),
    ...flags,
  ], log);
  const code = await child.ended;
  if (code !== 0) {
    throw new Error(`run ${name} ended with exit ${code}:\n${Deno.readTextFileSync(log)}`);
  }
  return readRecordedRun(new RunDirectory(folder, name).journal, tasks);
}

/** The programs through the sandbox alone. */
async function executeAlone(
  programs: readonly RecordedProgram[],
): Promise<{ seconds: number; cpu: number }> {
  const sandbox = await openSandbox({ engine: "auto", home, tell: console.log });
  const work = async ({ taskId, code, shown }: RecordedProgram) => {
    const task = byId.get(taskId)!;
    await evaluate(code, { engine: sandbox, task, answers: answers.get(taskId), timeoutMs: null });
    if (!shown) return;
    const timeoutMs = timeLimitSeconds(task.train.length, task.testInputs.length) * 1000;
    await sandbox.run({ code, inputs: inputsOf(task), timeoutMs, alone: true });
  };
  try {
    await all(programs.slice(0, 64), sandbox.workers + sandbox.ahead, work); // its servers have started
    const before = await cpuSeconds(python);
    const began = performance.now();
    await all(programs, sandbox.workers + sandbox.ahead, work);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, cpu: await cpuSeconds(python) - before };
  } finally {
    await sandbox.close();
  }
}

/** Processor seconds that the requests take of the embedded model and its client. */
async function askAlone(requests: readonly RecordedRequest[]): Promise<number> {
  const server = await startEmbeddedModel(`${folder}/no-models`, console.error);
  const client = openaiClient({
    baseUrl: server.baseUrl,
    apiKey: null,
    timeoutMs: 600_000,
    now: Date.now,
    random: Math.random,
  });
  const work = async ({ call, messages }: RecordedRequest) => {
    const { model, n, temperature, seed } = call;
    await client.complete({
      model,
      messages,
      n,
      temperature,
      topP: 1,
      minP: null,
      maxTokens: 4096,
      seed,
    });
  };
  try {
    await all(requests.slice(0, 8), IN_FLIGHT, work); // its code is compiled
    const before = await cpuSeconds(python);
    await all(requests, IN_FLIGHT, work);
    return await cpuSeconds(python) - before;
  } finally {
    await server.close();
  }
}

async function all<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const done = mapConcurrent(work, { concurrency, highWaterMark: 16, ordered: false })(
    channelOf(items),
  );
  for await (const _ of done);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}

function verdict(share: number): string {
  return share >= TARGET ? "yes" : "NO";
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
