import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { aimd, type AimdEvent, aimdStart, type AimdState } from "../../models/limit.ts";
import type { ServerLoad } from "../../models/server_load.ts";

const BOUNDS = { min: 1, max: 64, initial: 4 };

function ok(startedAtMs: number, tookMs: number, inFlight: number): AimdEvent {
  return { kind: "ok", startedAtMs, endedAtMs: startedAtMs + tookMs, inFlight };
}

function busy(startedAtMs: number): AimdEvent {
  return { kind: "busy", startedAtMs, endedAtMs: startedAtMs + 10, inFlight: 1 };
}

function load(atMs: number, changes: Partial<ServerLoad>): AimdEvent {
  const idle = { waiting: 0, running: 4, cacheUsage: 0.1, preempted: 0 };
  return { kind: "load", atMs, load: { ...idle, ...changes } };
}

function after(...events: AimdEvent[]): AimdState {
  return events.reduce((state, event) => aimd(state, event, BOUNDS), aimdStart(BOUNDS));
}

Deno.test("aimd() doubles a turnover until the first refusal, then grows by one", () => {
  const turnover = (state: AimdState, atMs: number) => {
    const size = Math.floor(state.limit);
    for (let i = 0; i < size; i++) {
      state = aimd(state, ok(atMs, 100, Math.floor(state.limit)), BOUNDS);
    }
    return state;
  };
  let state = turnover(aimdStart(BOUNDS), 0);
  assertEquals(state.limit, 8);
  state = turnover(state, 100);
  assertEquals(state.limit, 16);
  state = aimd(state, busy(200), BOUNDS);
  assertEquals(state.limit, 12.8);
  const grown = turnover(state, 300).limit - state.limit;
  assert(grown > 0.8 && grown <= 1, `${grown}`);
});

Deno.test("aimd() cuts once for all requests that started before the cut", () => {
  const once = after(busy(0));
  assertEquals(once.limit, 4 * 0.8);
  assertEquals(after(busy(0), busy(5), busy(9)).limit, once.limit);
  assertEquals(after(busy(0), busy(10)).limit, 4 * 0.8 * 0.8);
});

Deno.test("aimd() does not grow where the limit held nothing back", () => {
  assertEquals(after(ok(0, 100, 1), ok(0, 100, 3)).limit, 4);
  assertEquals(after(ok(0, 100, 4)).limit, 5);
});

Deno.test("aimd() stops growing when replies take three times the least time, and goes on after", () => {
  const slow = Array.from({ length: 60 }, (_, i) => ok(i * 400, 400, 64));
  const held = after(ok(0, 100, 1), ...slow);
  assert(held.limit < 64, `${held.limit}`);
  assertEquals(aimd(held, ok(99_000, 400, 64), BOUNDS).limit, held.limit);
  const quick = Array.from({ length: 60 }, (_, i) => ok(100_000 + i * 100, 100, 64));
  assert(quick.reduce((state, event) => aimd(state, event, BOUNDS), held).limit > held.limit);
});

Deno.test("aimd() keeps the limit within its bounds whatever happens", () => {
  const ended = fc.record({
    kind: fc.constantFrom("ok" as const, "busy" as const),
    startedAtMs: fc.nat(10_000),
    endedAtMs: fc.nat(10_000).map((ms) => ms + 10_000),
    inFlight: fc.integer({ min: 1, max: 100 }),
  });
  const look = fc.record({
    kind: fc.constant("load" as const),
    atMs: fc.nat(20_000),
    load: fc.record({
      waiting: fc.nat(100),
      running: fc.nat(100),
      cacheUsage: fc.double({ min: 0, max: 1, noNaN: true }),
      preempted: fc.nat(5),
    }),
  });
  const event = fc.oneof(ended, look);
  fc.assert(fc.property(fc.array(event, { maxLength: 300 }), (events) => {
    let state = aimdStart(BOUNDS);
    for (const event of events) {
      const next = aimd(state, event, BOUNDS);
      assert(next.limit >= 1 && next.limit <= 64);
      assert(event.kind === "ok" ? next.limit >= state.limit : next.limit <= state.limit);
      state = next;
    }
  }));
});

Deno.test("aimdStart() refuses impossible bounds", () => {
  for (const bounds of [{ min: 0, max: 1 }, { min: 2, max: 1 }, { min: NaN, max: 1 }]) {
    assertThrows(() => aimdStart(bounds), RangeError);
  }
  assertEquals(aimdStart({ min: 1, max: 2 }).limit, 2);
});

const FULL = Array.from({ length: 4 }, (_, i) => ok(1000 + i, 100, 64));

Deno.test("aimd() does not grow while requests wait in the server or its cache is nearly full", () => {
  for (const full of [{ waiting: 1 }, { cacheUsage: 0.81 }]) {
    assertEquals(after(load(900, full), ...FULL).limit, 4);
  }
  assertEquals(after(load(900, {}), ...FULL).limit, 8);
});

Deno.test("aimd() forgets what the server said after 15 s without a word", () => {
  const late = (ms: number) => after(load(0, { waiting: 9 }), ok(ms - 100, 100, 4)).limit;
  assertEquals([late(15_000), late(15_001)], [4, 5]);
});

Deno.test("aimd() cuts when the cache overflows, or requests were taken back", () => {
  assertEquals(after(load(0, { cacheUsage: 0.91 })).limit, 4 * 0.8);
  // The first look tells how often it had happened before.
  assertEquals(after(load(0, { preempted: 7 })).limit, 4);
  assertEquals(after(load(0, { preempted: 7 }), load(5000, { preempted: 8 })).limit, 4 * 0.8);
});

Deno.test("aimd() cuts when a queue has stood for six looks, and then counts anew", () => {
  const looks = (n: number) =>
    after(...Array.from({ length: n }, (_, i) => load(i * 5000, { waiting: 3, running: 4 })));
  assertEquals([looks(5).limit, looks(6).limit, looks(11).limit], [4, 4 * 0.9, 4 * 0.9]);
  assertEquals(looks(12).limit, 4 * 0.9 * 0.9);
  const broken = [...Array(5).fill({ waiting: 3 }), {}, { waiting: 3 }];
  assertEquals(after(...broken.map((it, i) => load(i * 5000, it))).limit, 4);
});
