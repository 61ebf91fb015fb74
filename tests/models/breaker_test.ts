import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  breaker,
  BREAKER_START,
  type BreakerEvent,
  type BreakerState,
  isLost,
} from "../../models/breaker.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../../models/retry.ts";

const POLICY: RetryPolicy = { maxAttempts: 4, minDelayMs: 100, maxDelayMs: 1000 };

function failed(startedAtMs: number, more: object = {}): BreakerEvent {
  return { kind: "failed", startedAtMs, endedAtMs: startedAtMs + 1, ...more };
}

function after(...events: BreakerEvent[]): BreakerState {
  return events.reduce((state, event) => breaker(state, event, POLICY), BREAKER_START);
}

Deno.test("breaker() opens after three failures in a row, not with a reply between them", () => {
  assertEquals(after(failed(0), failed(1)).mode, "closed");
  assertEquals(after(failed(0), failed(1), { kind: "ok" }, failed(2), failed(3)).mode, "closed");
  const open = after(failed(0), failed(1), failed(2));
  assertEquals([open.mode, open.untilMs, open.trips], ["open", 103, 1]);
});

Deno.test("breaker() opens at once for Retry-After, as long as asked, and for a wrong key", () => {
  assertEquals(after(failed(0, { retryAfterMs: 700 })).untilMs, 701);
  assertEquals(after(failed(0, { retryAfterMs: 0 })).untilMs, 101);
  assertEquals(after(failed(0, { final: true })).untilMs, 1001);
});

Deno.test("breaker() takes no notice of failures of attempts from before it opened", () => {
  const open = after(failed(0), failed(1), failed(2));
  const trial = breaker(open, { kind: "healthy" }, POLICY);
  assertEquals(breaker(open, failed(2), POLICY), open);
  assertEquals(breaker(trial, failed(2), POLICY), trial);
  assertEquals(breaker(trial, failed(50), POLICY).mode, "open");
});

Deno.test("breaker() doubles its pause until a reply comes; a health check is none", () => {
  let state = after(failed(0, { retryAfterMs: 0 }));
  const pauses: number[] = [];
  for (const atMs of [1000, 2000, 3000, 4000, 5000]) {
    state = breaker(state, { kind: "unhealthy", atMs }, POLICY);
    pauses.push(state.untilMs - atMs);
  }
  assertEquals(pauses, [200, 400, 800, 1000, 1000]);
  state = breaker(state, { kind: "healthy" }, POLICY);
  state = breaker(state, failed(6000), POLICY);
  assertEquals([state.mode, state.untilMs - 6001], ["open", 1000]);
  assertEquals(breaker(state, { kind: "ok" }, POLICY).trips, 0);
});

Deno.test("isLost() is said of an endpoint down for as many pauses as a request has tries", () => {
  let state = after(failed(0, { retryAfterMs: 0 }));
  const lost = [state.trips];
  while (!isLost(state, state.untilMs, POLICY)) {
    state = breaker(state, { kind: "unhealthy", atMs: state.untilMs }, POLICY);
    lost.push(state.trips);
  }
  assertEquals(lost, [1, 2, 3, 4]);
  assert(isLost(after(failed(0, { retryAfterMs: 1002 })), 1, POLICY), "asks for too long a wait");
  assert(!isLost(BREAKER_START, 0, POLICY));
});

Deno.test("breaker() is open only with an end in sight, and lets nobody in then", () => {
  const time = fc.nat(100_000);
  const event: fc.Arbitrary<BreakerEvent> = fc.oneof(
    fc.constant({ kind: "ok" } as const),
    fc.constant({ kind: "healthy" } as const),
    fc.record({ kind: fc.constant("unhealthy" as const), atMs: time }),
    time.map((ms) => failed(ms) as BreakerEvent),
    fc.tuple(time, fc.nat(5000)).map(([ms, retryAfterMs]) => failed(ms, { retryAfterMs })),
  );
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    let state = BREAKER_START;
    for (const event of events) {
      const before = state;
      state = breaker(state, event, DEFAULT_RETRY);
      if (event.kind === "ok") assertEquals([state.mode, state.trips], ["closed", 0]);
      if (state.mode === "open") {
        assert(state.trips >= 1);
        assert(state.untilMs >= state.openedAtMs! + DEFAULT_RETRY.minDelayMs);
      }
      // Only a reply or a health check lets requests in again.
      if (before.mode === "open" && state.mode !== "open") {
        assert(event.kind === "ok" || event.kind === "healthy");
      }
    }
  }));
});
