/**
 * `deno task example:smollm`: the whole loop with a language model on a CPU, SmolLM2-135M-Instruct.
 *
 * Two runs of `deno task soar`, nothing else: the embedded model solves small ARC-AGI-1 training
 * tasks, so that there are shards to learn from; then SmolLM2, served by `transformers serve`,
 * samples programs (generation 0), is fine-tuned on its own shards and those, and samples again
 * (generation 1) on the smallest of the same tasks. Prints both generations' figures and keeps them
 * in `smollm.json` of the run. Started again it goes on with a run that was interrupted.
 *
 * @module
 */
import { resolve } from "node:path";
import { exitCodeOf } from "../../cli/exit_code.ts";
import { preparePython } from "../../cli/python.ts";
import { runsDirectory } from "../../cli/runs_directory.ts";
import { loadTasks, RunDirectory, type Task } from "../../mod.ts";
import { smollmCheckpoint } from "./model_files.ts";
import { serveModel } from "./served_model.ts";

const SPEC = "arc-agi-1:training";
/** Tasks of the embedded run, and of those the ones SmolLM2 is asked for: the smallest. */
const LEARNT_TASKS = 40;
const ASKED_TASKS = 8;

/** Two completions a task, one request at a time: `transformers serve` generates one by one. */
const ASKED = ["--generations", "2", "--samples", "2", "--refinements", "0"].concat(
  set("model.concurrency", 1),
  set("model.temperature", 0.8),
  set("model.max_tokens", 200),
  set("model.timeout_s", 1800),
);

/** Small, so that it takes minutes: rows of at most 600 tokens, 60 of them the program on average. */
const LORA = ["--rank", "64", "--learning-rate", "5e-4", "--epochs", "1", "--accumulate", "2"]
  .concat(["--max-length", "600", "--max-rows", "48", "--save-steps", "12"]);

/** The figures of a generation; a completion has a program when it defines `transform`. */
const FIGURES = `SELECT generation, any_value(model) AS model, count(*)::INT AS completions,
  round(avg(coalesce(contains(code, 'def transform('), false)::INT), 3) AS share_with_program,
  round(avg((outcome = 'ok')::INT), 3) AS share_running_on_all_inputs,
  round(avg(coalesce(train_acc, 0)), 4) AS mean_train_accuracy,
  count(DISTINCT task_id) FILTER (train_acc = 1 AND test_acc = 1)::INT AS tasks_solved
  FROM programs GROUP BY generation ORDER BY generation`;

if (import.meta.main) {
  try {
    await main(Deno.args[0] ?? "smollm");
  } catch (error) {
    console.error(`example:smollm: ${error instanceof Error ? error.message : error}`);
    Deno.exit(exitCodeOf(error));
  }
}

async function main(name: string): Promise<void> {
  const began = performance.now();
  const runs = runsDirectory();
  const checkpoint = await smollmCheckpoint(console.log);
  const teacher = new RunDirectory(runs, `${name}-teacher`);
  const run = new RunDirectory(runs, name);
  const tasks = await smallTasks(LEARNT_TASKS);
  await soar(teacher, [
    ...["--tasks", specOf(tasks), "--generations", "2", "--samples", "36", "--refinements", "0"],
    ...set("select.refinement_rows", 0),
    ...set("select.sampling_rows", 8),
  ]);
  const server = await serveModel(`${Deno.cwd()}/.cache/smollm/home`, await portOf(run));
  try {
    await soar(run, [
      ...["--tasks", specOf(tasks.slice(0, ASKED_TASKS)), ...ASKED],
      ...["--endpoint", server.baseUrl, "--model", checkpoint],
      ...tuning(checkpoint, resolve(teacher.shards(1))),
    ]);
  } finally {
    await server.close();
  }
  const asked = ["task", "--quiet", "sql", "--run", name, "--format"];
  const figures = await deno([...asked, "json", FIGURES], "piped");
  await Deno.writeTextFile(`${run.path}/smollm.json`, figures);
  await deno([...asked, "box", FIGURES], "inherit");
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(`${minutes} minutes; the figures are in ${run.path}/smollm.json`);
}

/** Flags by which a run fine-tunes a checkpoint on its own shards and a folder of others. */
export function tuning(checkpoint: string, shards: string): string[] {
  return [
    ...set("train.base", checkpoint),
    ...set("train.swap", "path"),
    ...set("train.shards", [shards]),
    ...set("train.args", LORA),
  ];
}

/** The tasks with the fewest cells, smallest first. */
async function smallTasks(count: number): Promise<Task[]> {
  const { arckitData } = await preparePython(console.log);
  const { tasks } = await loadTasks(SPEC, { arckitData });
  const sized = tasks.map((task) => ({ task, cells: cellsOf(task) }));
  return sized.sort((a, b) => a.cells - b.cells).slice(0, count).map(({ task }) => task);
}

function cellsOf({ train, testInputs }: Task): number {
  return [...train.flatMap(({ input, output }) => [input, output]), ...testInputs].flat(2).length;
}

function specOf(tasks: readonly Task[]): string {
  return `${SPEC}#${tasks.map(({ id }) => id).join(",")}`;
}

/** A text is taken as it stands, quotes and all. */
function set(field: string, value: unknown): string[] {
  return ["--set", `${field}=${typeof value === "string" ? value : JSON.stringify(value)}`];
}

function isBegun({ path }: RunDirectory): Promise<boolean> {
  return Deno.stat(`${path}/run.json`).then(() => true, () => false);
}

/** The port a run that was begun asks on; 0 for any that is free. */
async function portOf(run: RunDirectory): Promise<number> {
  if (!await isBegun(run)) return 0;
  const { model } = run.readRunFile().config as { model: { endpoint: string } };
  return Number(new URL(model.endpoint).port);
}

/** Runs it, goes on with it, or leaves it where it is done. */
async function soar(run: RunDirectory, flags: string[]): Promise<void> {
  const begun = await isBegun(run);
  if (begun && run.readRunFile().status === "done") return;
  const how = begun ? ["--resume", run.name] : ["--run", run.name, ...flags];
  await deno(["task", "--quiet", "soar", ...how], "inherit");
}

async function deno(args: string[], stdout: "inherit" | "piped"): Promise<string> {
  // The trainer's threads do not spin while they wait for a busy core.
  const env = { OMP_WAIT_POLICY: "passive" };
  const command = new Deno.Command(Deno.execPath(), { args, env, stdin: "null", stdout });
  const child = command.spawn();
  const text = stdout === "piped" ? await new Response(child.stdout).text() : "";
  const { code } = await child.status;
  if (code !== 0) throw new Error(`deno ${args.slice(0, 4).join(" ")} … ended with exit ${code}`);
  return text;
}
