import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  nodesOf,
  parsePlan,
  planInCode,
  printPlan,
  replaced,
} from "../../../models/embedded/plan.ts";
import { drawPlan } from "../../../models/embedded/draw.ts";
import { distribution, UNIFORM } from "../../../models/embedded/grammar.ts";
import { seeded } from "../../../models/embedded/random.ts";

Deno.test("parsePlan() reads what printPlan() writes, for drawn plans", () => {
  const chances = distribution(UNIFORM, [], 1);
  const random = seeded("plans");
  const texts = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const plan = drawPlan(chances, random);
    const text = printPlan(plan);
    texts.add(text);
    assertEquals(parsePlan(text), plan);
  }
  assert(texts.size > 500);
});

Deno.test("parsePlan() says what is wrong", () => {
  for (
    const [text, message] of [
      ["", 'expected "answer" or "paint", got ""'],
      ["show(input)", 'expected "answer" or "paint", got "show"'],
      ["answer(input", 'expected ")", got "its end"'],
      ["answer(input) x", 'expected its end, got "x"'],
      ["answer(nonsense(input))", 'expected a grid, got "nonsense"'],
      ["answer(halves_h(input))", 'expected a grid, got "halves_h"'],
      ["paint(input)", 'expected a keys, got "input"'],
      ["answer(scale(input))", 'expected ",", got ")"'],
      ["answer(mirror_h(input, input))", 'expected ")", got ","'],
    ]
  ) assertThrows(() => parsePlan(text), SyntaxError, message);
});

Deno.test("planInCode() finds the plan in a docstring, however it is quoted", () => {
  const plan = parsePlan("answer(scale(mirror_h(input), two))");
  for (const quote of ['"""', "'''", "'", '"']) {
    const code = `def transform(grid):\n    ${quote}plan: ${
      printPlan(plan)
    }${quote}\n    return 1\n`;
    assertEquals(planInCode(code), plan, quote);
  }
});

Deno.test("planInCode() gives null where no plan reads", () => {
  assertStrictEquals(planInCode("def transform(grid):\n    return grid"), null);
  assertStrictEquals(
    planInCode('def transform(grid):\n    """plan: answer(magic(input))"""'),
    null,
  );
});

Deno.test("replaced() changes one node and leaves the rest as it was", () => {
  const { body } = parsePlan("answer(over(mirror_h(input), mirror_h(input)))");
  const [, first] = nodesOf(body);
  const by = parsePlan("answer(mirror_v(input))").body;
  assertEquals(replaced(body, first, by).text, "over(mirror_v(input), mirror_h(input))");
  assertEquals(body.text, "over(mirror_h(input), mirror_h(input))");
});
