import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { modelsFor, runLoop } from "../../bench/embedded_loop.ts";
import type { LoopOptions } from "../../bench/task_search.ts";
import { loadTasks } from "../../data/load_tasks.ts";
import { fitModel } from "../../models/embedded/fit.ts";
import { UNIFORM } from "../../models/embedded/grammar.ts";
import { rowOf } from "../models/embedded/tasks.ts";

const { tasks, answers } = await loadTasks("sample");
const CASES = tasks.map(({ id, train, testInputs }) => ({
  id,
  train,
  testInputs,
  answers: answers.get(id)!,
}));
const OPTIONS: LoopOptions = {
  seed: 1,
  generations: 2,
  samples: 10,
  refinements: 6,
  request: 6,
  learn: true,
  transfer: false,
};

function count(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}

Deno.test("runLoop() spends its budget, and what is solved stays solved", () => {
  const [first, second] = runLoop(CASES, OPTIONS);
  assert(first.programs <= CASES.length * 16 && first.programs >= CASES.length * 10);
  assert(second.programs > first.programs && second.programs <= CASES.length * 32);
  assert(first.rows > CASES.length && second.rows > first.rows);
  assert(second.solved.every((solved, i) => solved || !first.solved[i]));
  assert(count(first.solved) > 0 && count(second.solved) > count(first.solved));
  for (const { solved, trainPerfect } of [first, second]) {
    assert(solved.every((right, i) => !right || trainPerfect[i]));
  }
});

Deno.test("runLoop() is fixed by its seed; without learning no model is fitted", () => {
  const run = (options: Partial<LoopOptions>) => [...runLoop(CASES, { ...OPTIONS, ...options })];
  const first = run({});
  assertEquals(run({}), first);
  assertNotEquals(run({ seed: 2 }), first);
  const plain = run({ learn: false, refinements: 0 });
  assertEquals(plain.map(({ rows }) => rows), [0, 0]);
  assertEquals(plain.map(({ programs }) => programs), [10, 20].map((n) => n * CASES.length));
});

Deno.test("modelsFor() with transfer asks no task of a model that saw it", () => {
  const rows = ["mirror_h", "mirror_v", "rotate_90", "transpose"].map((name, i) => {
    const code = `def transform(grid):\n    """plan: answer(${name}(input))"""\n`;
    return [rowOf(CASES[i], code, { relabelled: false })];
  });
  const of = (...some: number[]) => fitModel(some.flatMap((i) => rows[i])).weights;
  const models = modelsFor(rows, true);
  assertEquals([0, 1, 2, 3].map(models), [of(1, 3), of(0, 2), of(1, 3), of(0, 2)]);
  assertEquals([0, 1].map(modelsFor(rows, false)), [of(0, 1, 2, 3), of(0, 1, 2, 3)]);
  assertStrictEquals(modelsFor(null, true)(0), UNIFORM);
});

Deno.test("runLoop() obeys the configuration's choices", () => {
  const few = CASES.slice(0, 6);
  const run = (choices: LoopOptions["choices"], options: Partial<LoopOptions> = {}) => {
    return [...runLoop(few, { ...OPTIONS, ...options, choices })];
  };
  const paper = run({});
  assertEquals(run({ compat: "paper", parents: "rex", islands: 1 }), paper);
  for (
    const choices of [
      { parents: "uniform" },
      { parents: "pair_weighted" },
      { islands: 2 },
      { strategy: "correct" },
      { refinementStrategy: "hindsight" },
    ] as const
  ) assertNotEquals(run(choices), paper, JSON.stringify(choices));
  // Without its diverse half a selection has fewer rows.
  const rows = (some: { rows: number }[]) => some.at(-1)!.rows;
  const samplesOnly = { refinementRows: 0 };
  assert(rows(run({ ...samplesOnly, compat: "published" })) < rows(run(samplesOnly)));
});

Deno.test("runLoop() with reroute spends all of the budget, with fixed what closed tasks leave is lost", () => {
  const options = { generations: 1, refinements: 0, samples: 24, learn: false };
  const spent = (policy: "fixed" | "reroute") => {
    const choices = { policy, enoughSampled: 1 };
    return [...runLoop(CASES, { ...OPTIONS, ...options, choices })][0].programs;
  };
  const total = 24 * CASES.length;
  assertEquals(spent("reroute"), total);
  assert(spent("fixed") < total);
});
