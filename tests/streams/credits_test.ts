import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Credit, Credits } from "../../streams/credits.ts";
import { isPending, ticks } from "./ticks.ts";

/** A taker that always has one acquire pending and hands what it gets to `got`. */
async function greedy<K extends string>(
  credits: Credits<K>,
  name: K,
  got: (name: K, credit: Credit) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const credit = await credits.acquire(name, signal).catch(() => null);
    if (credit) got(name, credit);
  }
}

Deno.test("Credits.acquire() waits at capacity, and a release serves the next", async () => {
  const credits = new Credits({ capacity: 2, weights: { sample: 1 } });
  const first = await credits.acquire("sample");
  await credits.acquire("sample");
  const third = credits.acquire("sample");
  assert(await isPending(third));
  assertEquals(credits.stats("sample").waiting, 1);
  first.release();
  await third;
  assertEquals(credits.inUse, 2);
});

Deno.test("Credits: a credit counts once however often it is released", async () => {
  const credits = new Credits({ capacity: 2, weights: { sample: 1 } });
  const first = await credits.acquire("sample");
  {
    using _second = await credits.acquire("sample");
    first.release();
    first.release();
    assertEquals(credits.inUse, 1);
  }
  assertEquals(credits.inUse, 0);
});

Deno.test("Credits grants by weight while both want", async () => {
  const credits = new Credits({ capacity: 0, weights: { sample: 3, refine: 1 } });
  const order: string[] = [];
  const held: Credit[] = [];
  const stop = new AbortController();
  const takers = (["sample", "refine"] as const).map((name) =>
    greedy(credits, name, (who, credit) => {
      order.push(who);
      held.push(credit);
    }, stop.signal)
  );
  await ticks();
  credits.resize(1);
  await ticks();
  while (order.length < 400) {
    held.shift()!.release();
    await ticks();
  }
  stop.abort();
  await Promise.all(takers);
  assertEquals(order.slice(0, 4).toSorted(), ["refine", "sample", "sample", "sample"]);
  assertAlmostEquals(order.filter((name) => name === "refine").length, 100, 1);
  for (let at = 0; at + 6 <= order.length; at++) {
    assert(order.slice(at, at + 6).includes("refine"), `refine starves from grant ${at}`);
  }
});

Deno.test("Credits: an unused share goes to the other and is not saved up", async () => {
  const credits = new Credits({ capacity: 1, weights: { sample: 1, refine: 1 } });
  for (let i = 0; i < 100; i++) (await credits.acquire("sample")).release();
  const order: string[] = [];
  const held = await credits.acquire("sample");
  const waiting = (["refine", "refine", "refine", "sample", "sample", "sample"] as const).map(
    async (name) => {
      using _credit = await credits.acquire(name);
      order.push(name);
    },
  );
  held.release();
  await Promise.all(waiting);
  assertEquals(order, ["refine", "sample", "refine", "sample", "refine", "sample"]);
});

Deno.test("Credits abort takes out exactly its waiter", async () => {
  const credits = new Credits({ capacity: 1, weights: { sample: 1 } });
  const held = await credits.acquire("sample");
  const stop = new AbortController();
  const aborted = credits.acquire("sample", stop.signal);
  const other = credits.acquire("sample");
  stop.abort(new Error("stopped"));
  await assertRejects(() => aborted, Error, "stopped");
  await assertRejects(() => credits.acquire("sample", stop.signal), Error, "stopped");
  held.release();
  await other;
  assertEquals([credits.inUse, credits.stats("sample").waiting], [1, 0]);
});

Deno.test("Credits.resize() serves those who wait, and shrinks as credits come back", async () => {
  const credits = new Credits({ capacity: 0, weights: { sample: 1 } });
  const asked = [1, 2, 3].map(() => credits.acquire("sample"));
  assert(await isPending(asked[0]));
  credits.resize(2);
  const [first, second] = await Promise.all(asked.slice(0, 2));
  credits.resize(1);
  first.release();
  assert(await isPending(asked[2]));
  second.release();
  await asked[2];
});

Deno.test("Credits.stats() adds up waiting time", async () => {
  let time = 0;
  const credits = new Credits({ capacity: 1, weights: { sample: 1, refine: 1 }, now: () => time });
  const held = await credits.acquire("sample");
  const waiting = credits.acquire("refine");
  time = 40;
  assertEquals(credits.stats("refine"), { granted: 0, waiting: 1, waitedMs: 40 });
  held.release();
  await waiting;
  time = 90;
  assertEquals(credits.stats("refine"), { granted: 1, waiting: 0, waitedMs: 40 });
});

Deno.test("Credits refuses wrong capacities, weights and takers", () => {
  for (const capacity of [-1, 0.5, NaN]) {
    assertThrows(() => new Credits({ capacity, weights: { a: 1 } }), RangeError, "capacity");
  }
  for (const a of [0, -1, NaN, Infinity]) {
    assertThrows(() => new Credits({ capacity: 1, weights: { a } }), RangeError, "weight of a");
  }
  const credits = new Credits<string>({ capacity: 1, weights: { a: 1 } });
  assertThrows(() => credits.acquire("b"), TypeError, "Cannot give credit to b");
});

Deno.test("Credits keeps every taker within one grant of its share", async () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      weights,
      fc.integer({ min: 1, max: 5 }),
      async (list, capacity) => {
        const named = Object.fromEntries(list.map((weight, i) => [`t${i}`, weight]));
        const credits = new Credits<string>({ capacity: 0, weights: named });
        const stop = new AbortController();
        const held: Credit[] = [];
        const takers = Object.keys(named).map((name) =>
          greedy(credits, name, (_, credit) => held.push(credit), stop.signal)
        );
        for (let size = 0; size <= capacity; size++) {
          await ticks(); // so that all of them wait
          credits.resize(size);
        }
        await ticks();
        for (let i = 0; i < 60; i++) {
          held.shift()!.release();
          await ticks();
          const served = list.map((weight, i) => credits.stats(`t${i}`).granted / weight);
          for (let i = 0; i < list.length; i++) {
            for (let j = 0; j < i; j++) {
              assertAlmostEquals(served[i], served[j], 1 / list[i] + 1 / list[j] + 1e-9);
            }
          }
        }
        assertEquals(credits.inUse, capacity);
        stop.abort();
        await Promise.all(takers);
      },
    ),
    { numRuns: 40 },
  );
});
