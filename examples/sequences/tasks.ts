/**
 * The tasks: the first seven terms of a sequence are shown, three more are asked for.
 *
 * @module
 */
import { type Grid, type Task, TaskError, type TaskSet } from "../../mod.ts";
import { gridOf } from "./numbers.ts";

/** Terms by their index, which begins at 0. */
const SEQUENCES: Readonly<Record<string, (n: bigint) => bigint>> = {
  doubles: (n) => 2n * n,
  squares: (n) => n * n,
  halves: (n) => n / 2n,
  powers_of_two: (n) => 2n ** n,
  cubes: (n) => n ** 3n,
  odds: (n) => 2n * n + 1n,
  centred_squares: (n) => 2n * n * (n + 1n) + 1n,
  even_squares: (n) => 4n * n * n,
  fibonacci: (n) => n < 2n ? n : SEQUENCES.fibonacci(n - 1n) + SEQUENCES.fibonacci(n - 2n),
  jacobsthal: (n) => n < 2n ? n : SEQUENCES.jacobsthal(n - 1n) + 2n * SEQUENCES.jacobsthal(n - 2n),
  mersenne: (n) => 2n ** n - 1n,
  pell: (n) => n < 2n ? n : 2n * SEQUENCES.pell(n - 1n) + SEQUENCES.pell(n - 2n),
  pentagonal: (n) => n * (3n * n - 1n) / 2n,
  powers_of_three: (n) => 3n ** n,
  pronic: (n) => n * (n + 1n),
  squares_and_one: (n) => n * n + 1n,
  triangular: (n) => n * (n + 1n) / 2n,
  triples_and_two: (n) => 3n * n + 2n,
};

const SHOWN = [0n, 1n, 2n, 3n, 4n, 5n, 6n];
const ASKED = [7n, 8n, 9n];

/** Loads `sequences`, or the first of them by `sequences#N`. @throws TaskError */
export function loadTasks(spec: string): Promise<TaskSet> {
  const names = Object.keys(SEQUENCES);
  const [, count = `${names.length}`] = /^sequences(?:#([1-9]\d*))?$/.exec(spec) ?? [];
  if (!spec.startsWith("sequences") || Number(count) > names.length) {
    const why = `expected sequences, or sequences#N with N up to ${names.length}`;
    return Promise.reject(new TaskError("wrong_use", `Cannot load tasks ${spec}: ${why}`));
  }
  const picked = names.slice(0, Number(count));
  return Promise.resolve({ tasks: picked.map(taskOf), answers: new Map(picked.map(answersOf)) });
}

function taskOf(id: string): Task {
  const train = SHOWN.map((n) => ({ input: gridOf(n), output: gridOf(SEQUENCES[id](n)) }));
  const testInputs = ASKED.map(gridOf);
  return { id, dataset: "sequences", split: "training", train, testInputs };
}

function answersOf(id: string): [string, Grid[]] {
  return [id, ASKED.map((n) => gridOf(SEQUENCES[id](n)))];
}
