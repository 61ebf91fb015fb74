import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mock } from "node:test";
import { batch, type BatchOptions } from "../../streams/batch.ts";
import { Channel } from "../../streams/channel.ts";
import { testOperatorContract } from "./operator_contract.ts";
import { isPending, ticks } from "./ticks.ts";

testOperatorContract({
  name: "batch(1)",
  apply: (source, options) => batch<number>({ ...options, maxSize: 1, maxWaitMs: 1000 })(source),
  result: (value) => [value],
  held: 1,
});

/** Runs a test on a batch whose time stands still until told. */
function batchTest(
  name: string,
  options: Partial<BatchOptions>,
  run: (
    source: Channel<number>,
    out: ReturnType<ReturnType<typeof batch<number>>>,
  ) => Promise<void>,
): void {
  Deno.test(name, async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const source = new Channel<number>({ highWaterMark: 100 });
      await run(
        source,
        batch<number>({ maxSize: 3, maxWaitMs: 50, highWaterMark: 1, ...options })(source),
      );
    } finally {
      mock.timers.reset();
    }
  });
}

Deno.test("batch() refuses sizes and times out of bounds", () => {
  const good = { maxSize: 1, maxWaitMs: 0, highWaterMark: 1 };
  for (const wrong of [{ maxSize: 0 }, { maxSize: 1.5 }, { maxWaitMs: -1 }, { maxWaitMs: NaN }]) {
    assertThrows(() => batch({ ...good, ...wrong }), RangeError, "Cannot batch");
  }
});

batchTest("batch() sends full batches without waiting", {}, async (source, out) => {
  for (let i = 0; i < 7; i++) await source.send(i);
  assertEquals((await out.receive()).value, [0, 1, 2]);
  assertEquals((await out.receive()).value, [3, 4, 5]);
  assert(await isPending(out.receive()));
  source.close();
});

batchTest("batch() sends a part when its first value has waited", {}, async (source, out) => {
  await source.send(1);
  const first = out.receive();
  await ticks();
  mock.timers.tick(30);
  await source.send(2);
  mock.timers.tick(19);
  assert(await isPending(first));
  mock.timers.tick(1);
  assertEquals((await first).value, [1, 2]);
  const second = out.receive();
  mock.timers.tick(500); // no value, no batch: the clock starts at the first
  assert(await isPending(second));
  await source.send(3);
  await ticks();
  mock.timers.tick(50);
  assertEquals((await second).value, [3]);
  source.close();
});

batchTest("batch() loses nothing across its time-outs", { maxSize: 4 }, async (source, out) => {
  const batches = Array.fromAsync(out);
  for (let i = 0; i < 40; i++) {
    await source.send(i);
    await ticks();
    if (i % 3 === 0) mock.timers.tick(50);
  }
  source.close();
  assertEquals((await batches).flat(), Array.from({ length: 40 }, (_, i) => i));
});

batchTest("batch() sends the rest at close", {}, async (source, out) => {
  await source.send(1);
  source.close();
  assertEquals(await Array.fromAsync(out), [[1]]);
});

batchTest("batch() sends the rest before an error", {}, async (source, out) => {
  await source.send(1);
  await source.send(2);
  source.fail(new Error("journal broke"));
  assertEquals((await out.receive()).value, [1, 2]);
  await assertRejects(() => out.receive(), Error, "journal broke");
});

batchTest("batch() never reads ahead of a batch that waits", {}, async (source, out) => {
  for (let i = 0; i < 12; i++) await source.send(i);
  await ticks();
  assertEquals(source.depth, 12 - 2 * 3); // one batch in the output, one waiting
  await out.receive();
  await ticks();
  assertEquals(source.depth, 12 - 3 * 3);
  out.cancel();
});

batchTest("batch() leaves no waiter when its receiver cancels", {}, async (source, out) => {
  await source.send(1);
  await ticks();
  out.cancel();
  await ticks();
  assertEquals(source.stats().waitingReceivers, 0);
  assertEquals(await out.receive(), { done: true, value: undefined });
});

Deno.test({
  name: "batch() leaves no timer, full, ended or cancelled",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const source = new Channel<number>({ highWaterMark: 10 });
    const out = batch<number>({ maxSize: 2, maxWaitMs: 1e6, highWaterMark: 1 })(source);
    for (const i of [1, 2, 3]) await source.send(i);
    assertEquals((await out.receive()).value, [1, 2]);
    source.close();
    assertEquals((await out.receive()).value, [3]);
    const second = new Channel<number>({ highWaterMark: 10 });
    const cancelled = batch<number>({ maxSize: 2, maxWaitMs: 1e6, highWaterMark: 1 })(second);
    await second.send(1);
    await ticks();
    cancelled.cancel();
    await ticks();
  },
});
