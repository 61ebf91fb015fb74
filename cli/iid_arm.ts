/**
 * The i.i.d. arm of a run: another run that sampled as many programs alone, from the base model.
 *
 * A search cannot hold its own arm, as its programs are spent otherwise; so the arm is a run of its
 * own, `NAME-iid` where no other is named, and where there is none the report says so, and how to
 * make one.
 *
 * @module
 */
import { dirname } from "node:path";
import {
  type ArmComparison,
  type Ballots,
  compareArms,
  findRun,
  readBallots,
  RunDirectory,
  seededRandom,
  type TaskLoaded,
} from "../mod.ts";
import { Config } from "./config.ts";
import type { ReportSection } from "./report_model.ts";
import { commandOf } from "./reproduce.ts";
import { runConfig } from "./run_config.ts";
import { withInterval } from "./signed.ts";
import { UsageError } from "./usage_error.ts";

/** What can be said of a run's arm. */
export type IidArm =
  /** The run sampled alone: it is such an arm. */
  | { readonly kind: "itself" }
  /** There is none; the command would make one of that name. */
  | { readonly kind: "none"; readonly name: string; readonly command: string }
  /** Neither run knows the answers. */
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "compared"; readonly name: string; readonly comparison: ArmComparison };

/**
 * Compares a run with its arm.
 *
 * @param named Name of the arm. @default the run's with `-iid` behind it, if there is such a run
 * @throws NoRunError, UsageError where a named run is no arm of this one
 */
export async function iidArm(
  directory: RunDirectory,
  config: Config,
  named?: string,
): Promise<IidArm> {
  const name = named ?? `${directory.name}-iid`;
  if (named === undefined) {
    if (samplesAlone(config)) return { kind: "itself" };
    if (!isRun(directory, name)) {
      return { kind: "none", name, command: armCommand(name, config) };
    }
  }
  const arm = findRun(dirname(directory.path), name);
  if (!samplesAlone(runConfig(arm))) {
    throw new UsageError(
      `run ${name} refines or learns: expected an i.i.d. arm, a run with --no-fit --refinements 0`,
    );
  }
  const { voter, c, half_length: halfLength } = config.vote;
  const withSources = halfLength !== undefined;
  const [{ ballots: soar }, { ballots: iid }] = [
    await readBallots(directory, { withSources }),
    await readBallots(arm, { withSources }),
  ];
  const tasks = sharedTasks(soar, iid);
  if (tasks.length === 0) {
    throw new UsageError(`run ${name} has no task of run ${directory.name}: expected the same`);
  }
  const known = tasks.flatMap(({ taskId, testOutputs: answers }) =>
    answers === null ? [] : [{ soar: soar.ofTask(taskId), iid: iid.ofTask(taskId), answers }]
  );
  if (known.length === 0) return { kind: "unknown", name };
  const random = seededRandom(config.run.seed, "iid");
  const comparison = compareArms(known, { voter, c, halfLength, random });
  return { kind: "compared", name, comparison };
}

/** The arm as a chapter of the report. */
export function iidSection(arm: IidArm): ReportSection {
  const title = "Beside the i.i.d. arm";
  switch (arm.kind) {
    case "itself":
      return {
        title,
        text: ["This run sampled alone, without refining or learning: it is an i.i.d. arm itself."],
      };
    case "none":
      return {
        title,
        text: [
          "This run has no i.i.d. arm, as many programs sampled alone from the base model: what " +
          "those would have solved is not known. This makes one, which the next report of this " +
          "run takes up:",
        ],
        code: arm.command,
      };
    case "unknown":
      return {
        title,
        text: [`Neither this run nor run ${arm.name}, its i.i.d. arm, knows the answers.`],
      };
    case "compared": {
      const { tasks, programsATask, soar, iid, solved, voted } = arm.comparison;
      const row = (name: string, score: typeof soar) => [
        name,
        score.programs.toLocaleString("en"),
        String(score.solved),
        String(score.voted),
      ];
      return {
        title,
        text: [
          `The i.i.d. arm is run ${arm.name}: programs sampled alone, from the base model. Of both ` +
          `the first ${programsATask.toLocaleString("en")} programs of each of ${tasks} tasks; a ` +
          "task that had enough before has fewer. The last row is SOAR minus i.i.d. with the 95 % " +
          "paired bootstrap over tasks.",
        ],
        table: {
          header: ["arm", "programs", "solved by a program", "solved by vote"],
          rows: [
            row("SOAR", soar),
            row("i.i.d.", iid),
            ["difference", "", withInterval(solved), withInterval(voted)],
          ],
        },
      };
    }
  }
}

/** The arm in a line of a run's last words. */
export function iidLine(arm: IidArm): string {
  switch (arm.kind) {
    case "itself":
      return "i.i.d. arm: this run is one, as it neither refines nor learns";
    case "none":
      return "i.i.d. arm (as many programs sampled alone): none; deno task report tells how to " +
        "make one";
    case "unknown":
      return `i.i.d. arm: run ${arm.name}; the answers are not known`;
    case "compared": {
      const { programsATask, soar, iid, solved, voted } = arm.comparison;
      return `i.i.d. arm, run ${arm.name}, at ${programsATask} programs a task: ` +
        `${iid.solved} solved, ${iid.voted} by vote; SOAR ${soar.solved} and ${soar.voted}, ` +
        `${withInterval(solved)} and ${withInterval(voted)} (95 % paired bootstrap)`;
    }
  }
}

function samplesAlone({ run, budget, train }: Config): boolean {
  return budget.refinements === 0 && (!train.enabled || run.generations === 1);
}

/** The command that samples as many programs in one generation. */
function armCommand(name: string, config: Config): string {
  const { run, budget } = config;
  const samples = run.generations * (budget.samples + budget.refinements);
  const arm: Config = {
    ...config,
    run: { ...run, generations: 1, continuous: false, replay: undefined },
    budget: { ...budget, samples, refinements: 0 },
    train: { ...Config.parse({}).train, enabled: false },
  };
  return `${commandOf(arm)} \\\n  --run ${name}`;
}

/** Tasks of both runs, with the answers that either knows. */
function sharedTasks(soar: Ballots, iid: Ballots): TaskLoaded[] {
  const others = new Map(iid.taskRecords.map((task) => [task.taskId, task]));
  const own = new Map(soar.taskRecords.map((task) => [task.taskId, task]));
  return [...own.values()].flatMap((task) => {
    const other = others.get(task.taskId);
    if (!other || JSON.stringify(other.testInputs) !== JSON.stringify(task.testInputs)) return [];
    return [{ ...task, testOutputs: task.testOutputs ?? other.testOutputs }];
  });
}

function isRun(directory: RunDirectory, name: string): boolean {
  try {
    return new RunDirectory(dirname(directory.path), name).exists();
  } catch (error) {
    // A name with its ending may be longer than names may be.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
