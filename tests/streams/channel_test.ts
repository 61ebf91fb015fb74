import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Channel, ChannelClosedError } from "../../streams/channel.ts";
import { isPending, ticks } from "./ticks.ts";

const DONE = { done: true, value: undefined };

function value<T>(value: T) {
  return { done: false, value };
}

Deno.test("Channel() refuses a mark that is not an integer >= 1", () => {
  for (const highWaterMark of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => new Channel({ highWaterMark, name: "candidates" }),
      RangeError,
      `Cannot make candidates: highWaterMark must be an integer >= 1, got ${highWaterMark}`,
    );
  }
});

Deno.test("Channel gives values in order, also after its ring has wrapped", async () => {
  const channel = new Channel<number>({ highWaterMark: 3 });
  for (let i = 0; i < 10; i++) {
    await channel.send(2 * i);
    await channel.send(2 * i + 1);
    assertEquals(await channel.receive(), value(2 * i));
    assertEquals(await channel.receive(), value(2 * i + 1));
  }
});

Deno.test("Channel.send() blocks at the mark, and one receive frees one send", async () => {
  const channel = new Channel<string>({ highWaterMark: 2 });
  await channel.send("a");
  await channel.send("b");
  const third = channel.send("c");
  const fourth = channel.send("d");
  assert(await isPending(third));
  assertEquals(await channel.receive(), value("a"));
  await third;
  assert(await isPending(fourth));
  assertEquals([channel.depth, channel.capacity], [2, 2]);
  assertEquals(await channel.receive(), value("b"));
  await fourth;
});

Deno.test("Channel.receive() waits, and waiting receivers are served in order", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  const receives = [channel.receive(), channel.receive()];
  assert(await isPending(receives[0]));
  await channel.send(1);
  assert(await isPending(receives[1]));
  await channel.send(2);
  assertEquals(await Promise.all(receives), [value(1), value(2)]);
});

Deno.test("Channel carries undefined as a value", async () => {
  const channel = new Channel<undefined>({ highWaterMark: 1 });
  await channel.send(undefined);
  assertEquals(await channel.receive(), value(undefined));
});

Deno.test("Channel.close() drains what is buffered and what waits, then gives done", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  await channel.send(1);
  const waiting = channel.send(2);
  channel.close();
  assert(await isPending(waiting));
  assertEquals(await Array.fromAsync(channel.receiver), [1, 2]);
  await waiting;
  assertEquals(await channel.receive(), DONE);
});

Deno.test("Channel.close() gives waiting receivers done, and later sends are refused", async () => {
  const channel = new Channel<number>({ highWaterMark: 1, name: "evaluations" });
  const receives = [channel.receive(), channel.receive()];
  channel.close();
  assertEquals(await Promise.all(receives), [DONE, DONE]);
  await assertRejects(
    () => channel.send(1),
    ChannelClosedError,
    "Cannot send to evaluations: it is closed",
  );
});

Deno.test("Channel.fail() carries its reason behind the values, to every receive", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  const reason = new Error("model lost");
  await channel.send(1);
  const waiting = channel.send(2);
  channel.fail(reason);
  assertEquals(await channel.receive(), value(1));
  await waiting;
  assertEquals(await channel.receive(), value(2));
  assertStrictEquals(await assertRejects(() => channel.receive()), reason);
  assertStrictEquals(await assertRejects(() => channel.receive()), reason);
});

Deno.test("Channel.fail() rejects receivers that wait", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  const receiving = channel.receive();
  channel.fail("gone");
  assertEquals(await receiving.catch((reason) => reason), "gone");
});

Deno.test("Channel keeps its first end", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  channel.close();
  channel.fail(new Error("too late"));
  assertEquals(await channel.receive(), DONE);
  const failed = new Channel<number>({ highWaterMark: 1 });
  failed.fail("first");
  failed.close();
  failed.cancel();
  assertEquals(await failed.receive().catch((reason) => reason), "first");
});

Deno.test("Channel.cancel() drops the buffer, refuses senders, frees receivers", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  await channel.send(1);
  const waiting = assertRejects(() => channel.send(2), ChannelClosedError);
  channel.cancel("enough");
  await waiting;
  assertEquals(channel.cancelled.reason, "enough");
  assertEquals([channel.depth, channel.closed], [0, true]);
  assertEquals(await channel.receive(), DONE);
});

Deno.test("Channel cancels at the end of a using scope", async () => {
  let receiving;
  {
    using channel = new Channel<number>({ highWaterMark: 1 });
    receiving = channel.receive();
  }
  assertEquals(await receiving, DONE);
});

Deno.test("Channel.send() and receive() reject at once when already aborted", async () => {
  const channel = new Channel<number>({ highWaterMark: 2 });
  await channel.send(1);
  const signal = AbortSignal.abort("stop");
  assertEquals(await channel.send(2, signal).catch((reason) => reason), "stop");
  assertEquals(await channel.receive(signal).catch((reason) => reason), "stop");
  assertEquals(channel.depth, 1);
});

