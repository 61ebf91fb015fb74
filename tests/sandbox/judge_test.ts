import { assertEquals, assertThrows } from "@std/assert";
import type { Frame } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";
import type { Task } from "../../data/task.ts";
import { judge } from "../../sandbox/judge.ts";

const TASK: Task = {
  id: "t",
  dataset: "sample",
  split: "training",
  train: [{ input: [[1]], output: [[2]] }, { input: [[3]], output: [[4, 4]] }],
  testInputs: [[[5]], [[7]]],
};
const ANSWERS: Grid[] = [[[6]], [[8]]];

const ok = (output: Grid): Frame => ({ outcome: "ok", output, error: null });
const raised: Frame = { outcome: "runtime_error", output: null, error: "E: x" };
const late: Frame = { outcome: "timeout", output: null, error: "late" };

Deno.test("judge() compares shape and cells of each output", () => {
  const frames = [ok([[2]]), ok([[4]]), ok([[6]]), ok([[9]])];
  assertEquals(judge(TASK, ANSWERS, frames), {
    outcome: "ok",
    error: null,
    outputs: [[[2]], [[4]], [[6]], [[9]]],
    correctTrain: [true, false],
    correctTest: [true, false],
  });
});

Deno.test("judge() takes outcome and error of the first input without a grid", () => {
  const verdict = judge(TASK, ANSWERS, [ok([[2]]), raised, late, ok([[8]])]);
  assertEquals(verdict.outcome, "runtime_error");
  assertEquals(verdict.error, "E: x");
  assertEquals(verdict.outputs, [[[2]], null, null, [[8]]]);
  assertEquals(verdict.correctTrain, [true, false]);
  assertEquals(verdict.correctTest, [false, true]);
});

Deno.test("judge() says nothing of test outputs whose answers it is not given", () => {
  const frames = [ok([[2]]), ok([[4, 4]]), ok([[6]]), ok([[8]])];
  assertEquals(judge(TASK, undefined, frames).correctTest, null);
});

Deno.test("judge() refuses frames or answers that do not match the task", () => {
  assertThrows(() => judge(TASK, ANSWERS, [ok([[2]])]), RangeError, "4 frames");
  assertThrows(() => judge(TASK, [[[6]]], Array(4).fill(raised)), RangeError, "2 answers");
});
