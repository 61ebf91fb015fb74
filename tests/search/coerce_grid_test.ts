import { assertEquals } from "@std/assert";
import { coerceGrid } from "../../search/coerce_grid.ts";

const CASES: [value: unknown, grid: number[][] | null][] = [
  [[[9.99, -0.5], [true, "07"]], [[9, 0], [1, 7]]],
  [[[NaN]], null],
  [[[Infinity]], null],
  [[["1.5"]], null],
  [[["-1"]], null],
  [[[""]], null],
  [[[undefined]], null],
  [[], null],
  [[1, [1]], null],
  ["12", null],
  [null, null],
];

for (const [value, grid] of CASES) {
  Deno.test(`coerceGrid() reads ${Deno.inspect(value, { compact: true })}`, () => {
    assertEquals(coerceGrid(value), grid);
  });
}

Deno.test("coerceGrid() keeps to the side asked for", () => {
  const grid = Array.from({ length: 31 }, () => [1]);
  assertEquals(coerceGrid(grid), grid);
  assertEquals(coerceGrid(grid, { maxSide: 30 }), null);
  assertEquals(coerceGrid([grid.map(() => 1)], { maxSide: 30 }), null);
});
