import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { taskUnits } from "../../search/budget.ts";

Deno.test("taskUnits() samples first, then refines, each with its remainder", () => {
  assertEquals(taskUnits({ samples: 7, refinements: 5, completionsPerCall: 3 }), [
    { operator: "sample", draw: 0, n: 3 },
    { operator: "sample", draw: 1, n: 3 },
    { operator: "sample", draw: 2, n: 1 },
    { operator: "refine", draw: 0, n: 4 },
    { operator: "refine", draw: 1, n: 1 },
  ]);
});

Deno.test("taskUnits() asks for exactly the budget and numbers draws without gaps", () => {
  const count = fc.nat({ max: 500 });
  const at = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(count, count, at, at, (samples, refinements, perCall, perRefinement) => {
    const units = taskUnits({
      samples,
      refinements,
      completionsPerCall: perCall,
      completionsPerRefinement: perRefinement,
    });
    for (const [operator, total] of [["sample", samples], ["refine", refinements]] as const) {
      const own = units.filter((unit) => unit.operator === operator);
      assertEquals(own.reduce((sum, { n }) => sum + n, 0), total);
      assertEquals(own.map(({ draw }) => draw), own.map((_, i) => i));
    }
  }));
});

Deno.test("taskUnits() refuses counts that are no whole numbers", () => {
  for (
    const budget of [
      { samples: -1, refinements: 0, completionsPerCall: 1 },
      { samples: 1.5, refinements: 0, completionsPerCall: 1 },
      { samples: 1, refinements: 0, completionsPerCall: 0 },
    ]
  ) assertThrows(() => taskUnits(budget), RangeError);
});
