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
const PORT = 8123;

/** Two completions a task, one request at a time: `transformers serve` generates one by one. */
const ASKED = ["--generations", "2", "--samples", "2", "--refinements", "0"].concat(
  set("model.concurrency", 1),
  set("model.temperature", 0.8),
  set("model.max_tokens", 160),
  set("model.timeout_s", 1800),
);

/** Small, so that it takes minutes: a row of 560 tokens is a task of 460 and a program of 100. */
const LORA = ["--rank", "64", "--learning-rate", "5e-4", "--epochs", "1", "--accumulate", "4"]
  .concat(["--max-length", "560", "--max-rows", "48", "--save-steps", "4"]);

/** The figures of a generation; a completion has a program when it defines `transform`. */
const FIGURES = `SELECT generation, any_value(model) AS model, count(*)::INT AS completions,
  count(*) FILTER (contains(code, 'def transform('))::INT AS with_program,
  count(*) FILTER (outcome = 'ok')::INT AS run_on_all_inputs,
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
  const server = await serveModel(PORT, `${Deno.cwd()}/.cache/smollm/home`);
  try {
    await soar(run, [
      ...["--tasks", specOf(tasks.slice(0, ASKED_TASKS)), ...ASKED],
      ...["--endpoint", server.baseUrl, "--model", checkpoint],
      ...set("train.base", checkpoint),
      ...set("train.swap", "path"),
      ...set("train.shards", [resolve(teacher.shards(1))]),
      ...set("train.args", LORA),
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

function set(field: string, value: unknown): string[] {
  return ["--set", `${field}=${JSON.stringify(value)}`];
}

/** Runs it, goes on with it, or leaves it where it is done. */
async function soar(run: RunDirectory, flags: string[]): Promise<void> {
  const begun = await Deno.stat(`${run.path}/run.json`).then(() => true, () => false);
  if (begun && run.readRunFile().status === "done") return;
  const how = begun ? ["--resume", run.name] : ["--run", run.name, ...flags];
  await deno(["task", "--quiet", "soar", ...how], "inherit");
}

async function deno(args: string[], stdout: "inherit" | "piped"): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout });
  const child = command.spawn();
  const text = stdout === "piped" ? await new Response(child.stdout).text() : "";
  const { code } = await child.status;
  if (code !== 0) throw new Error(`deno ${args.slice(0, 4).join(" ")} … ended with exit ${code}`);
  return text;
}
