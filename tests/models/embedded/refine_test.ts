import { assert, assertEquals, assertNotEquals, equal } from "@std/assert";
import { UNIFORM } from "../../../models/embedded/grammar.ts";
import { nodesOf, parsePlan, planInCode, printPlan } from "../../../models/embedded/plan.ts";
import { seeded } from "../../../models/embedded/random.ts";
import { refinePrograms } from "../../../models/embedded/refine.ts";
import { samplePrograms } from "../../../models/embedded/sample.ts";
import { realise } from "../../../models/embedded/draw.ts";
import { evaluatorOf, TASKS } from "./tasks.ts";

function children(id: string, plan: string, seed: number, n = 40, other: string | null = null) {
  const evaluator = evaluatorOf(id);
  const parent = realise(parsePlan(plan), evaluator)!;
  const second = other && realise(parsePlan(other), evaluator)!.code;
  const given = parent.outputs.slice(0, evaluator.task.train.length);
  const options = { n, temperature: 1, random: seeded("refine", seed) };
  return refinePrograms(evaluator, UNIFORM, { code: parent.code, given, second }, options);
}

Deno.test("refinements are distinct, none is the parent, and most keep a part of it", () => {
  const plan = "answer(complete_h(shift_down(input)))";
  const plans = children("complete_symmetry", plan, 1).map((drawn) => printPlan(drawn.plan));
  assertEquals(plans.length, 40);
  assertEquals(new Set(plans).size, 40);
  assert(!plans.includes(plan));
  const near = plans.filter((text) => /complete_h\(|shift_down\(/.test(text));
  assert(near.length > 15, plans.join("\n"));
});

Deno.test("a right shape is painted over, a table is looked up by other keys", () => {
  const painted = children("recolour_by_size", "answer(hollow(input))", 2)
    .filter(({ plan }) => plan.root === "paint" && plan.body.text.includes("hollow(input)"));
  assert(painted.length >= 5);
  const keyed = children("recolour_by_size", "paint(by_colour(input))", 3)
    .filter(({ plan }) => plan.root === "paint" && plan.body.operation.name !== "by_colour");
  assert(keyed.length >= 5);
});

Deno.test("a near miss is mended", () => {
  const { train } = evaluatorOf("mirror_left_right").task;
  const expected = train.map(({ output }) => output);
  const drawn = children("mirror_left_right", "answer(shift_left(mirror_h(input)))", 4, 100);
  const right = drawn.filter(({ outputs }) => equal(outputs.slice(0, train.length), expected));
  assert(right.length > 0, drawn.map(({ plan }) => printPlan(plan)).join("\n"));
});

Deno.test("of two programs, parts of both are in some, and none is either of them", () => {
  const [plan, other] = ["answer(shift_down(input))", "answer(mirror_h(input))"];
  const plans = children("complete_symmetry", plan, 5, 40, other)
    .map((drawn) => printPlan(drawn.plan));
  const both = plans.filter((text) => text.includes("shift_down(") && text.includes("mirror_h("));
  assert(both.length >= 3, plans.join("\n"));
  assert(!plans.includes(plan) && !plans.includes(other));
});

Deno.test("a program without a plan is answered by new programs", () => {
  const evaluator = evaluatorOf(TASKS[0].id);
  const attempt = { code: "def transform(grid):\n    return grid", given: [], second: null };
  const options = () => ({ n: 5, temperature: 1, random: seeded("new") });
  assertEquals(
    refinePrograms(evaluator, UNIFORM, attempt, options()),
    samplePrograms(evaluator, UNIFORM, options()),
  );
});

Deno.test("refining is fixed by its seed", () => {
  const codes = (seed: number) =>
    children("outline_boxes", "answer(outline_4(input, red))", seed, 10).map(({ code }) => code);
  assertEquals(codes(1), codes(1));
  assertNotEquals(codes(1), codes(2));
  for (const code of codes(1)) assert(nodesOf(planInCode(code)!.body).length > 0);
});
