/**
 * Conformance: running and judging a program.
 *
 * Ours differs on purpose in two ways: a grid is an exact list of lists of integers or an integer
 * numpy array, so what the reference calls right by Python's equality may be `invalid_grid`; and
 * a program that is stopped keeps the outputs it had given.
 */
import { assert, assertEquals } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { inputsOf, type Task } from "../../data/task.ts";
import { judge } from "../../sandbox/judge.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { closing, findPython } from "../sandbox/find_python.ts";
import { testCases } from "../search/vectors.ts";

interface RunInput {
  readonly code: string;
  readonly task: Record<"train" | "test", { input: Grid; output: Grid }[]>;
}

interface RunExpected {
  readonly correct_train_input: boolean[];
  readonly correct_test_input: boolean[];
  readonly predicted_train_output: unknown[];
  readonly predicted_test_output: unknown[];
}

const found = await findPython();

testCases<RunInput, RunExpected>(
  "run_program",
  async ({ code, task: { train, test } }, expected) => {
    const engine = await openPythonEngine({ python: found.path, workers: 1 });
    await using _closing = closing(engine);
    const testInputs = test.map((pair) => pair.input);
    const task: Task = { id: "a", dataset: "made-up", split: "training", train, testInputs };
    const { frames } = await engine.run({ code, inputs: inputsOf(task), timeoutMs: 1_000 });
    const verdict = judge(task, test.map((pair) => pair.output), frames);
    const theirs = [...expected.predicted_train_output, ...expected.predicted_test_output];
    const flags = [...expected.correct_train_input, ...expected.correct_test_input];
    const ours = [...verdict.correctTrain, ...verdict.correctTest!];
    if (theirs.every((output) => typeof output === "string" && /execution failed/.test(output))) {
      assert(verdict.outcome !== "ok" && ours.includes(false));
      return;
    }
    assertEquals(ours, flags.map((right, i) => right && isExact(theirs[i])));
    if (theirs.some((output) => typeof output === "string")) assert(verdict.outcome !== "ok");
  },
);

/** Whether a recorded output is a grid in our sense. */
function isExact(output: unknown): boolean {
  return Array.isArray(output) && output.every((row) => Array.isArray(row) && row.every(isInteger));
}

function isInteger(cell: unknown): boolean {
  if (typeof cell === "number") return Number.isInteger(cell);
  return /^u?int/.test((cell as { $np?: string } | null)?.$np ?? "");
}
