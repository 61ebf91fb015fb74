import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Islander, islandOfDraw, programsOfIsland } from "../../search/islands.ts";

const programs: fc.Arbitrary<Islander[]> = fc.uniqueArray(
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  {
    maxLength: 60,
  },
).chain((ids) =>
  fc.tuple(...ids.map((id) =>
    fc.record({
      id: fc.constant(`${id}`),
      operator: fc.constantFrom("sample" as const, "refine" as const),
      draw: fc.nat({ max: 40 }),
    })
  ))
);

Deno.test("programsOfIsland() puts every program on one island, in its order", () => {
  fc.assert(fc.property(programs, fc.integer({ min: 1, max: 7 }), (all, islands) => {
    const parts = Array.from({ length: islands }, (_, i) => programsOfIsland(all, i, islands));
    assertEquals(parts.flat().length, all.length);
    assertEquals(new Set(parts.flat()), new Set(all));
    for (const part of parts) assertEquals(part, all.filter((one) => part.includes(one)));
    const refined = all.filter(({ operator }) => operator === "refine");
    for (const one of refined) assert(parts[islandOfDraw(one.draw, islands)].includes(one));
  }));
});

Deno.test("programsOfIsland() with shared samples keeps refinements apart only", () => {
  fc.assert(fc.property(programs, (all) => {
    const parts = [0, 1].map((i) => programsOfIsland(all, i, 2, { shared: true }));
    const samples = all.filter(({ operator }) => operator === "sample");
    for (const part of parts) {
      assertEquals(part.filter(({ operator }) => operator === "sample"), samples);
    }
    const refined = parts.flat().filter(({ operator }) => operator === "refine");
    assertEquals(refined.length, all.length - samples.length);
  }));
});

Deno.test("islands share out the samples evenly", () => {
  const all = Array.from({ length: 4000 }, (_, i): Islander => ({
    id: `${BigInt(i) * 2305843009213693951n % 2n ** 63n}`,
    operator: "sample",
    draw: 0,
  }));
  for (let i = 0; i < 4; i++) {
    assert(Math.abs(programsOfIsland(all, i, 4).length - 1000) < 150);
  }
});

Deno.test("programsOfIsland() refuses an island that is not there", () => {
  assertThrows(() => programsOfIsland([], 4, 4), RangeError, "island < islands, got 4, 4");
  assertThrows(() => programsOfIsland([], 0, 0), RangeError);
});
