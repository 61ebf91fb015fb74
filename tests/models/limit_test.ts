import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  aimd,
  type AimdEvent,
  aimdStart,
  type AimdState,
  attemptGate,
} from "../../models/limit.ts";

const BOUNDS = { min: 1, max: 64, initial: 4 };

function ok(startedAtMs: number, tookMs: number, inFlight: number): AimdEvent {
  return { kind: "ok", startedAtMs, endedAtMs: startedAtMs + tookMs, inFlight };
}

function busy(startedAtMs: number): AimdEvent {
  return { kind: "busy", startedAtMs, endedAtMs: startedAtMs + 10, inFlight: 1 };
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
  const event = fc.record({
    kind: fc.constantFrom("ok" as const, "busy" as const),
    startedAtMs: fc.nat(10_000),
    endedAtMs: fc.nat(10_000).map((ms) => ms + 10_000),
    inFlight: fc.integer({ min: 1, max: 100 }),
  });
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

/** Lets all promises that are ready run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("attemptGate() lets no more in than the limit, in order of coming", async () => {
  const gate = attemptGate({ min: 1, max: 2, initial: 2 }, () => 0);
  const order: number[] = [];
  const places = [0, 1, 2, 3].map(async (i) => {
    const leave = await gate.enter();
    order.push(i);
    return leave;
  });
  await settle();
  assertEquals([order, gate.inFlight, gate.waiting], [[0, 1], 2, 2]);
  (await places[1])("failed");
  await settle();
  assertEquals([order, gate.inFlight, gate.waiting], [[0, 1, 2], 2, 1]);
  (await places[0])("busy");
  await settle();
  assertEquals([order, gate.inFlight, gate.waiting], [[0, 1, 2], 1, 1]);
  (await places[2])("ok");
  (await places[3])("ok");
  assertEquals([order, gate.inFlight, gate.waiting], [[0, 1, 2, 3], 0, 0]);
});

Deno.test("attemptGate() follows what attempts report", async () => {
  const gate = attemptGate({ min: 1, max: 8, initial: 1 }, () => 0);
  (await gate.enter())("ok");
  assertEquals(gate.state.limit, 2);
  (await gate.enter())("failed");
  assertEquals(gate.state.limit, 2);
  (await gate.enter())("busy");
  assertEquals(gate.state.limit, 1.6);
});

Deno.test("attemptGate() forgets a waiter whose signal aborts", async () => {
  const gate = attemptGate({ min: 1, max: 1 }, () => 0);
  const first = await gate.enter();
  const stop = new AbortController();
  const second = assertRejects(() => gate.enter(stop.signal), Error, "over");
  await settle();
  assertEquals(gate.waiting, 1);
  stop.abort(new Error("over"));
  await second;
  assertEquals([gate.inFlight, gate.waiting], [1, 0]);
  await assertRejects(() => gate.enter(stop.signal), Error, "over");
  first("ok");
  (await gate.enter())("ok");
  assertEquals(gate.inFlight, 0);
});

Deno.test("attemptGate() takes a place back only once", async () => {
  const gate = attemptGate({ min: 1, max: 1 }, () => 0);
  const leave = await gate.enter();
  leave("ok");
  assertThrows(() => leave("ok"), TypeError);
  assertEquals(gate.inFlight, 0);
});
