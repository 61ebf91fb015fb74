/**
 * Scoring programs offline: which of a task's programs vote, and how the attempts fare.
 *
 * @module
 */
import { isTrainPerfect, type JudgedProgram } from "./judged.ts";
import { attemptsBy, type VotedAttempt, type VoterName } from "./voters.ts";
import type { VoteOptions } from "./vote.ts";

/** Which programs may vote. */
export const VOTE_FILTERS = ["none", "ran", "honest", "train_perfect"] as const;

/**
 * One of {@link VOTE_FILTERS}: all; those with a grid on every input; of these, those that are not
 * hard-coded (SOAR's, section 3.2 and appendix F); of these, those right on all train pairs.
 */
export type VoteFilter = typeof VOTE_FILTERS[number];

/** What the filters look at. */
export interface FilteredProgram extends JudgedProgram {
  /** Whether it gave a grid on every input. */
  readonly ran: boolean;
  /** Whether the hard-coding filter names it. */
  readonly transduction: boolean;
}

/** The programs that a filter lets vote, in the order given (SOAR section 3.2, appendix F). */
export function votersOf<T extends FilteredProgram>(
  programs: readonly T[],
  filter: VoteFilter,
): T[] {
  return programs.filter((program) => {
    if (filter === "none") return true;
    if (!program.ran || (filter !== "ran" && program.transduction)) return false;
    return filter !== "train_perfect" || isTrainPerfect(program);
  });
}

/** How a task fared. */
export interface TaskScore {
  /** The attempts, the best first. */
  readonly attempts: readonly VotedAttempt[];
  /** Share of test inputs that an attempt gets right; null where the answers are not known. */
  readonly voted: number | null;
  /** Whether some program that may vote is right on all train pairs and tests (SOAR's oracle). */
  readonly oracle: boolean | null;
}

/** Answers are joined here, after the vote; null where they are not known. */
export type KnownAnswers = readonly string[] | null;

/**
 * Votes on a task and scores the attempts (SOAR section 3.2, appendix D.1).
 *
 * @param programs Programs of the task that may vote ({@link votersOf}).
 * @param answers True test outputs in the texts of the programs' outputs.
 * @throws {RangeError} If a program has fewer outputs than the first.
 */
export function scoreTask(
  voter: VoterName,
  programs: readonly JudgedProgram[],
  answers: KnownAnswers,
  options: VoteOptions = {},
): TaskScore {
  const attempts = attemptsBy(voter, programs, options);
  if (answers === null) return { attempts, voted: null, oracle: null };
  const right = answers.filter((answer, i) =>
    attempts.some((attempt) => attempt[i]?.output === answer)
  );
  const oracle = programs.some((program) =>
    isTrainPerfect(program) &&
    answers.every((answer, i) => program.outputs[program.correctTrain.length + i] === answer)
  );
  return { attempts, voted: right.length / answers.length, oracle };
}
