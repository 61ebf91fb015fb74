import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  betaDraw,
  choose,
  gammaDraw,
  normalDraw,
  type Random,
  seededRandom,
  shuffle,
  weightedIndex,
} from "../../search/random.ts";
import { assertNear, tally } from "./vectors.ts";

function meanAndVariance(draw: () => number, draws: number): [mean: number, variance: number] {
  const values = Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws];
}

Deno.test("seededRandom() gives the same numbers for the same parts only", () => {
  const take = (random: Random) => Array.from({ length: 5 }, random);
  assertEquals(take(seededRandom("a", 1)), take(seededRandom("a", 1)));
  const others = [["a", 2], ["b", 1], ["a1"], [1, "a"], []].map((parts) => {
    return take(seededRandom(...parts)).join();
  });
  assertEquals(new Set([...others, take(seededRandom("a", 1)).join()]).size, 6);
});

Deno.test("seededRandom() is uniform within a stream and across seeds", () => {
  const random = seededRandom("uniform");
  const sources = [random, () => seededRandom("across", counter++)()];
  let counter = 0;
  for (const source of sources) {
    const cells = tally(Array.from({ length: 20_000 }, () => `${Math.floor(source() * 20)}`));
    // Chi-squared with 19 degrees of freedom exceeds 43.8 once in a thousand.
    const chi2 = [...cells.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    assertEquals(cells.size, 20);
    assert(chi2 < 43.8, `chi-squared ${chi2}`);
  }
});

Deno.test("shuffle() reaches every order as often and leaves its input alone", () => {
  const items = Object.freeze(["a", "b", "c"]);
  const random = seededRandom("shuffle");
  const orders = tally(Array.from({ length: 6000 }, () => shuffle(items, random).join("")));
  assertEquals(orders.size, 6);
  for (const [order, count] of orders) assertNear(count, 1000, 130, order);
});

Deno.test("choose() gives distinct items, as many as asked for or there are", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat()), fc.nat({ max: 30 }), fc.nat(), (items, n, seed) => {
      const chosen = choose(items, n, seededRandom(seed));
      assertEquals(chosen.length, Math.min(n, items.length));
      assertEquals(new Set(chosen).size, chosen.length);
      assert(chosen.every((item) => items.includes(item)));
    }),
  );
});

Deno.test("weightedIndex() goes by weight and never takes a weight of 0", () => {
  const random = seededRandom("weighted");
  const counts = tally(
    Array.from({ length: 8000 }, () => `${weightedIndex([0, 1, 0, 3], random)}`),
  );
  assertEquals([...counts.keys()].sort(), ["1", "3"]);
  assertNear(counts.get("3")! / 8000, 0.75, 0.02, "share of the heavier");
  assertEquals(weightedIndex([0, 0], random), -1);
  assertEquals(weightedIndex([], random), -1);
});

Deno.test("weightedIndex() stays in range at the edges of chance", () => {
  assertEquals(weightedIndex([0.1, 0.2, 0], () => 1 - 2 ** -53), 1);
  assertEquals(weightedIndex([0, 0.1, 0.2], () => 0), 1);
});

Deno.test("normalDraw(), gammaDraw() and betaDraw() have their means and variances", () => {
  const draws = 40_000;
  const random = seededRandom("moments");
  const [mean, variance] = meanAndVariance(() => normalDraw(random), draws);
  assertNear(mean, 0, 0.02, "normal mean");
  assertNear(variance, 1, 0.03, "normal variance");
  for (const shape of [0.3, 1, 7.67, 21]) {
    const [mean, variance] = meanAndVariance(() => gammaDraw(shape, random), draws);
    assertNear(mean, shape, 5 * Math.sqrt(shape / draws), `gamma ${shape} mean`);
    assertNear(variance / shape, 1, 0.1, `gamma ${shape} variance`);
  }
  for (const [a, b] of [[1, 21], [7.67, 14.33], [21, 11], [0.5, 0.5]]) {
    const [mean, variance] = meanAndVariance(() => betaDraw(a, b, random), draws);
    const spread = a * b / ((a + b) ** 2 * (a + b + 1));
    assertNear(mean, a / (a + b), 5 * Math.sqrt(spread / draws), `beta ${a}, ${b} mean`);
    assertNear(variance / spread, 1, 0.1, `beta ${a}, ${b} variance`);
  }
});

Deno.test("betaDraw() stays a number where both gammas vanish", () => {
  const random = seededRandom("tiny");
  const drawn = Array.from({ length: 200 }, () => betaDraw(1e-4, 1e-4, random));
  assert(drawn.every((theta) => theta >= 0 && theta <= 1));
});

Deno.test("gammaDraw() refuses a shape that is not positive", () => {
  for (const shape of [0, -1, NaN]) {
    assertThrows(() => gammaDraw(shape, seededRandom(0)), RangeError);
  }
});
