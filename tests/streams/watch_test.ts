import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mock } from "node:test";
import fc from "fast-check";
import { filter, of, Subject } from "rxjs";
import { type Gap, watch } from "../../streams/watch.ts";
import { isPending } from "./ticks.ts";

interface Line {
  readonly seq: number;
}

const DONE = { done: true, value: undefined };

Deno.test("watch() gives events in order and waits for the next", async () => {
  const lines = new Subject<Line>();
  const watching = watch(lines, { highWaterMark: 2 });
  lines.next({ seq: 1 });
  assertEquals((await watching.next()).value, { seq: 1 });
  const next = watching.next();
  assert(await isPending(next));
  lines.next({ seq: 2 });
  assertEquals((await next).value, { seq: 2 });
  watching.return();
});

Deno.test("watch() tells each gap once, in front of what follows it", async () => {
  const lines = new Subject<Line>();
  const watching = watch(lines, { highWaterMark: 2 });
  for (let seq = 1; seq <= 3; seq++) lines.next({ seq });
  assertEquals((await watching.next()).value, { dropped: 1, from: 1, to: 1 });
  assertEquals((await watching.next()).value, { seq: 2 });
  for (let seq = 4; seq <= 7; seq++) lines.next({ seq });
  assertEquals((await watching.next()).value, { dropped: 3, from: 3, to: 5 });
  assertEquals((await watching.next()).value, { seq: 6 });
  assertEquals((await watching.next()).value, { seq: 7 });
  assertEquals(watching.dropped, 4);
  watching.return();
});

Deno.test("watch() counts only what its own source gave", async () => {
  const lines = new Subject<Line>();
  const even = lines.pipe(filter(({ seq }) => seq % 2 === 0));
  const watching = watch(even, { highWaterMark: 1 });
  for (let seq = 1; seq <= 8; seq++) lines.next({ seq });
  assertEquals((await watching.next()).value, { dropped: 3, from: 2, to: 6 });
  watching.return();
});

Deno.test("watch() gives the rest, then done, when its source completes", async () => {
  const watching = watch(of({ seq: 1 }, { seq: 2 }), { highWaterMark: 4 });
  assertEquals(await Array.fromAsync(watching), [{ seq: 1 }, { seq: 2 }]);
  assertEquals(await watching.next(), DONE);
});

Deno.test("watch() gives the rest, then rejects, when its source errors", async () => {
  const lines = new Subject<Line>();
  const watching = watch(lines, { highWaterMark: 4 });
  lines.next({ seq: 1 });
  lines.error(new Error("journal broke"));
  assertEquals((await watching.next()).value, { seq: 1 });
  await assertRejects(() => watching.next(), Error, "journal broke");
});

Deno.test("watch() lets go of its source when left, disposed or aborted", async () => {
  const lines = new Subject<Line>();
  const controller = new AbortController();
  const left = watch(lines, { highWaterMark: 1 });
  const aborted = watch(lines, { highWaterMark: 1, signal: controller.signal });
  const waiting = aborted.next();
  {
    using disposed = watch(lines, { highWaterMark: 1 });
    lines.next({ seq: 1 });
    assertEquals((await disposed.next()).value, { seq: 1 });
  }
  for await (const _ of left) break;
  assertEquals((await waiting).value, { seq: 1 });
  const last = aborted.next();
  controller.abort();
  assertEquals(await last, DONE);
  assertEquals(lines.observed, false);
  const late = watch(lines, { highWaterMark: 1, signal: controller.signal });
  assertEquals(await late.next(), DONE);
  assertEquals(lines.observed, false);
});

Deno.test("watch() lets go of its signal when it ends first", () => {
  const { signal } = new AbortController();
  const add = mock.method(signal, "addEventListener");
  const remove = mock.method(signal, "removeEventListener");
  const lines = new Subject<Line>();
  watch(lines, { highWaterMark: 1, signal }).return();
  watch(lines, { highWaterMark: 1, signal });
  lines.complete();
  watch(lines, { highWaterMark: 1, signal }); // over before it begins
  const added = add.mock.calls.map((call) => call.arguments[1]);
  assertEquals(added.length, 2);
  assertEquals(remove.mock.calls.map((call) => call.arguments[1]).slice(0, 2), added);
});

Deno.test("watch() refuses a mark that is not an integer >= 1", () => {
  assertThrows(() => watch(of<Line>(), { highWaterMark: 0 }), RangeError, "got 0");
});

Deno.test("watch() accounts for every event, read or dropped", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.boolean(), { maxLength: 60 }),
    fc.integer({ min: 1, max: 5 }),
    async (steps, highWaterMark) => {
      const lines = new Subject<Line>();
      const watching = watch(lines, { highWaterMark });
      const reads: ReturnType<typeof watching.next>[] = [];
      let seq = 0;
      for (const emit of steps) {
        if (emit) lines.next({ seq: ++seq });
        else reads.push(watching.next());
      }
      lines.complete();
      const read: (Line | Gap)[] = [];
      for (const { done, value } of await Promise.all(reads)) if (!done) read.push(value);
      read.push(...await Array.fromAsync(watching));
      let next = 1;
      for (const item of read) {
        if ("seq" in item) assertEquals(item.seq, next++);
        else {
          assertEquals([item.from, item.to - item.from + 1], [next, item.dropped]);
          next = item.to + 1;
        }
      }
      assertEquals(next - 1, seq);
    },
  ));
});
