import { assertEquals } from "@std/assert";
import { islandOfDraw, isOnIsland } from "../../search/islands.ts";

Deno.test("islandOfDraw() goes round the islands", () => {
  assertEquals([0, 1, 2, 3, 4, 5].map((draw) => islandOfDraw(draw)), [0, 1, 2, 3, 0, 1]);
  assertEquals([0, 1, 2].map((draw) => islandOfDraw(draw, 1)), [0, 0, 0]);
});

Deno.test("isOnIsland() shows samples to all islands and each refinement to one", () => {
  const islands = [0, 1, 2, 3];
  const seenBy = (operator: "sample" | "refine", draw: number) =>
    islands.filter((island) => isOnIsland({ operator, draw }, island));
  assertEquals(seenBy("sample", 6), islands);
  assertEquals(seenBy("refine", 6), [2]);
});
