import { assertEquals } from "@std/assert";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";
import { isHardCoded, writeProgram } from "../../../models/embedded/write_program.ts";

const TASK = {
  train: [
    { input: [[1, 0], [0, 2]], output: [[3, 0], [0, 4]] },
    { input: [[2, 0], [1, 0]], output: [[4, 0], [3, 0]] },
  ],
  testInputs: [[[0, 2], [2, 1]]],
};

Deno.test("writeProgram() writes a fitted table, its helpers and the plan", () => {
  const evaluator = new Evaluator(TASK);
  const plan = parsePlan("paint(by_colour(input))");
  const { table, outputs } = evaluator.result(plan)!;
  assertEquals(outputs.at(-1), [[0, 4], [4, 3]]);
  assertEquals(
    writeProgram(plan, table, evaluator.facts).split("\n").slice(-7, -1),
    [
      "def transform(grid):",
      '    """plan: paint(by_colour(input))"""',
      "    keys, sources = by_colour(grid)",
      "    table = {}",
      '    table.update(entries("1:3 2:4"))',
      "    return look_up(table, keys, sources)",
    ],
  );
});

Deno.test("writeProgram() writes roles as numbers and a shared part once", () => {
  const evaluator = new Evaluator(TASK);
  const plan = parsePlan(
    "answer(over(paint_content(mirror_h(input), new_colour), mirror_h(input)))",
  );
  const code = writeProgram(plan, null, evaluator.facts);
  assertEquals(code.slice(code.indexOf("    x1")).split("\n"), [
    "    x1 = mirror_h(grid)",
    "    x2 = paint_content(x1, 3)",
    "    return over(x2, x1)",
    "",
  ]);
  assertEquals(code.match(/^def (\w+)/gm)!.length, new Set(code.match(/^def (\w+)/gm)).size);
});

Deno.test("isHardCoded() follows SOAR's filter", () => {
  const outputs = [[[1, 2], [3, 4]]];
  const two = [[[5, 6], [7, 8]]];
  const one = [[[5]]];
  for (
    const [code, grids, train, expected] of [
      ["return [r[::-1] for r in g]", outputs, two, false],
      ["return [[1, 2],[3,4]]", outputs, two, true],
      ["f(1, 2, 3, 4)", outputs, two, true],
      ["f(1, 2, 3, 4)", outputs, one, false],
      ["return [[1, 2], [3, 4]]", outputs, one, true],
      ["x = 7", [[[7]]], two, true],
      ["x = 7", [[[7]]], one, false],
      [`# ${"x".repeat(198)}`, outputs, two, false],
      [`# ${"x".repeat(199)}`, outputs, two, true],
    ] as const
  ) assertEquals(isHardCoded(code, grids, train), expected, code);
});

Deno.test("a table that would repeat the outputs, or has not their shape, is no table", () => {
  const evaluator = new Evaluator(TASK);
  const table = (plan: string) => evaluator.result(parsePlan(plan))?.table ?? null;
  const { choices, text } = table("paint(by_colour(input))")!;
  assertEquals(Array.from(choices, ([code, colour]) => [text(code), colour]), [["1", 3], ["2", 4]]);
  assertEquals(table("paint(by_neighbours(input))"), null);
  assertEquals(table("paint(by_colour(unfold_down(input)))"), null);
});
