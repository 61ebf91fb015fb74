/** What every channel operator keeps, whatever it does to the values. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Channel, ChannelClosedError, type Receiver } from "../../streams/channel.ts";
import type { DeriveOptions } from "../../streams/derive.ts";
import { isPending, ticks } from "./ticks.ts";

/** An operator set up to give one result for each number, in order. */
export interface OperatorCase {
  readonly name: string;
  readonly apply: (source: Receiver<number>, options: DeriveOptions) => Receiver<unknown>;
  /** The result for a value. */
  readonly result: (value: number) => unknown;
  /** Values it holds between the two channels when its output is full. */
  readonly held: number;
}

/** Registers the tests of one operator. */
export function testOperatorContract({ name, apply, result, held }: OperatorCase): void {
  function open(highWaterMark: number, signal?: AbortSignal) {
    const source = new Channel<number>({ highWaterMark: 1 });
    return { source, out: apply(source.receiver, { highWaterMark, signal }) };
  }

  Deno.test(`${name} keeps order, and close drains`, async () => {
    const { source, out } = open(2);
    const values = Array.from({ length: 50 }, (_, i) => i);
    const sending = (async () => {
      for (const value of values) await source.send(value);
      source.close();
    })();
    assertEquals(await Array.fromAsync(out), values.map(result));
    await sending;
    assertEquals(await out.receive(), { done: true, value: undefined });
  });

  Deno.test(`${name} blocks at the mark, and one receive frees one send`, async () => {
    const highWaterMark = 3;
    const { source, out } = open(highWaterMark);
    let accepted = 0;
    for (let i = 0; i < 30; i++) void source.send(i).then(() => accepted++);
    await ticks();
    const full = source.capacity + held + highWaterMark;
    assertEquals(accepted, full);
    for (let i = 1; i <= 5; i++) {
      assertEquals(await out.receive(), { done: false, value: result(i - 1) });
      await ticks();
      assertEquals(accepted, full + i);
    }
    source.close();
    assertEquals((await Array.fromAsync(out)).length, 25);
  });

  Deno.test(`${name} carries an error's reason behind the results before it`, async () => {
    const { source, out } = open(8);
    const reason = new Error("source broke");
    await source.send(1);
    await source.send(2);
    source.fail(reason);
    await ticks();
    assertEquals(await out.receive(), { done: false, value: result(1) });
    assertEquals(await out.receive(), { done: false, value: result(2) });
    assertStrictEquals(await assertRejects(() => out.receive()), reason);
    assertStrictEquals(await assertRejects(() => out.receive()), reason);
  });

  Deno.test(`${name} stops at its signal and leaves no waiter`, async () => {
    const controller = new AbortController();
    const { source, out } = open(1, controller.signal);
    const reason = new Error("stopped");
    const receiving = out.receive();
    assertEquals(await isPending(receiving), true);
    assertEquals(source.stats().waitingReceivers, 1);
    controller.abort(reason);
    assertStrictEquals(await assertRejects(() => receiving), reason);
    await ticks();
    assertEquals(source.stats().waitingReceivers, 0);
    await assertRejects(() => source.send(1), ChannelClosedError);
  });

  Deno.test(`${name} passes its receiver's cancel on and leaves no waiter`, async () => {
    const { source, out } = open(1);
    const sends = Array.from({ length: 30 }, (_, i) => source.send(i));
    const refused = Promise.allSettled(sends);
    await ticks();
    out.cancel();
    const kinds = (await refused).map(({ status }) => status);
    assertEquals(kinds.lastIndexOf("fulfilled"), source.capacity + held);
    const { waitingReceivers, waitingSenders } = source.stats();
    assertEquals({ waitingReceivers, waitingSenders }, { waitingReceivers: 0, waitingSenders: 0 });
    assertEquals(source.cancelled.aborted, true);
    assertEquals(await out.receive(), { done: true, value: undefined });
  });
}
