/**
 * What the embedded model solves in this process, without sandbox or server: for quick research.
 *
 *   deno run --allow-read bench/embedded_loop_bench.ts --tasks DIR [--samples 36] [--refinements 12]
 *     [--generations 3] [--seeds 3] [--limit N] [--fit same|other] [--exchanges 16]
 *
 * One row an arm and generation: `soar` samples, refines and refits; `i.i.d.` draws as many programs
 * of the base model and neither refines nor learns. "solved": some program is right on all train
 * and test pairs; "two attempts": one of the two heaviest answers of the vote is right. Means over
 * the seeds of `--seeds`, with the paired-bootstrap interval of soar against i.i.d. over tasks.
 * `--fit other` asks each task of a model fitted to the other half of the tasks, never to its own.
 *
 * @module
 */
import { parseArgs } from "node:util";
import process from "node:process";
import { loadTasks } from "../data/load_tasks.ts";
import { seeded } from "../models/embedded/random.ts";
import { pairedBootstrap } from "../search/bootstrap.ts";
import { runLoop, type Standing } from "./embedded_loop.ts";
import type { Case, LoopOptions } from "./task_search.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "sample" },
    samples: { type: "string", default: "36" },
    refinements: { type: "string", default: "12" },
    request: { type: "string", default: "12" },
    generations: { type: "string", default: "3" },
    seeds: { type: "string", default: "3" },
    limit: { type: "string" },
    fit: { type: "string", default: "same" },
    exchanges: { type: "string" },
  },
});
const [samples, refinements, request, generations, seeds] = [
  values.samples,
  values.refinements,
  values.request,
  values.generations,
  values.seeds,
].map(Number);
const cases = await readCases();

const arms = { "i.i.d.": false, soar: true };
const runs = new Map(
  Object.entries(arms).map(([name, learn]) => [
    name,
    Array.from({ length: seeds }, (_, i) =>
      timed({
        seed: i + 1,
        generations,
        request,
        samples: learn ? samples : samples + refinements,
        refinements: learn ? refinements : 0,
        learn,
        transfer: values.fit === "other",
        exchanges: values.exchanges === undefined ? undefined : Number(values.exchanges),
      })),
  ]),
);

console.log(
  `${cases.length} tasks, ${seeds} seeds, ${samples} + ${refinements} programs a task and ` +
    `generation, fitted to ${values.fit === "other" ? "the other half" : "the same tasks"}`,
);
console.log("arm     gen  programs  solved  two attempts  train-perfect  cpu s");
for (const [name, standings] of runs) {
  for (let g = 0; g < generations; g++) {
    const at = standings.map((run) => run[g]);
    const mean = (of: (standing: Timed) => number) =>
      at.reduce((sum, standing) => sum + of(standing), 0) / seeds;
    const cells = [
      mean(({ programs }) => programs).toFixed(0).padStart(9),
      mean(({ solved }) => count(solved)).toFixed(1).padStart(7),
      mean(({ voted }) => count(voted)).toFixed(1).padStart(13),
      mean(({ trainPerfect }) => count(trainPerfect)).toFixed(1).padStart(14),
      mean(({ seconds }) => seconds).toFixed(1).padStart(6),
    ];
    console.log(`${name.padEnd(7)} ${`${g}`.padStart(3)} ${cells.join(" ")}`);
  }
}
for (const what of ["solved", "voted"] as const) {
  const means = (name: string) =>
    cases.map((_, i) =>
      runs.get(name)!.reduce((sum, run) => sum + Number(run.at(-1)![what][i]), 0) / seeds
    );
  const random = seeded("bootstrap");
  const { difference, low, high } = pairedBootstrap(means("soar"), means("i.i.d."), { random });
  const interval = [difference, low, high].map((x) => x.toFixed(1));
  console.log(`soar − i.i.d., ${what}: ${interval[0]} [${interval[1]}, ${interval[2]}]`);
}

interface Timed extends Standing {
  /** Processor time from the start of the run. */
  readonly seconds: number;
}

function timed(options: LoopOptions): Timed[] {
  const start = process.cpuUsage();
  return Array.from(runLoop(cases, options), (standing) => {
    const { user, system } = process.cpuUsage(start);
    return { ...standing, seconds: (user + system) / 1e6 };
  });
}

/** Tasks with known answers; `--limit` takes so many, spread over the data set. */
async function readCases(): Promise<Case[]> {
  const { tasks, answers } = await loadTasks(values.tasks, { split: "training" });
  const all = tasks.filter(({ id }) => answers.has(id))
    .map(({ id, train, testInputs }) => ({ id, train, testInputs, answers: answers.get(id)! }));
  const limit = Math.min(all.length, Number(values.limit ?? all.length));
  return Array.from({ length: limit }, (_, i) => all[Math.floor(i * all.length / limit)]);
}

function count(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}
