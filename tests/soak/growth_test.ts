import { assertEquals, assertThrows } from "@std/assert";
import { growthOf } from "./growth.ts";

const CASES: readonly [name: string, figures: number[], allowance: number, grown: boolean][] = [
  ["a level", Array(30).fill(175), 10, false],
  ["one low look early", [90, 172, 180, 123, 175, 177, 179, 178, 178, 178], 10, false],
  ["a climb in the warm-up only", [20, 90, 170, ...Array(27).fill(175)], 10, false],
  ["a saw", Array.from({ length: 30 }, (_, i) => 150 + 10 * (i % 5)), 10, false],
  ["one high look late", [...Array(29).fill(175), 900], 10, false],
  ["a slow leak", Array.from({ length: 30 }, (_, i) => 150 + 2 * i), 10, true],
  ["a step that stays", [...Array(15).fill(150), ...Array(15).fill(190)], 10, true],
  ["a tenth and the allowance", [...Array(15).fill(100), ...Array(15).fill(120)], 10, false],
  ["a little more", [...Array(15).fill(100), ...Array(15).fill(121)], 10, true],
  ["from nothing", [...Array(15).fill(0), ...Array(15).fill(3)], 2, true],
  ["a fall", Array.from({ length: 30 }, (_, i) => 300 - i), 0, false],
];

for (const [name, figures, allowance, grown] of CASES) {
  Deno.test(`growthOf(): ${name}`, () => {
    assertEquals(growthOf(figures, allowance).grown, grown);
  });
}

Deno.test("growthOf() gives the medians of both thirds after the warm-up", () => {
  const { early, late } = growthOf([99, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0);
  assertEquals([early, late], [2, 8]);
});

Deno.test("growthOf() refuses too few looks", () => {
  assertThrows(() => growthOf(Array(9).fill(1), 0), RangeError, "got 8");
});
