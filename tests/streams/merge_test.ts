import { assert, assertEquals, assertRejects } from "@std/assert";
import { Channel, ChannelClosedError } from "../../streams/channel.ts";
import { merge } from "../../streams/merge.ts";
import { testOperatorContract } from "./operator_contract.ts";
import { isPending, ticks } from "./ticks.ts";

testOperatorContract({
  name: "merge(one)",
  apply: (source, options) => merge([source], options),
  result: (value) => value,
  held: 1,
});

function sources(count: number, highWaterMark = 10): Channel<string>[] {
  return Array.from({ length: count }, () => new Channel<string>({ highWaterMark }));
}

Deno.test("merge() gives values of all sources and keeps the order within each", async () => {
  const [a, b] = sources(2);
  const out = merge([a, b], { highWaterMark: 2 });
  for (const i of [1, 2, 3]) {
    await a.send(`a${i}`);
    await b.send(`b${i}`);
  }
  a.close();
  b.close();
  const all = await Array.fromAsync(out);
  assertEquals(all.filter((value) => value.startsWith("a")), ["a1", "a2", "a3"]);
  assertEquals(all.filter((value) => value.startsWith("b")), ["b1", "b2", "b3"]);
  assertEquals(all.length, 6);
});

Deno.test("merge() ends when the last source has", async () => {
  const [a, b] = sources(2);
  const out = merge([a, b], { highWaterMark: 1 });
  a.close();
  const receiving = out.receive();
  assert(await isPending(receiving));
  b.close();
  assertEquals(await receiving, { done: true, value: undefined });
});

Deno.test("merge() of nothing is done", async () => {
  assertEquals(await Array.fromAsync(merge([], { highWaterMark: 1 })), []);
});

Deno.test("merge() lets no source crowd out another", async () => {
  const [busy, rare] = sources(2, 100);
  for (let i = 0; i < 50; i++) await busy.send("busy");
  const out = merge([busy, rare], { highWaterMark: 1 });
  await ticks();
  await rare.send("rare");
  await ticks();
  const next = [];
  for (let i = 0; i < 3; i++) next.push((await out.receive()).value);
  assert(next.includes("rare"), `got ${next}`); // behind the one buffered and the one waiting
  out.cancel();
});

Deno.test("merge() holds one value of each source when its output is full", async () => {
  const [a, b] = sources(2);
  const out = merge([a, b], { highWaterMark: 1 });
  for (let i = 0; i < 5; i++) {
    await a.send("a");
    await b.send("b");
  }
  await ticks();
  assertEquals(a.depth + b.depth, 10 - 2 - 1);
  out.cancel();
});

Deno.test("merge() fails with the first error and cancels the other sources", async () => {
  const [a, b] = sources(2);
  const out = merge([a, b], { highWaterMark: 1 });
  a.fail(new Error("sampler failed"));
  await assertRejects(() => out.receive(), Error, "sampler failed");
  await assertRejects(() => b.send("late"), ChannelClosedError);
  assertEquals(b.stats().waitingReceivers, 0);
});
