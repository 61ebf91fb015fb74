/**
 * The vote: which outputs a task's programs agree on, weighted by train accuracy
 * (SOAR section 3.2, algorithm 1; c from appendix D.1).
 *
 * Programs with the same outputs on all test inputs form a pattern; its weight is the sum of
 * 1 + c · train accuracy over them. Ties keep the order in which patterns first appeared, so the
 * ranking does not depend on the order of programs but for ties (and for sums that differ by
 * rounding). A program with no grid on some test input has no complete answer and takes no part.
 *
 * @module
 */
import { accuracy } from "../data/candidate.ts";
import type { JudgedOutputs } from "./judged.ts";

/** How votes are weighed. */
export interface VoteOptions {
  /**
   * How many patterns to return at most; two attempts a task are submitted.
   * @default {2}
   */
  readonly attempts?: number;
  /**
   * Weight of train accuracy against mere number.
   * @default {1000} SOAR appendix D.1
   */
  readonly c?: number;
  /**
   * Characters of source that halve a program's vote: short programs are likelier to be the rule
   * (minimum description length; not in SOAR). A program of unknown length counts as empty.
   * @default {Infinity} length plays no part
   */
  readonly halfLength?: number;
}

/** A program that votes. */
export interface VotingProgram extends JudgedOutputs {
  /** Length of the source in characters; looked at for `halfLength` alone. */
  readonly codeLength?: number;
}

/** A pattern of test outputs and who stands behind it. */
export interface Attempt {
  /** One output a test input. */
  readonly outputs: readonly string[];
  /** Sum of the weights of its programs (SOAR section 3.2). */
  readonly weight: number;
  /** Number of programs. */
  readonly votes: number;
  /** Their ids, in the order given. */
  readonly members: readonly string[];
  /** Flags of the first member; null where the answers are not known. */
  readonly correctTest: readonly boolean[] | null;
}

/** One output for one test input and who stands behind it. */
export interface InputAttempt {
  /** The output as text. */
  readonly output: string;
  /** Sum of the weights of its programs. */
  readonly weight: number;
  /** Number of programs. */
  readonly votes: number;
  /** Their ids, in the order given. */
  readonly members: readonly string[];
  /** Flag of the first member; null where the answer is not known. */
  readonly correct: boolean | null;
}

/**
 * The heaviest patterns, heaviest first; fewer than asked for when the programs form fewer
 * (SOAR section 3.2, algorithm 1).
 *
 * @param programs Programs of one task; the number of test inputs is the first one's.
 * @throws {RangeError} If a program has fewer outputs than the first.
 */
export function vote(programs: readonly VotingProgram[], options: VoteOptions = {}): Attempt[] {
  const { attempts = 2 } = options;
  const ballots: Ballot[] = [];
  const keys = new Map<readonly (string | null)[], string | null>();
  const outputsByKey = new Map<string, readonly string[]>();
  for (const [program, outputs] of withTestOutputs(programs)) {
    let key = keys.get(outputs);
    if (key === undefined) {
      key = isComplete(outputs) ? outputs.join("\n") : null;
      keys.set(outputs, key);
      if (key !== null && !outputsByKey.has(key)) outputsByKey.set(key, outputs as string[]);
    }
    if (key !== null) ballots.push({ key, program });
  }
  return count(ballots, options).slice(0, attempts).map(({ key, weight, members, first }) => ({
    outputs: outputsByKey.get(key)!,
    weight,
    votes: members.length,
    members,
    correctTest: first.correctTest,
  }));
}

/**
 * The older variant that votes on each test input alone: one ranking a test input (SOAR's code).
 * A program takes part wherever it has a grid.
 *
 * @param programs Programs of one task; the number of test inputs is the first one's.
 * @throws {RangeError} If a program has fewer outputs than the first.
 */
export function votePerInput(
  programs: readonly VotingProgram[],
  options: VoteOptions = {},
): InputAttempt[][] {
  const { attempts = 2 } = options;
  const ballots: Ballot[][] = [];
  for (const [program, outputs] of withTestOutputs(programs)) {
    outputs.forEach((output, i) => {
      ballots[i] ??= [];
      if (output !== null) ballots[i].push({ key: output, program });
    });
  }
  return ballots.map((ofInput, i) =>
    count(ofInput, options).slice(0, attempts).map(({ key, weight, members, first }) => ({
      output: key,
      weight,
      votes: members.length,
      members,
      correct: first.correctTest?.[i] ?? null,
    }))
  );
}

interface Ballot {
  readonly key: string;
  readonly program: VotingProgram;
}

interface Pattern {
  readonly key: string;
  weight: number;
  readonly members: string[];
  readonly first: VotingProgram;
}

/** Patterns by weight; the sort is stable, which is what keeps ties in order of appearance. */
function count(
  ballots: readonly Ballot[],
  { c = 1000, halfLength = Infinity }: VoteOptions,
): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (const { key, program } of ballots) {
    let pattern = patterns.get(key);
    if (!pattern) patterns.set(key, pattern = { key, weight: 0, members: [], first: program });
    const weight = 1 + c * accuracy(program.correctTrain);
    pattern.weight += weight * 2 ** (-(program.codeLength ?? 0) / halfLength);
    pattern.members.push(program.id);
  }
  return [...patterns.values()].sort((a, b) => b.weight - a.weight);
}

function isComplete(outputs: readonly (string | null)[]): boolean {
  return outputs.every((output) => output !== null);
}

/** Programs and their test outputs; where programs share a list of outputs, these are one too. */
function* withTestOutputs(
  programs: readonly VotingProgram[],
): Generator<[VotingProgram, readonly (string | null)[]]> {
  if (programs.length === 0) return;
  const tests = programs[0].outputs.length - programs[0].correctTrain.length;
  const known = new Map<
    readonly (string | null)[],
    { readonly from: number; readonly outputs: readonly (string | null)[] }
  >();
  for (const program of programs) {
    const from = program.correctTrain.length;
    let taken = known.get(program.outputs);
    if (taken?.from !== from) {
      if (program.outputs.length < from + tests) {
        throw new RangeError(
          `Cannot vote with ${program.id}: expected ${tests} test outputs, ` +
            `got ${program.outputs.length - from}`,
        );
      }
      taken = { from, outputs: program.outputs.slice(from, from + tests) };
      known.set(program.outputs, taken);
    }
    yield [program, taken.outputs];
  }
}
