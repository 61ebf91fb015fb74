/**
 * What the embedded model solves through the whole pipeline, against its targets.
 *
 *     deno task bench --suite embedded [--budget full|reduced|tiny] [--seeds 1] [--only ROW,ROW]
 *         [--keep DIR]
 *
 * Every figure comes from real runs (`soar soar` as child processes: model server, sandbox, shards,
 * fitting, vote), read from their journals; answers are joined here, after the vote. The arms that
 * are compared begin with a fresh archive and are given the same number of programs; "uniform" is the
 * base model without fit and refinement. A program is the best of many plans: what is dead or gives
 * what another gave is drawn again, and literals and predicates are filled in by search, in every arm,
 * uniform too. What the distributions are worth by themselves is told by the rows of "plans drawn"
 * (drawn_plans.ts). The hard-coding filter is on: what it put aside counts as not solved, and is
 * listed.
 *
 * Rows (`--only`): oracle, attempts, evaluation, fitting, transfer, refining, arc-agi-2, and those
 * that only tell. Differences have their 95 % paired-bootstrap interval over tasks, counts the least
 * and most of the seeds.
 *
 * Finished runs are kept in DIR/results.json, and a run that was interrupted is resumed, so the same
 * command goes on where it ended; remove DIR when the code has changed. Without `--keep` DIR is
 * `.cache/bench/embedded-BUDGET`, removed at the end; with it the runs stay, to be asked:
 * `SOAR_RUNS=DIR/runs deno task sql --run fit-1 ...`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { openSandbox } from "../cli/open_sandbox.ts";
import { preparePython } from "../cli/python.ts";
import { userPath } from "../cli/user_path.ts";
import { table } from "../cli/table.ts";
import { loadTasks } from "../data/load_tasks.ts";
import { RunDirectory } from "../data/run_directory.ts";
import {
  BUDGETS,
  flagsOf,
  type PlannedRun,
  planRuns,
  type Role,
  withNeeded,
} from "./embedded_plan.ts";
import { drawnPlans } from "./drawn_plans.ts";
import { type Found, reaches, type Row, ROWS } from "./embedded_rows.ts";
import { UNIFORM } from "../models/embedded/grammar.ts";
import { loadWeights } from "../models/embedded/weights.ts";
import { KeptResults } from "./kept_results.ts";
import { readRunResult, type RunResult } from "./run_result.ts";
import { freshFlags, type SoarChild, startSoar } from "./soar_child.ts";

const { values } = options();
const seeds = Number(values.seeds);
const budget = BUDGETS[values.budget];
const rows = ROWS.filter(({ key }) => !values.only || values.only.split(",").includes(key));
const folder = values.keep ? userPath(values.keep) : `.cache/bench/embedded-${values.budget}`;
const runs = `${folder}/runs`;
Deno.mkdirSync(runs, { recursive: true });
const home = await preparePython((line) => console.log(line));
const kept = openKept();
const plan = withNeeded(
  planRuns(budget, await halves()),
  new Set(rows.flatMap((row) => row.needs)),
);

console.log(
  `${plan.length} runs a seed, ${seeds} seeds, ${navigator.hardwareConcurrency} cores, ` +
    `load ${Deno.loadavg().map((n) => n.toFixed(1)).join(" ")}, in ${folder}`,
);
if (kept.size > 0) console.log(`${kept.size} runs were finished before`);
let child: SoarChild | null = null;
let interrupted = false;
Deno.addSignalListener("SIGINT", () => {
  interrupted = true;
  child?.interrupt();
});
for (let seed = 1; seed <= seeds; seed++) {
  for (const run of plan) {
    const name = nameOf(run.role, seed);
    if (!kept.get(name)) kept.set(name, await make(run, seed, name));
    console.log(`${name.padEnd(13)} ${told(kept.get(name)!)}`);
  }
}
printTable();
if (!values.keep) Deno.removeSync(folder, { recursive: true });

function options() {
  try {
    const parsed = parseArgs({
      options: {
        budget: { type: "string", default: "reduced" },
        seeds: { type: "string", default: "1" },
        only: { type: "string" },
        keep: { type: "string" },
      },
    });
    const { budget, seeds, only } = parsed.values;
    const unknown = only?.split(",").find((key) => !ROWS.some((row) => row.key === key));
    if (!Object.hasOwn(BUDGETS, budget)) wrong(`--budget ${budget}: ${Object.keys(BUDGETS)}`);
    if (!/^[1-9]\d*$/.test(seeds)) wrong(`--seeds ${seeds}: expected a whole number above 0`);
    if (unknown !== undefined) wrong(`--only ${unknown}: ${ROWS.map(({ key }) => key)}`);
    return parsed;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return wrong(`${error.message} (the in-process loop is --suite embedded_loop)`);
  }
}

function openKept(): KeptResults {
  try {
    return new KeptResults(`${folder}/results.json`, JSON.stringify(budget));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return wrong(error.message);
  }
}

function wrong(why: string): never {
  console.error(`bench embedded: ${why}`);
  Deno.exit(2);
}

/** Two halves of the training tasks, every second one; no task of one shares a pair with the other. */
async function halves(): Promise<[string, string]> {
  const spec = "arc-agi-1:training" + (budget.limit === null ? "" : `#${budget.limit}`);
  const { tasks } = await loadTasks(spec, home);
  const half = (odd: number) =>
    `arc-agi-1:training#${tasks.filter((_, i) => i % 2 === odd).map(({ id }) => id)}`;
  return [half(0), half(1)];
}

