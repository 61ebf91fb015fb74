/**
 * The voters by name, and their attempts in one form: an answer for every test input, and who
 * stands behind each.
 *
 * @module
 */
import { vote, type VoteOptions, votePerInput, type VotingProgram } from "./vote.ts";

/** `whole` votes on complete sets of test outputs (SOAR section 3.2), `per_input` on each alone. */
export const VOTERS = ["whole", "per_input"] as const;

/** One of {@link VOTERS}. */
export type VoterName = typeof VOTERS[number];

/** An output for one test input. */
export interface VotedOutput {
  /** The output as text. */
  readonly output: string;
  /** Sum of the weights of its programs. */
  readonly weight: number;
  /** Its share of the weight of all answers to the input, 0..1. */
  readonly share: number;
  /** Number of programs. */
  readonly votes: number;
  /** Their ids, in the order given. */
  readonly members: readonly string[];
}

/** An attempt: one entry a test input; null where no program has a grid. */
export type VotedAttempt = readonly (VotedOutput | null)[];

/**
 * The attempts of a task, the best first; fewer than asked for when there are fewer answers. By
 * `per_input` attempt k is made of the k-th answers; an input that has fewer repeats its first
 * (SOAR section 3.2 and its code).
 *
 * @param programs Programs of one task; the number of test inputs is the first one's.
 * @throws {RangeError} If a program has fewer outputs than the first.
 */
export function attemptsBy(
  voter: VoterName,
  programs: readonly VotingProgram[],
  options: VoteOptions = {},
): VotedAttempt[] {
  const { attempts = 2 } = options;
  const every = { ...options, attempts: Infinity };
  if (voter === "whole") {
    return shared(vote(programs, every)).slice(0, attempts)
      .map(({ outputs, ...voted }) => outputs.map((output) => ({ ...voted, output })));
  }
  const ranked = votePerInput(programs, every).map(shared);
  const most = Math.max(0, ...ranked.map((answers) => answers.length));
  return Array.from(
    { length: Math.min(attempts, most) },
    (_, k) => ranked.map((answers) => answers[k] ?? answers[0] ?? null),
  );
}

function shared<T extends { readonly weight: number }>(
  answers: readonly T[],
): (T & { share: number })[] {
  const total = answers.reduce((sum, { weight }) => sum + weight, 0);
  return answers.map((answer) => ({ ...answer, share: answer.weight / total }));
}
