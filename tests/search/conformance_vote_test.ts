/** Conformance: vote, scores, solved programs. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { countSolved, type JudgedOutputs } from "../../search/judged.ts";
import { runScore, scoreOfAttempts } from "../../search/score.ts";
import { vote, votePerInput } from "../../search/vote.ts";
import { isErrorJson, type ProgramJson, type SplitJson, testCases, toJudged } from "./vectors.ts";

interface VoteInput {
  readonly programs: ProgramJson[];
  readonly n_output: number;
  readonly c: number;
}

interface PatternJson {
  readonly predicted_test_output: unknown[];
  readonly correct_test_input: boolean[];
  readonly votes: number;
  readonly weight: number | null;
  readonly members: string[];
}

interface VoteExpected {
  readonly ranking: PatternJson[];
  readonly attempts: unknown[][];
  readonly score: number;
}

/** Shape of a rectangular value, null for a ragged one. */
function shapeOf(value: unknown): number[] | null {
  if (!Array.isArray(value)) return [];
  const shapes = value.map(shapeOf);
  if (shapes.some((shape) => shape === null || `${shape}` !== `${shapes[0]}`)) return null;
  return [value.length, ...shapes[0] ?? []];
}

/** Outputs as the reference compares them: arrays with a text are all text, true is 1. */
function keyOf(output: unknown): string | null {
  if (shapeOf(output) === null) return null;
  const hasText = Array.isArray(output) && /"/.test(JSON.stringify(output));
  return JSON.stringify(output, (_, value) => {
    if (typeof value === "boolean") return hasText ? (value ? "True" : "False") : Number(value);
    return hasText && typeof value === "number" ? String(value) : value;
  });
}

function toVoter(program: ProgramJson): JudgedOutputs {
  return {
    id: program.id,
    correctTrain: program.correct_train_input,
    correctTest: program.correct_test_input,
    outputs: [
      ...program.correct_train_input.map(() => null),
      ...program.predicted_test_output!.map(keyOf),
    ],
  };
}

testCases<VoteInput, VoteExpected | { error: string }>("majority_vote", (input, expected) => {
  const voters = input.programs.map(toVoter);
  const options = { attempts: input.n_output, c: input.c };
  if (isErrorJson(expected)) {
    // Without programs ours ranks nothing; otherwise it refuses what the reference fails on.
    if (voters.length === 0) assertEquals(vote(voters, options), []);
    else assertThrows(() => vote(voters, options), RangeError);
    return;
  }
  const ranking = vote(voters, options);
  const given = expected.ranking.filter(({ votes }) => votes > 0);
  assertEquals(ranking.length, given.length);
  ranking.forEach((attempt, k) => {
    assertEquals(attempt.outputs, given[k].predicted_test_output.map(keyOf));
    assertEquals(attempt.members, given[k].members);
    assertEquals(attempt.votes, given[k].votes);
    assertEquals(attempt.correctTest, given[k].correct_test_input);
    assertAlmostEquals(attempt.weight, given[k].weight!, given[k].weight! * 1e-9);
  });
  expected.attempts.forEach((ofInput, t) => {
    const outputs = ranking.map((attempt) => attempt.outputs[t]);
    assertEquals(outputs, ofInput.slice(0, ranking.length).map(keyOf));
  });
  const score = scoreOfAttempts(ranking.map((attempt) => attempt.correctTest!));
  assertAlmostEquals(score, expected.score, 1e-12);
});

interface PerInputExpected {
  readonly ranking: {
    readonly predicted_test_output: unknown[];
    readonly correct_test_input: boolean[];
    readonly votes: number[];
  }[];
  readonly score: number;
}

testCases<VoteInput, PerInputExpected | { error: string }>(
  "majority_vote_per_input",
  (input, expected) => {
    const voters = input.programs.map(toVoter);
    const options = { attempts: input.n_output, c: input.c };
    if (isErrorJson(expected)) {
      if (voters.length === 0) assertEquals(votePerInput(voters, options), []);
      else assertThrows(() => votePerInput(voters, options), RangeError);
      return;
    }
    const ranking = votePerInput(voters, options);
    expected.ranking.forEach((rank, k) => {
      rank.votes.forEach((votes, t) => {
        const attempt = ranking[t][k];
        assertEquals(attempt?.votes ?? 0, votes);
        if (!attempt) return;
        assertEquals(attempt.output, keyOf(rank.predicted_test_output[t]));
        assertEquals(attempt.correct, rank.correct_test_input[t]);
      });
    });
    const right = ranking.filter((attempts) => attempts.some(({ correct }) => correct));
    assertAlmostEquals(right.length / ranking.length, expected.score, 1e-12);
  },
);

interface ScoreInput {
  readonly correct_test_input: boolean[][];
}

testCases<ScoreInput, { score: number | "NaN"; n_test_inputs: number }>(
  "score_of_attempts",
  ({ correct_test_input: answers }, { score, n_test_inputs }) => {
    assertEquals(scoreOfAttempts(answers), Number(score));
    assertEquals(answers[0]?.length ?? 0, n_test_inputs);
  },
);

interface RunInput {
  readonly archive: Record<string, ProgramJson[]>;
  readonly first_n: number;
}

testCases<RunInput, Record<"simple_top2" | "voted", Record<string, number>>>(
  "run_score",
  ({ archive, first_n }, expected) => {
    const tasks = Object.entries(archive).map(([id, programs]) => {
      return [id, programs.map(toVoter)] as const;
    });
    const score = runScore(new Map(tasks), first_n < 0 ? {} : { first: first_n });
    const shared = {
      n_tasks: score.tasks,
      test_task_solved_oracle: score.testSolved,
      train_task_solved_oracle: score.trainSolved,
      test_task_solved_with_all_train_correct: score.oracle,
    };
    const firstTask = Object.values(archive)[0]?.length;
    const { simple_top2: simple, voted } = expected;
    assertEquals({
      ...shared,
      n_responses: firstTask,
      test_task_solved_real: score.topTwo,
    }, simple);
    const { test_task_solved_real_kaggle_mv, test_task_solved_oracle_kaggle, ...counts } = voted;
    assertEquals({ ...shared, n_responses: score.mostPrograms }, counts);
    assertAlmostEquals(score.voted, test_task_solved_real_kaggle_mv, 1e-9);
    assertAlmostEquals(score.testSolvedPerInput, test_task_solved_oracle_kaggle, 1e-9);
  },
);

testCases<{ split: SplitJson; programs: ProgramJson[] }, { solved: number }>(
  "count_solved",
  ({ split, programs }, { solved }) => {
    assert(split === "train" || split === "val");
    assertEquals(countSolved(programs.map((program) => toJudged(program, split))), solved);
  },
);
