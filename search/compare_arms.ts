/**
 * SOAR beside the i.i.d. arm: as many programs of the same tasks, sampled alone and from the base
 * model alone (SOAR figures 7 and 8, "same budget without learning").
 *
 * @module
 */
import { type Difference, pairedBootstrap } from "./bootstrap.ts";
import type { Random } from "./random.ts";
import { type FilteredProgram, scoreTask, type VoteFilter, votersOf } from "./rescore.ts";
import type { VoteOptions } from "./vote.ts";
import type { VoterName } from "./voters.ts";

/** A task that both arms worked on. */
export interface PairedTask {
  /** Programs of the search, in the order in which they were asked for. */
  readonly soar: readonly FilteredProgram[];
  /** Those of the i.i.d. arm. */
  readonly iid: readonly FilteredProgram[];
  /** True test outputs in the texts of the programs' outputs. */
  readonly answers: readonly string[];
}

/** How arms are compared. */
export interface CompareOptions extends Pick<VoteOptions, "c" | "halfLength"> {
  /** Draws the resamples. */
  readonly random: Random;
  /**
   * How is voted.
   * @default {"whole"}
   */
  readonly voter?: VoterName;
  /**
   * Who votes and may solve.
   * @default {"honest"}
   */
  readonly filter?: VoteFilter;
}

/** What an arm did. */
export interface ArmScore {
  /** Programs looked at, all tasks together. */
  readonly programs: number;
  /** Tasks that some program solves. */
  readonly solved: number;
  /** Tasks right in two attempts by vote. */
  readonly voted: number;
}

/** Both arms at as many programs a task. */
export interface ArmComparison {
  /** Tasks compared. */
  readonly tasks: number;
  /** Most programs a task that were looked at, of either arm. */
  readonly programsATask: number;
  /** The search. */
  readonly soar: ArmScore;
  /** Programs sampled alone. */
  readonly iid: ArmScore;
  /** Tasks solved, SOAR minus i.i.d., with the 95 % paired bootstrap over tasks. */
  readonly solved: Difference;
  /** The same of tasks right by vote. */
  readonly voted: Difference;
}

/**
 * Compares the arms on the first programs of each task, as many as the arm with fewer has at most.
 * A task with fewer (it had enough, SOAR section 3.2) takes part with what it has.
 */
export function compareArms(
  tasks: readonly PairedTask[],
  { random, voter = "whole", filter = "honest", ...weights }: CompareOptions,
): ArmComparison {
  const most = (arm: "soar" | "iid") => Math.max(0, ...tasks.map((task) => task[arm].length));
  const programsATask = Math.min(most("soar"), most("iid"));
  const results = (arm: "soar" | "iid") =>
    tasks.map((task) => {
      const programs = task[arm].slice(0, programsATask);
      const score = scoreTask(voter, votersOf(programs, filter), task.answers, weights);
      return { programs: programs.length, solved: score.oracle!, voted: score.voted === 1 };
    });
  const [soar, iid] = [results("soar"), results("iid")];
  const difference = (what: "solved" | "voted") =>
    pairedBootstrap(soar.map((task) => task[what]), iid.map((task) => task[what]), { random });
  const sum = (arm: typeof soar): ArmScore => ({
    programs: arm.reduce((total, { programs }) => total + programs, 0),
    solved: arm.filter(({ solved }) => solved).length,
    voted: arm.filter(({ voted }) => voted).length,
  });
  return {
    tasks: tasks.length,
    programsATask,
    soar: sum(soar),
    iid: sum(iid),
    solved: difference("solved"),
    voted: difference("voted"),
  };
}
