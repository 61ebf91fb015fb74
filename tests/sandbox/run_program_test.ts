import { assertEquals } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { inputsOf, type Task } from "../../data/task.ts";
import { judge } from "../../sandbox/judge.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { closing, findPython } from "./find_python.ts";

interface Case {
  readonly name: string;
  readonly input: {
    readonly code: string;
    readonly task: Record<"train" | "test", { input: Grid; output: Grid }[]>;
  };
  readonly expected: {
    readonly correct_train_input: boolean[];
    readonly correct_test_input: boolean[];
    readonly predicted_train_output: unknown[];
  };
}

/** Where exact types or kept frames make us differ from the reference, and what we say instead. */
const OURS: Record<string, { outcome: string; train: boolean[]; test: boolean[] }> = {
  numpy_float_array_right: { outcome: "invalid_grid", train: [false, false], test: [false] },
  one_cell_numpy_rows_count_as_right: { outcome: "invalid_grid", train: [false], test: [false] },
  infinite_loop_on_test_only_loses_everything: {
    outcome: "timeout",
    train: [true, true],
    test: [false],
  },
};

const url = new URL("../conformance/run_program.json", import.meta.url);
const { cases } = JSON.parse(await Deno.readTextFile(url)) as { cases: Case[] };
const python = await findPython();

Deno.test("running and judging a program agrees with the reference", async (t) => {
  const engine = await openPythonEngine({ python: python.path, workers: 1 });
  await using _closing = closing(engine);
  for (const { name, input, expected } of cases) {
    const ignore = !python.numpy && /\bnp\b/.test(input.code);
    await t.step({
      name: ignore ? `${name} (skipped: no numpy)` : name,
      ignore,
      async fn() {
        const { train, test } = input.task;
        const testInputs = test.map((pair) => pair.input);
        const task: Task = { id: name, dataset: "sample", split: "training", train, testInputs };
        const job = { code: input.code, inputs: inputsOf(task), timeoutMs: 1_000 };
        const { frames } = await engine.run(job);
        const verdict = judge(task, test.map((pair) => pair.output), frames);
        const ours = OURS[name];
        assertEquals(verdict.correctTrain, ours?.train ?? expected.correct_train_input);
        assertEquals(verdict.correctTest, ours?.test ?? expected.correct_test_input);
        if (ours !== undefined) assertEquals(verdict.outcome, ours.outcome);
        // The reference gives a text where there is no output; so it does for every fault of ours.
        const text = expected.predicted_train_output.some((output) => typeof output === "string");
        if (text) assertEquals(verdict.outcome === "ok", false);
      },
    });
  }
  const names = new Set(cases.map(({ name }) => name));
  assertEquals(Object.keys(OURS).filter((name) => !names.has(name)), []);
});
