import { assertEquals } from "@std/assert";
import { didYouMean, nearest } from "../../data/did_you_mean.ts";

const KNOWN = ["soar", "tail", "sql", "runs", "budget.samples", "budget.refinements"];
const CASES: readonly [name: string, near: string | null][] = [
  ["tial", "tail"],
  ["TAIL", "tail"],
  ["run", "runs"],
  ["bugdet.sample", "budget.samples"],
  ["tail", null],
  ["x", null],
  ["", null],
  ["something else entirely", null],
];

for (const [name, near] of CASES) {
  Deno.test(`nearest() of "${name}" is ${near}`, () => assertEquals(nearest(name, KNOWN), near));
}

Deno.test("didYouMean() is made to stand behind the wrong name", () => {
  assertEquals(didYouMean("tial", KNOWN), " (did you mean tail?)");
  assertEquals(didYouMean("x", KNOWN), "");
});
