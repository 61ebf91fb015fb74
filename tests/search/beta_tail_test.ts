import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { BetaTail, largestTail, levelOf, tailOfLargest } from "../../search/beta_tail.ts";
import { betaDraw, seededRandom } from "../../search/random.ts";

/** Chance of fewer than `a` hits in a + b - 1 trials: the tail, for whole parameters. */
function byTrials(a: number, b: number, x: number): number {
  const n = a + b - 1;
  let [term, sum] = [(1 - x) ** n, 0];
  for (let hits = 0; hits < a; hits++) {
    sum += term;
    term *= (n - hits) / (hits + 1) * x / (1 - x);
  }
  return sum;
}

function assertClose(actual: number, expected: number, what: string): void {
  assert(
    Math.abs(actual - expected) <= 1e-11 * expected + 1e-300,
    `${what}: ${actual} ${expected}`,
  );
}

Deno.test("BetaTail.above() is the sum over trials for whole parameters", () => {
  for (const [a, b] of [[1, 1], [1, 21], [21, 1], [8, 15], [11, 11], [5, 60], [21, 300]]) {
    for (const x of [0.01, 0.1, 0.3, 0.5, 0.75]) {
      assertClose(new BetaTail(a, b).above(x), byTrials(a, b, x), `Beta(${a}, ${b}) at ${x}`);
    }
  }
});

Deno.test("BetaTail.above() is a power where one parameter is 1", () => {
  for (const p of [1.5, 7.666666, 21, 433.2]) {
    for (const x of [0.05, 0.4, 0.8]) {
      assertClose(new BetaTail(1, p).above(x), (1 - x) ** p, `Beta(1, ${p}) at ${x}`);
      assertClose(new BetaTail(p, 1).above(x), 1 - x ** p, `Beta(${p}, 1) at ${x}`);
    }
  }
});

Deno.test("BetaTail.inverse() undoes above() and lies between its levels", () => {
  for (const [a, b] of [[1, 21], [7.666666, 14.333333], [21, 1], [14.3, 7000], [1, 1]]) {
    const one = new BetaTail(a, b);
    for (const tail of [1 - 1e-9, 0.9, 0.5, 0.1, 1 / 300, 1e-6, 1e-15, 1e-19]) {
      const x = one.inverse(tail);
      const [least, most] = [0, 1].map((more) => one.atLevel(levelOf(tail) + more));
      assert(least <= x + 1e-12 && x <= most + 1e-12, `${least} ${x} ${most}`);
      // Beside 1 the tail is told as closely as x is.
      if (1 - x < 1e-12) assert(one.above(x) < 1e-10);
      const near = 1 - x < 1e-4 ? 1e-3 : 1e-9;
      if (1 - x > 1e-9) {
        assertAlmostEquals(one.above(x) / tail, 1, near, `Beta(${a}, ${b}) at ${tail}`);
      }
    }
    assertAlmostEquals(one.inverse(0), 1);
  }
});

Deno.test("tailOfLargest() of a Beta is distributed as the largest of so many draws", () => {
  const [count, draws] = [40, 4000];
  const [one, random] = [new BetaTail(7.5, 14.5), seededRandom("largest")];
  const inverted = Array.from({ length: draws }, () => one.inverse(tailOfLargest(count, random)));
  const drawn = Array.from({ length: draws }, () => {
    return Math.max(...Array.from({ length: count }, () => betaDraw(7.5, 14.5, random)));
  });
  const [a, b] = [inverted.toSorted(), drawn.toSorted()];
  for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) {
    assertAlmostEquals(a[Math.floor(share * draws)], b[Math.floor(share * draws)], 0.012);
  }
});

Deno.test("BetaTail refuses parameters that are none", () => {
  assertThrows(() => new BetaTail(0, 1), RangeError, "expected parameters > 0");
});

Deno.test("BetaTail.atMost() is above inverse(), by an octave of the tail at most", () => {
  const random = seededRandom("at most");
  for (const [a, b] of [[1, 21], [14.3, 90], [21, 1]]) {
    const one = new BetaTail(a, b);
    for (let i = 0; i < 300; i++) {
      const tail = random() ** 6;
      const most = one.atMost(tail);
      assert(most >= one.inverse(tail), `${tail}`);
      if (tail > 2 ** -32) assert(most <= one.inverse(tail / 2) + 1e-12, `${tail}`);
    }
    assertEquals([one.atMost(0), one.atMost(2 ** -50)], [1, 1]);
  }
});

Deno.test("largestTail() is at least its share of the uniform number", () => {
  const random = seededRandom("share");
  for (const count of [1, 2, 7, 300]) {
    for (let i = 0; i < 300; i++) {
      const uniform = random() ** 4;
      assert(largestTail(uniform, count) >= uniform / count * (1 - 1e-15));
    }
  }
});
