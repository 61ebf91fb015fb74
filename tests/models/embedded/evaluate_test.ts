import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { drawPlan, realise } from "../../../models/embedded/draw.ts";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import { distribution, UNIFORM } from "../../../models/embedded/grammar.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";
import { seeded } from "../../../models/embedded/random.ts";

const TRAIN = [
  { input: [[1, 0, 2], [0, 1, 0]], output: [[3, 0, 4], [0, 3, 0]] },
  { input: [[2, 2, 0]], output: [[4, 4, 0]] },
];
const PAINT = parsePlan("paint(by_colour(input))");

Deno.test("Evaluator.score() counts right pairs, then the share of right cells", () => {
  const evaluator = new Evaluator({ train: TRAIN, testInputs: [[[1, 2]]] });
  assertEquals(evaluator.score(PAINT), 2);
  const yellow = evaluator.score(parsePlan("answer(paint_content(input, yellow))"))!;
  assertAlmostEquals(yellow, 1 + (4 / 6) / 3, 1e-9);
  assertStrictEquals(evaluator.score(parsePlan("answer(scale(input, height_ratio))")), null);
});

Deno.test("a table that meets new keys in a test input is known to guess, and marked down", () => {
  for (const [cell, guesses] of [[1, false], [5, true]] as const) {
    const evaluator = new Evaluator({ train: TRAIN, testInputs: [[[cell, 2]]] });
    assertEquals(evaluator.result(PAINT)!.guesses, guesses);
    assertEquals(evaluator.score(PAINT), guesses ? 1.5 : 2);
  }
  const plain = new Evaluator({ train: TRAIN, testInputs: [[[5]]] });
  assertEquals(plain.result(parsePlan("answer(paint_content(input, red))"))!.guesses, false);
});

Deno.test("of the plans whose table guesses about one in five is kept, always the same ones", () => {
  const evaluator = new Evaluator({ train: TRAIN, testInputs: [[[5, 1, 2], [5, 7, 7]]] });
  const chances = distribution(UNIFORM, [], 1);
  const random = seeded("guesses");
  const plans = Array.from({ length: 20_000 }, () => drawPlan(chances, random))
    .filter((plan) => evaluator.result(plan)?.guesses);
  const kept = plans.filter((plan) => realise(plan, evaluator));
  assert(plans.length > 100, `${plans.length}`);
  assert(kept.length > 0.05 * plans.length && kept.length < 0.4 * plans.length, `${kept.length}`);
  assertEquals(plans.filter((plan) => realise(plan, evaluator)).length, kept.length);
});
