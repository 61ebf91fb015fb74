import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { drawPlan } from "../../../models/embedded/draw.ts";
import { Evaluator, type Score } from "../../../models/embedded/evaluate.ts";
import { fillIn } from "../../../models/embedded/fill_in.ts";
import { distribution, UNIFORM } from "../../../models/embedded/grammar.ts";
import { nodesOf, parsePlan, type Plan, printPlan } from "../../../models/embedded/plan.ts";
import { seeded } from "../../../models/embedded/random.ts";
import { TASKS } from "./tasks.ts";

const BASE = distribution(UNIFORM, [], 1);

/** The right half, painted red. */
const TASK = {
  train: [
    { input: [[1, 0, 0, 4], [0, 1, 4, 4]], output: [[0, 2], [2, 2]] },
    { input: [[3, 3, 5, 0], [0, 1, 5, 0]], output: [[2, 0], [2, 0]] },
  ],
  testInputs: [[[1, 1, 7, 7], [0, 0, 0, 7]]],
};

class Counting extends Evaluator {
  calls = 0;

  override score(plan: Plan, least?: Score | null): Score | null {
    this.calls++;
    return super.score(plan, least);
  }
}

function filled(plan: string, seed: number, tries: number, evaluator = new Evaluator(TASK)): Plan {
  return fillIn(parsePlan(plan), evaluator, BASE, seeded("fill", seed), tries);
}

Deno.test("fillIn() finds the literal or the predicate that a plan lacks", () => {
  const right = "answer(paint_content(last(halves_h(input)), red))";
  for (
    const plan of [
      "answer(paint_content(last(halves_h(input)), maroon))",
      "answer(paint_content(first(halves_h(input)), red))",
    ]
  ) {
    const evaluator = new Evaluator(TASK);
    const result = evaluator.result(filled(plan, 1, 300, evaluator))!;
    assertEquals(result.outputs, evaluator.result(parsePlan(right))!.outputs, plan);
  }
});

Deno.test("fillIn() keeps the skeleton and never goes further from the outputs", () => {
  const kinds = ({ root, body }: Plan) =>
    [root, ...nodesOf(body).map(({ operation: o }) => `${o.takes.join()}>${o.gives}`)].join(" ");
  let nearer = 0;
  for (const { id, task } of TASKS) {
    const evaluator = new Evaluator(task);
    const random = seeded("skeleton", id);
    for (let i = 0; i < 20; i++) {
      const plan = drawPlan(BASE, random);
      const better = fillIn(plan, evaluator, BASE, random, 16);
      assertEquals(kinds(better), kinds(plan), printPlan(plan));
      const [before, after] = [plan, better].map((one) => evaluator.score(one)?.total ?? -Infinity);
      assert(after >= before, `${printPlan(plan)} → ${printPlan(better)}`);
      if (after > before) nearer++;
    }
  }
  assert(nearer > TASKS.length, `${nearer}`);
});

Deno.test("fillIn() tries no more exchanges than it may, and none when all is right", () => {
  for (const tries of [0, 1, 16]) {
    const evaluator = new Counting(TASK);
    filled("answer(paint_content(fall_up(input), maroon))", 2, tries, evaluator);
    assertEquals(evaluator.calls, tries + 1);
  }
  const evaluator = new Counting(TASK);
  const right = parsePlan("answer(paint_content(right_half(input), red))");
  assertStrictEquals(fillIn(right, evaluator, BASE, seeded("right"), 16), right);
  assertEquals(evaluator.calls, 1);
});

Deno.test("fillIn() is fixed by its seed, whatever was worked out before", () => {
  const plan = "paint(by_colour_and_feature(input, object_size(objects_4(input))))";
  const [, { task }] = TASKS;
  const evaluator = new Evaluator(task);
  const texts = [1, 2, 3, 1, 2, 3].map((seed) => printPlan(filled(plan, seed, 16, evaluator)));
  assertEquals(texts.slice(0, 3), texts.slice(3));
  assertEquals(texts[0], printPlan(filled(plan, 1, 16, new Evaluator(task))));
});
