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
  assertEquals(evaluator.score(PAINT), { total: 2, shares: [1, 1] });
  const yellow = evaluator.score(parsePlan("answer(paint_content(input, yellow))"))!;
  assertAlmostEquals(yellow.total, 1 + (4 / 6) / 3, 1e-9);
  assertStrictEquals(evaluator.score(parsePlan("answer(scale(input, height_ratio))")), null);
});

Deno.test("Evaluator.score() gives up a plan that is behind on a pair, whatever is remembered", () => {
  const task = { train: TRAIN, testInputs: [[[1, 2]]] };
  const yellow = parsePlan("answer(paint_content(input, yellow))");
  const fresh = new Evaluator(task);
  const asked = new Evaluator(task);
  const known = asked.score(yellow)!;
  for (const evaluator of [fresh, asked]) {
    assertStrictEquals(evaluator.score(yellow, { total: 0, shares: [0.9, 0] }), null);
    assertEquals(evaluator.score(yellow, { total: 0, shares: known.shares }), known);
  }
  const other = parsePlan("paint(by_feature(row_index(input)))");
  const best = new Evaluator(task).score(other)!;
  assertEquals(new Evaluator(task).score(other, best), best);
});

Deno.test("a table copies from a source where that explains more than a colour", () => {
  const seen = parsePlan("paint(copy_feature(row_index(input), row_start(input)))");
  const evaluator = new Evaluator({
    train: [
      { input: [[1, 0, 0, 0], [2, 0, 0, 3]], output: [[1, 1, 1, 1], [4, 4, 4, 4]] },
      { input: [[5, 0, 6, 0], [7, 0, 0, 3]], output: [[5, 5, 5, 5], [4, 4, 4, 4]] },
    ],
    testInputs: [[[9, 0, 0, 0], [8, 0, 0, 3]]],
  });
  const { table, outputs, guesses } = evaluator.result(seen)!;
  assertEquals([...table!.choices.values()], [4]);
  assertEquals(outputs.at(-1), [[9, 9, 9, 9], [4, 4, 4, 4]]);
  assertStrictEquals(guesses, false);
});

Deno.test("keys with another number of sources in a test input make no table", () => {
  const plan = parsePlan("paint(copy_pieces(layers(input)))");
  const train = [
    { input: [[1, 0, 2]], output: [[1, 0, 1]] },
    { input: [[2, 1, 0]], output: [[1, 1, 0]] },
  ];
  const result = (testInput: number[][]) =>
    new Evaluator({ train, testInputs: [testInput] }).result(plan);
  assert(result([[1, 2, 0, 0]]) !== null);
  assertStrictEquals(result([[1, 2, 3, 0]]), null);
});

Deno.test("a table that meets new keys in a test input is known to guess, and marked down", () => {
  for (const [cell, guesses] of [[1, false], [5, true]] as const) {
    const evaluator = new Evaluator({ train: TRAIN, testInputs: [[[cell, 2]]] });
    assertEquals(evaluator.result(PAINT)!.guesses, guesses);
    assertEquals(evaluator.score(PAINT)!.total, guesses ? 1.5 : 2);
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
