import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fixedChoice, Turns } from "../../models/route_choice.ts";

const weightsOf = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

Deno.test("fixedChoice() keeps to the weights over any stretch of a series", () => {
  fc.assert(fc.property(
    weightsOf,
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    fc.nat(1000),
    (weights, offset, from) => {
      const counts = weights.map(() => 0);
      for (let i = 0; i < 100; i++) counts[fixedChoice(weights, from + i, offset)]++;
      const total = weights.reduce((a, b) => a + b);
      for (const [i, count] of counts.entries()) {
        assert(Math.abs(count - 100 * weights[i] / total) <= 4, `${counts} for ${weights}`);
      }
    },
  ));
});

Deno.test("fixedChoice() begins series of different offsets at different endpoints", () => {
  const first = [0, 0.3, 0.6, 0.9].map((offset) => fixedChoice([1, 1], 0, offset));
  assertEquals(first, [0, 0, 1, 1]);
});

Deno.test("Turns share by weight among those that are ready", () => {
  const turns = new Turns(3);
  const all = [3, 1, 2].map((weight) => ({ weight, ready: true }));
  const counts = [0, 0, 0];
  for (let i = 0; i < 600; i++) counts[turns.take(all)!]++;
  for (const [i, share] of [300, 100, 200].entries()) assert(Math.abs(counts[i] - share) <= 2);
  assertEquals(turns.take(all.map((turn) => ({ ...turn, ready: false }))), null);
});

Deno.test("Turns give no arrears to one that was not ready", () => {
  const turns = new Turns(2);
  const away = [{ weight: 1, ready: true }, { weight: 1, ready: false }];
  for (let i = 0; i < 100; i++) assertEquals(turns.take(away), 0);
  const both = away.map((turn) => ({ ...turn, ready: true }));
  const next = Array.from({ length: 10 }, () => turns.take(both)!);
  const second = next.filter((i) => i === 1).length;
  assert(second >= 4 && second <= 6, `${next}`);
});
