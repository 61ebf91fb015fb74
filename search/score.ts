/**
 * Scores of answers and of a whole archive (SOAR section 3.2, appendix D.1).
 *
 * This is the side that knows the answers: nothing that steers a search of measured tasks may
 * read it.
 *
 * @module
 */
import { isTrainPerfect, type JudgedOutputs } from "./judged.ts";
import { vote } from "./vote.ts";

/**
 * Share of test inputs that at least one of the answers gets right; the sum over tasks is a run's
 * score (SOAR section 3.2). Of the two voted attempts it is the reported score, of all programs an
 * upper bound.
 *
 * @param answers Flags of each answer, one a test input; the number of inputs is the first one's.
 * @returns 0 for no answers, NaN for answers to no test input.
 */
export function scoreOfAttempts(answers: readonly (readonly boolean[])[]): number {
  if (answers.length === 0) return 0;
  let right = 0;
  for (let i = 0; i < answers[0].length; i++) {
    if (answers.some((flags) => flags[i])) right++;
  }
  return right / answers[0].length;
}

/** Scores of an archive; each is a number of tasks. */
export interface RunScore {
  /** Tasks of the archive. */
  readonly tasks: number;
  /** Largest number of programs of a task, before any cut. */
  readonly mostPrograms: number;
  /** Sum of {@link scoreOfAttempts} of the two voted attempts: fractions for several tests. */
  readonly voted: number;
  /** One of the two programs with the most train pairs right gets all tests right. */
  readonly topTwo: number;
  /** Some program gets all tests right. */
  readonly testSolved: number;
  /** Sum of {@link scoreOfAttempts} of all programs: different programs may solve different tests. */
  readonly testSolvedPerInput: number;
  /** Some program gets all train pairs right. */
  readonly trainSolved: number;
  /** Some program gets all train pairs and all tests right: the paper's oracle. */
  readonly oracle: number;
}

/** What to score. */
export interface RunScoreOptions {
  /**
   * Score only the first so many programs of each task.
   * @default {Infinity}
   */
  readonly first?: number;
}

/**
 * Scores of an archive (SOAR section 3.2, appendix D.1). Unknown answers count as wrong.
 *
 * @param archive Programs by task, in the order they came.
 * @throws {RangeError} If a program has fewer outputs than the first of its task.
 */
export function runScore(
  archive: ReadonlyMap<string, readonly JudgedOutputs[]>,
  { first = Infinity }: RunScoreOptions = {},
): RunScore {
  const score = {
    tasks: archive.size,
    mostPrograms: 0,
    voted: 0,
    topTwo: 0,
    testSolved: 0,
    testSolvedPerInput: 0,
    trainSolved: 0,
    oracle: 0,
  };
  for (const all of archive.values()) {
    const programs = all.slice(0, first);
    score.mostPrograms = Math.max(score.mostPrograms, all.length);
    score.voted += scoreOfAttempts(vote(programs).map(flagsOf));
    score.topTwo += Number(topTwo(programs).some(solvesTests));
    score.testSolved += Number(programs.some(solvesTests));
    score.testSolvedPerInput += scoreOfAttempts(programs.map(flagsOf));
    score.trainSolved += Number(programs.some(isTrainPerfect));
    score.oracle += Number(programs.some((one) => isTrainPerfect(one) && solvesTests(one)));
  }
  return score;
}

function flagsOf({ correctTest }: { correctTest: readonly boolean[] | null }): readonly boolean[] {
  return correctTest ?? [false];
}

function solvesTests({ correctTest }: JudgedOutputs): boolean {
  return correctTest !== null && correctTest.every(Boolean);
}

function topTwo(programs: readonly JudgedOutputs[]): JudgedOutputs[] {
  const right = (one: JudgedOutputs) => one.correctTrain.filter(Boolean).length;
  return programs.slice().sort((a, b) => right(b) - right(a)).slice(0, 2);
}
