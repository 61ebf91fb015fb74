import { assertEquals, assertRejects } from "@std/assert";
import { StageMeter } from "../../actors/stage_meter.ts";
import type { ChannelStats } from "../../streams/channel.ts";

/** A meter on a clock and channels that the test sets. */
function made(workers: number, withOutbox = true, ahead = 0) {
  const clock = { now: 1000 };
  const stats = { depth: 0, capacity: 8, blockedMs: 0 };
  const inbox = { stats: () => ({ depth: stats.depth, capacity: stats.capacity }) as ChannelStats };
  const outbox = { stats: () => ({ blockedMs: stats.blockedMs }) as ChannelStats };
  const meter = new StageMeter(
    "execute",
    workers,
    inbox,
    withOutbox ? outbox : null,
    () => clock.now,
    ahead,
  );
  const work = (ms: number) =>
    meter.time(() => {
      clock.now += ms;
      return Promise.resolve(ms);
    });
  return { meter, clock, stats, work };
}

Deno.test("StageMeter.measure() counts what came, went and kept it busy since it was made", async () => {
  const { meter, clock, stats, work } = made(2);
  assertEquals(await work(300), 300);
  await work(500);
  clock.now += 1200;
  stats.depth = 3;
  stats.blockedMs = 1000;
  assertEquals(meter.measure(), {
    kind: "stage",
    stage: "execute",
    workers: 2,
    busy: 0.2,
    queueDepth: 3,
    queueCapacity: 8,
    inPerS: 1,
    outPerS: 1,
    blockedFrac: 0.5,
  });
  assertEquals(meter.ended, 2);
});

Deno.test("StageMeter.measure() begins anew after each measure", async () => {
  const { meter, clock, stats, work } = made(1);
  await work(1000);
  stats.blockedMs = 1000;
  meter.measure();
  clock.now += 500;
  const { busy, inPerS, outPerS, blockedFrac } = meter.measure();
  assertEquals([busy, inPerS, outPerS, blockedFrac], [0, 0, 0, 0]);
  assertEquals(meter.ended, 1);
});

Deno.test("StageMeter.measure() counts work that has begun as in, and as out when it ends", async () => {
  const { meter, clock } = made(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timed = meter.time(() => promise);
  clock.now += 1000;
  const during = meter.measure();
  assertEquals([during.inPerS, during.outPerS, meter.ended], [1, 0, 0]);
  resolve();
  await timed;
  clock.now += 1000;
  const after = meter.measure();
  assertEquals([after.inPerS, after.outPerS, meter.ended], [0, 1, 1]);
});

Deno.test("StageMeter.measure() counts work under way as busy, at each measure", async () => {
  const { meter, clock } = made(2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timed = meter.time(() => promise);
  const busy: number[] = [];
  for (const ms of [1000, 500]) {
    clock.now += ms;
    busy.push(meter.measure().busy);
  }
  const other = meter.time(() => promise);
  clock.now += 1000;
  busy.push(meter.measure().busy);
  clock.now += 500;
  resolve();
  await Promise.all([timed, other]);
  clock.now += 500;
  busy.push(meter.measure().busy);
  clock.now += 1000;
  busy.push(meter.measure().busy);
  assertEquals(busy, [0.5, 0.5, 1, 0.5, 0]);
});

Deno.test("StageMeter.time() counts work that throws as ended, and throws on", async () => {
  const { meter, clock } = made(1);
  await assertRejects(() => meter.time(() => Promise.reject(new Error("broken"))), Error, "broken");
  clock.now += 1000;
  assertEquals([meter.ended, meter.measure().outPerS], [1, 1]);
});

Deno.test("StageMeter.measure() gives finite figures when no time has passed", () => {
  const { meter, stats } = made(1);
  stats.blockedMs = 50;
  const { busy, inPerS, blockedFrac } = meter.measure();
  assertEquals([busy, inPerS, blockedFrac], [0, 0, 1]);
});

Deno.test("StageMeter without an outbox is never blocked", () => {
  const { meter, clock } = made(1, false);
  clock.now += 100;
  assertEquals(meter.measure().blockedFrac, 0);
});

Deno.test("StageMeter.measure() counts what is held ahead of a worker as waiting", async () => {
  const { meter, stats } = made(2, true, 6);
  stats.depth = 1;
  const gate = Promise.withResolvers<void>();
  const held = Array.from({ length: 5 }, () => meter.time(() => gate.promise));
  const { queueDepth, queueCapacity } = meter.measure();
  assertEquals([queueDepth, queueCapacity], [4, 14]);
  gate.resolve();
  await Promise.all(held);
  assertEquals(meter.measure().queueDepth, 1);
});
