import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { pairedBootstrap } from "../../search/bootstrap.ts";
import { seededRandom } from "../../search/random.ts";
import { assertNear } from "./vectors.ts";

Deno.test("pairedBootstrap() encloses the difference of solved tasks", () => {
  const outcomes = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 60 });
  fc.assert(fc.property(outcomes, fc.nat(), (pairs, seed) => {
    const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
    const random = seededRandom(seed);
    const { difference, low, high } = pairedBootstrap(a, b, { random, resamples: 500 });
    assertEquals(difference, a.filter(Boolean).length - b.filter(Boolean).length);
    assert(low <= difference && difference <= high, `${difference} not in ${low}..${high}`);
    assert(low >= -pairs.length && high <= pairs.length);
  }));
});

Deno.test("pairedBootstrap() has no doubt where every task differs alike", () => {
  const options = { random: seededRandom(0), resamples: 200 };
  assertEquals(pairedBootstrap([true, true], [false, false], options), {
    difference: 2,
    low: 2,
    high: 2,
  });
  assertEquals(pairedBootstrap([], [], options), { difference: 0, low: 0, high: 0 });
});

Deno.test("pairedBootstrap() is as wide as the normal approximation of the paired difference", () => {
  // 40 gained, 10 lost, 350 alike of 400: the sum's spread is sqrt(400 · (0.125 − 0.075²)) = 6.91.
  const a = Array.from({ length: 400 }, (_, i) => i < 40);
  const b = Array.from({ length: 400 }, (_, i) => i >= 390);
  const { difference, low, high } = pairedBootstrap(a, b, { random: seededRandom("width") });
  assertEquals(difference, 30);
  assertNear(low, 30 - 1.96 * 6.91, 1.5, "low");
  assertNear(high, 30 + 1.96 * 6.91, 1.5, "high");
  const narrow = pairedBootstrap(a, b, { random: seededRandom("width"), level: 0.5 });
  assert(narrow.high - narrow.low < (high - low) / 2);
});

Deno.test("pairedBootstrap() takes scores as well as flags", () => {
  const options = { random: seededRandom(1), resamples: 100 };
  assertAlmostEquals(pairedBootstrap([0.5, 1], [0, true], options).difference, 0.5, 1e-12);
});

Deno.test("pairedBootstrap() refuses arms of unequal length and bad options", () => {
  const random = seededRandom(0);
  assertThrows(() => pairedBootstrap([1], [], { random }), RangeError, "expected 1 results, got 0");
  assertThrows(() => pairedBootstrap([1], [1], { random, resamples: 0 }), RangeError);
  assertThrows(() => pairedBootstrap([1], [1], { random, level: 1 }), RangeError);
});