Deno.test("Channel abort takes out exactly its waiter", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  await channel.send(0);
  const controllers = [1, 2, 3].map(() => new AbortController());
  const sends = controllers.map(({ signal }, i) => channel.send(i + 1, signal));
  controllers[1].abort("second");
  assertEquals(await sends[1].catch((reason) => reason), "second");
  assertEquals(channel.stats().waitingSenders, 2);
  channel.close();
  assertEquals(await Array.fromAsync(channel.receiver), [0, 1, 3]);

  const empty = new Channel<number>({ highWaterMark: 1 });
  const receives = controllers.map((_, i) =>
    empty.receive(controllers[i].signal).catch(() => null)
  );
  assertEquals(empty.stats().waitingReceivers, 2);
  await empty.send(7);
  assertEquals(await Promise.all(receives.slice(0, 2)), [value(7), null]);
  empty.close();
  assertEquals(await receives[2], DONE);
});

Deno.test("Channel.send() served before its abort stays sent", async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  const controller = new AbortController();
  await channel.send(1);
  const sending = channel.send(2, controller.signal);
  await channel.receive();
  controller.abort();
  await sending;
  assertEquals(await channel.receive(), value(2));
});

Deno.test("Channel leaving a for await keeps the channel open", async () => {
  const channel = new Channel<number>({ highWaterMark: 4 });
  for (const i of [1, 2, 3]) await channel.send(i);
  for await (const _ of channel.receiver) break;
  assertEquals(await channel.receive(), value(2));
});

Deno.test("Channel.stats() counts values and waiting time", async () => {
  let time = 100;
  const channel = new Channel<number>({ highWaterMark: 1, now: () => time });
  await channel.send(1);
  const second = channel.send(2); // waits from 100
  time = 130;
  const third = channel.send(3); // waits from 130
  time = 150;
  assertEquals(channel.stats().blockedMs, 50 + 20);
  await channel.receive(); // frees the second
  await second;
  time = 200;
  assertEquals(channel.stats(), {
    sent: 2,
    received: 1,
    depth: 1,
    capacity: 1,
    waitingSenders: 1,
    waitingReceivers: 0,
    blockedMs: 50 + 70,
    starvedMs: 0,
  });
  await channel.receive();
  await third;
  await channel.receive();
  const starving = channel.receive();
  time = 260;
  assertEquals(channel.stats().starvedMs, 60);
  await channel.send(4);
  await starving;
  time = 300;
  const { sent, received, blockedMs, starvedMs } = channel.stats();
  assertEquals({ sent, received, blockedMs, starvedMs }, {
    sent: 4,
    received: 4,
    blockedMs: 120,
    starvedMs: 60,
  });
});

Deno.test("Channel loses, repeats and reorders nothing under any interleaving", async () => {
  type Step = { kind: "send" | "receive" | "tick" } | { kind: "abort"; pick: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ kind: "send" }) },
    { weight: 4, arbitrary: fc.constant<Step>({ kind: "receive" }) },
    { weight: 1, arbitrary: fc.nat().map((pick): Step => ({ kind: "abort", pick })) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: "tick" }) },
  );
  const run = async (highWaterMark: number, steps: Step[], close: boolean) => {
    const channel = new Channel<number>({ highWaterMark });
    const controllers: AbortController[] = [];
    const sends: Promise<number | null>[] = [];
    const receives: Promise<number | null>[] = [];
    const receive = (signal?: AbortSignal) =>
      channel.receive(signal).then((got) => got.done ? null : got.value, () => null);
    for (const item of steps) {
      const controller = new AbortController();
      if (item.kind === "send") {
        const id = sends.length;
        sends.push(channel.send(id, controller.signal).then(() => id, () => null));
        controllers.push(controller);
      } else if (item.kind === "receive") {
        receives.push(receive(controller.signal));
        controllers.push(controller);
      } else if (item.kind === "abort") {
        controllers[item.pick % Math.max(1, controllers.length)]?.abort();
      } else {
        await ticks();
      }
      assert(channel.depth <= highWaterMark);
      const { waitingSenders, waitingReceivers } = channel.stats();
      assert(waitingSenders === 0 || channel.depth === highWaterMark);
      assert(waitingReceivers === 0 || channel.depth === 0);
    }
    if (close) channel.close();
    else channel.fail("end");
    for (let i = 0; i < steps.length; i++) receives.push(receive());
    const accepted = (await Promise.all(sends)).filter((id) => id !== null);
    const received = (await Promise.all(receives)).filter((id) => id !== null);
    assertEquals(received, accepted);
    const { sent, received: taken, waitingSenders, waitingReceivers } = channel.stats();
    assertEquals([sent, taken], [accepted.length, accepted.length]);
    assertEquals([waitingSenders, waitingReceivers], [0, 0]);
  };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step), fc.boolean(), run),
    { numRuns: 300 },
  );
});
