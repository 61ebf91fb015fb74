/**
 * What a run ends with: a table on standard output, what learning added, and where to go next.
 *
 * @module
 */
import {
  type Answers,
  type Archive,
  type Attempts,
  gainOverGenerations,
  type GenerationSummary,
  gridsEqual,
  type RunDirectory,
  scoreOfAttempts,
  summarize,
} from "../mod.ts";
import type { Config } from "./config.ts";
import { budgetChanges, equalSamples } from "./equal_samples.ts";
import { iidArm, iidLine } from "./iid_arm.ts";
import { asInvoked } from "./invocation.ts";
import type { RunTasks } from "./run_tasks.ts";
import { signed } from "./signed.ts";
import { table } from "./table.ts";

/** A finished run. */
export interface Finished {
  readonly archive: Archive;
  readonly config: Config;
  readonly tasks: RunTasks;
  readonly directory: RunDirectory;
  readonly attempts: Attempts;
}

/** Prints the summary; joins answers the search had not, after the vote. */
export async function printSummary(finished: Finished): Promise<void> {
  const { archive, config, tasks: { tasks, usable, answers }, directory } = finished;
  const { samples, refinements } = config.budget;
  const known = usable.size > 0;
  const hidden = new Map([...answers].filter(([id]) => !usable.has(id)));
  // Fewer than were wanted where the run's budget was spent before.
  const last = archive.lastNoted("budget_reached") ?? config.run.generations - 1;
  const generations = summarize(archive, tasks, last + 1, known);
  const header = [
    "generation",
    "programs",
    "by sampling",
    "by refining",
    "new",
    "cumulative",
    "by vote",
  ];
  console.log(
    `\nTasks solved, of ${tasks.length}, at ${samples} sampled and ${refinements} refined programs a task`,
  );
  for (const change of budgetChanges(archive)) console.log(`  budget changed ${change}`);
  console.log(table(header, generations.map(row)));
  console.log(LEGEND);
  if (known && last > 0) console.log(gainText(finished, last));
  console.log(iidLine(await iidArm(directory, config)));
  if (known && usable.size < tasks.length) {
    console.log(`${tasks.length - usable.size} tasks have no answers; they count as not solved`);
  }
  if (hidden.size > 0) {
    const solved = scored(hidden, finished.attempts);
    console.log(`answers joined after the vote: ${solved} of ${hidden.size} tasks in two attempts`);
    await Deno.writeTextFile(
      `${directory.path}/score.json`,
      JSON.stringify({ tasks: hidden.size, solved, attempts: 2 }) + "\n",
    );
  }
  console.log(asInvoked(`
run ${directory.name} is in ${directory.path}; submission: ${directory.submission}
  deno task tail --no-follow --solved -n 20
  deno task sql "FROM learning_curve"
  deno task sql @failures
  deno task report`));
}

function row(summary: GenerationSummary): string[] {
  const { generation, programs, bySampling, byRefining, newlySolved, cumulative, byVote } = summary;
  return [generation, programs, bySampling, byRefining, newlySolved, cumulative, byVote]
    .map((value) => value === null ? "?" : value.toLocaleString("en"));
}

/** What the columns mean. */
const LEGEND =
  `  by sampling, by refining: a program of this generation is right on all pairs, the test's too
  new, cumulative: solved for the first time; solved so far. One right program is enough
  by vote: right in one of the two attempts that the programs so far elect, as ARC scores`;

/** The last generation against the first, where a model was fitted in between. */
function gainText({ archive, config, tasks: { tasks } }: Finished, last: number): string {
  const fitted = Array.from({ length: last }, (_, i) => i + 1)
    .some((generation) => archive.noted("trained", generation));
  if (!fitted) return "every generation asked the same model: what is new came of more programs";
  const { seed } = config.run;
  const samples = equalSamples(archive, config, [0, last]);
  const { difference, low, high } = gainOverGenerations(archive, tasks, 0, last, seed, samples);
  return `generation ${last} (fitted) − generation 0 (base model), ${samples} samples ` +
    `a task each: ${signed(difference)} tasks, 95 % paired bootstrap [${signed(low)}, ${
      signed(high)
    }]`;
}

function scored(answers: Answers, attempts: Attempts): number {
  let solved = 0;
  for (const [taskId, expected] of answers) {
    const flags = (attempts.get(taskId) ?? [])
      .map((outputs) => outputs.map((grid, i) => gridsEqual(grid, expected[i])));
    if (scoreOfAttempts(flags) === 1) solved++;
  }
  return solved;
}
