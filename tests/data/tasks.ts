/** Random grids and tasks, and the ARC JSON they are written as. */
import fc from "fast-check";
import type { Grid } from "../../data/grid.ts";
import type { Pair } from "../../data/task.ts";

/** Any grid of up to `side` rows and columns. */
export function grids(side = 30): fc.Arbitrary<Grid> {
  const length = fc.integer({ min: 1, max: side });
  return fc.tuple(length, length).chain(([height, width]) => {
    const row = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: width, maxLength: width });
    return fc.array(row, { minLength: height, maxLength: height });
  });
}

/** The contents of a task file, with or without its answers. */
export interface Contents {
  readonly train: readonly Pair[];
  readonly testInputs: readonly Grid[];
  readonly answers: readonly Grid[] | null;
}

/** Any contents of a task file. */
export function contents(): fc.Arbitrary<Contents> {
  const pair = fc.record({ input: grids(4), output: grids(4) });
  const pairs = fc.array(pair, { minLength: 1, maxLength: 4 });
  return fc.record({ train: pairs, test: pairs, known: fc.boolean() }).map(
    ({ train, test, known }) => ({
      train,
      testInputs: test.map(({ input }) => input),
      answers: known ? test.map(({ output }) => output) : null,
    }),
  );
}

/** ARC JSON of a task. */
export function arcText({ train, testInputs, answers }: Contents): string {
  const test = testInputs.map((input, i) => answers ? { input, output: answers[i] } : { input });
  return JSON.stringify({ train, test });
}