function nameOf(role: Role, seed: number): string {
  return `${role}-${seed}`;
}

/** Makes a run, or goes on with it, and reads what came of it. */
async function make(run: PlannedRun, seed: number, name: string): Promise<RunResult> {
  endIfInterrupted();
  if (run.of === "plans") return await drawPlans(run, seed);
  const directory = new RunDirectory(runs, name);
  const flags = directory.exists()
    ? ["--resume", name]
    : [...freshFlags(runs, name), ...flagsOf(run, seed, (role) => nameOf(role, seed))];
  console.log(`${name.padEnd(13)} ${flags[0] === "--resume" ? "goes on" : "begins"}`);
  child = startSoar(runs, flags, `${folder}/${name}.log`);
  const code = await child.ended;
  child = null;
  endIfInterrupted();
  if (code !== 0) {
    console.error(`run ${name} ended with exit ${code}; see ${folder}/${name}.log`);
    Deno.exit(1);
  }
  return readRunResult(directory.journal, await loadTasks(run.tasks, home));
}

/** Draws by the uniform grammar, or by what a run has fitted last. */
async function drawPlans({ tasks, samples, from }: PlannedRun, seed: number): Promise<RunResult> {
  const last = budget.fit.generations - 1;
  const weights = from === null
    ? UNIFORM
    : await loadWeights(new RunDirectory(runs, nameOf(from, seed)).model(last));
  const engine = await openSandbox({ engine: "auto", home, tell: console.log });
  try {
    const options = { plans: samples, seed, engine, now: () => performance.now() };
    return await drawnPlans(await loadTasks(tasks, home), weights, options);
  } finally {
    await engine.close();
  }
}

function endIfInterrupted(): void {
  if (!interrupted) return;
  console.log("interrupted; the same command goes on");
  Deno.exit(130);
}

function told({ tasks, solved, voted, programs, filtered, seconds }: RunResult): string {
  const count = (flags: readonly boolean[]) => flags.filter(Boolean).length;
  const what = voted ? "programs" : "plans";
  return `${tasks.length} tasks: ${count(solved)} solved, ` +
    (voted ? `${count(voted)} by two attempts; ` : "") +
    `${programs.toLocaleString("en")} ${what}, ${filtered} filtered as hard-coded; ` +
    `${seconds.toFixed(0)} s, ${(programs / seconds).toFixed(0)} ${what}/s`;
}

function printTable(): void {
  const resultsOf = (role: Role) =>
    Array.from({ length: seeds }, (_, i) => kept.get(nameOf(role, i + 1))!);
  const header = ["", "must", "aim", "found", "interval", "must met", "aim met"];
  const lines = rows.map((row) => {
    const found = row.of(resultsOf);
    return [row.label, goal(row, row.must), goal(row, row.aim), ...shown(row, found)];
  });
  console.log(
    `\nbudget ${values.budget}, ${seeds} seeds, arms of ${budget.programs} programs or ${budget.plans} plans a task; ` +
      "targets are for the full budget",
  );
  console.log(table(header, lines));
  console.log("programs: filled in by search in every arm, uniform too; plans: as they are drawn");
}

function goal({ kind }: Row, value: number | null): string {
  if (value === null) return "";
  if (kind === "difference" && value === 0) return "> 0";
  return kind === "difference" ? `+${value}, > 0` : kind === "minutes" ? `≤ ${value}` : `${value}`;
}

function shown(row: Row, found: Found): string[] {
  const { value, low, high } = found;
  const number = (x: number) =>
    (row.kind === "difference" && x > 0 ? "+" : "") + `${+x.toFixed(1)}`;
  const verdict = (goal: number | null) =>
    goal === null ? "" : reaches(row, found, goal) ? "yes" : "NO";
  const interval = row.kind === "difference" || seeds > 1;
  return [
    number(value),
    interval ? `[${number(low)}, ${number(high)}]` : "",
    verdict(row.must),
    verdict(row.aim),
  ];
}
