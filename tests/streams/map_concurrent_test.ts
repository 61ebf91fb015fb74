import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Channel, ChannelClosedError } from "../../streams/channel.ts";
import { mapConcurrent } from "../../streams/map_concurrent.ts";
import { testOperatorContract } from "./operator_contract.ts";
import { isPending, ticks } from "./ticks.ts";

for (const concurrency of [1, 4]) {
  for (const ordered of [true, false]) {
    testOperatorContract({
      name: `mapConcurrent(${concurrency}, ordered: ${ordered})`,
      apply: (source, options) =>
        mapConcurrent((value: number) => Promise.resolve(value * 2), {
          ...options,
          concurrency,
          ordered,
        })(source),
      result: (value) => value * 2,
      held: concurrency,
    });
  }
}

/** A projection whose results are given by hand, in any order. */
function manual() {
  const started = new Map<number, PromiseWithResolvers<string>>();
  const signals: AbortSignal[] = [];
  const project = (value: number, signal: AbortSignal) => {
    signals.push(signal);
    started.set(value, Promise.withResolvers());
    return started.get(value)!.promise;
  };
  return { started, signals, project };
}

async function filled(values: number[]): Promise<Channel<number>> {
  const source = new Channel<number>({ highWaterMark: values.length });
  for (const value of values) await source.send(value);
  return source;
}

Deno.test("mapConcurrent() refuses a concurrency that is not an integer >= 1", () => {
  for (const concurrency of [0, -2, 0.5, NaN]) {
    assertThrows(
      () => mapConcurrent((v: number) => v, { concurrency, highWaterMark: 1 }),
      RangeError,
      `got ${concurrency}`,
    );
  }
});

Deno.test("mapConcurrent() starts N at once, and another only when one is done", async () => {
  const { started, project } = manual();
  const source = await filled([0, 1, 2, 3]);
  const out = mapConcurrent(project, { concurrency: 2, highWaterMark: 4 })(source);
  await ticks();
  assertEquals([...started.keys()], [0, 1]);
  started.get(0)!.resolve("zero");
  await ticks();
  assertEquals([...started.keys()], [0, 1, 2]);
  out.cancel();
});

Deno.test("mapConcurrent() holds results back to keep order", async () => {
  const { started, project } = manual();
  const source = await filled([0, 1]);
  const out = mapConcurrent(project, { concurrency: 2, highWaterMark: 4 })(source);
  await ticks();
  started.get(1)!.resolve("one");
  const receiving = out.receive();
  assert(await isPending(receiving));
  started.get(0)!.resolve("zero");
  assertEquals((await receiving).value, "zero");
  assertEquals((await out.receive()).value, "one");
  out.cancel();
});

Deno.test("mapConcurrent() unordered gives results as they come", async () => {
  const { started, project } = manual();
  const source = await filled([0, 1]);
  source.close();
  const out = mapConcurrent(project, { concurrency: 2, highWaterMark: 4, ordered: false })(source);
  await ticks();
  started.get(1)!.resolve("one");
  assertEquals((await out.receive()).value, "one");
  started.get(0)!.resolve("zero");
  assertEquals((await out.receive()).value, "zero");
  assertEquals((await out.receive()).done, true);
});

Deno.test("mapConcurrent() carries a projection's error in its turn and aborts the rest", async () => {
  const { started, signals, project } = manual();
  const source = await filled([0, 1, 2]);
  const out = mapConcurrent(project, { concurrency: 3, highWaterMark: 4 })(source);
  const reason = new Error("projection broke");
  await ticks();
  started.get(1)!.reject(reason);
  await ticks();
  assertEquals(signals[0].aborted, false);
  started.get(0)!.resolve("zero");
  assertEquals((await out.receive()).value, "zero");
  assertStrictEquals(await assertRejects(() => out.receive()), reason);
  assert(signals[2].aborted);
  started.get(2)!.resolve("too late");
  assertStrictEquals(await assertRejects(() => out.receive()), reason);
  await assertRejects(() => source.send(3), ChannelClosedError);
});

Deno.test("mapConcurrent() carries what a projection throws at once", async () => {
  const reason = new Error("thrown");
  const source = await filled([0]);
  const out = mapConcurrent(() => {
    throw reason;
  }, { concurrency: 2, highWaterMark: 1, ordered: false })(source);
  assertStrictEquals(await assertRejects(() => out.receive()), reason);
});

Deno.test("mapConcurrent() aborts projections when its receiver cancels", async () => {
  const { signals, project } = manual();
  const out = mapConcurrent(project, { concurrency: 2, highWaterMark: 1 })(await filled([0, 1]));
  await ticks();
  out.cancel("no longer wanted");
  assertEquals(signals.map(({ reason }) => reason), ["no longer wanted", "no longer wanted"]);
});

Deno.test("mapConcurrent() never passes N and loses nothing, however results come in", async () => {
  const property = async (
    scheduler: fc.Scheduler,
    values: number[],
    concurrency: number,
    highWaterMark: number,
    ordered: boolean,
  ) => {
    const source = await filled([...values, -1]);
    source.close();
    let running = 0;
    let most = 0;
    const project = async (value: number) => {
      most = Math.max(most, ++running);
      await scheduler.schedule(Promise.resolve());
      running--;
      return value;
    };
    const operator = mapConcurrent(project, { concurrency, highWaterMark, ordered });
    const results = await scheduler.waitFor(Array.fromAsync(operator(source)));
    const expected = [...values, -1];
    assertEquals(ordered ? results : results.toSorted(), ordered ? expected : expected.toSorted());
    assertEquals(most, Math.min(concurrency, expected.length));
  };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.nat(99), { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      property,
    ),
    { numRuns: 150 },
  );
});
