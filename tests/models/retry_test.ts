import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mock } from "node:test";
import fc from "fast-check";
import { ModelError, type ModelErrorKind } from "../../models/client.ts";
import {
  DEFAULT_RETRY,
  realDelay,
  retryAfterMs,
  retryDelayMs,
  retryPolicy,
  withRetries,
} from "../../models/retry.ts";

const RETRY_AFTER: [headers: Record<string, string>, ms: number | null][] = [
  [{}, null],
  [{ "retry-after": "2" }, 2000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "-3" }, 0],
  [{ "retry-after": "soon" }, null],
  [{ "retry-after": "" }, null],
  [{ "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" }, 50_000],
  [{ "retry-after": "Thu, 01 Jan 1970 00:00:01 GMT" }, 0],
  [{ "retry-after-ms": "30", "retry-after": "2" }, 30],
  [{ "retry-after-ms": "x", "retry-after": "2" }, 2000],
];

for (const [headers, ms] of RETRY_AFTER) {
  Deno.test(`retryAfterMs() reads ${JSON.stringify(headers)}`, () => {
    assertEquals(retryAfterMs(new Headers(headers), 10_000), ms);
  });
}

Deno.test("retryDelayMs() doubles within bounds and never comes earlier than asked", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.nat(60), random, (retries, chance) => {
    const bound = Math.min(60_000, 500 * 2 ** retries);
    const ms = retryDelayMs(retries, null, DEFAULT_RETRY, () => chance);
    assert(ms >= bound / 2 && ms <= bound, `${ms}`);
  }));
  fc.assert(fc.property(fc.nat(60), fc.nat(60_000), random, (retries, askedMs, chance) => {
    const ms = retryDelayMs(retries, askedMs, DEFAULT_RETRY, () => chance);
    assert(ms >= askedMs && ms <= askedMs + 500, `${ms}`);
  }));
});

Deno.test("withRetries() tries passing failures maxAttempts times, final ones once", async () => {
  const tries: Record<ModelErrorKind, number> = {
    exhausted: 1,
    unreachable: 3,
    timeout: 3,
    busy: 3,
    server: 3,
    bad_reply: 3,
    unauthorised: 1,
    refused: 1,
  };
  for (const [kind, expected] of Object.entries(tries)) {
    let count = 0;
    const error = await assertRejects(
      () =>
        withRetries(() => {
          count++;
          return Promise.reject(new ModelError(kind as ModelErrorKind, "no", { status: 500 }));
        }, {
          policy: retryPolicy({ maxAttempts: 3 }),
          random: () => 0,
          delay: () => Promise.resolve(),
        }),
      ModelError,
    ) as ModelError;
    assertEquals([error.kind, error.status, count], [kind, 500, expected]);
  }
});

Deno.test("withRetries() lets errors that are not the model's through", async () => {
  let count = 0;
  await assertRejects(
    () =>
      withRetries(() => {
        count++;
        return Promise.reject(new RangeError("a fault of ours"));
      }, { policy: DEFAULT_RETRY, random: () => 0, delay: () => Promise.resolve() }),
    RangeError,
  );
  assertEquals(count, 1);
});

Deno.test("withRetries() does not start when the signal has aborted", async () => {
  const signal = AbortSignal.abort(new Error("over"));
  let count = 0;
  await assertRejects(
    () =>
      withRetries(() => Promise.resolve(count++), {
        policy: DEFAULT_RETRY,
        random: () => 0,
        delay: () => Promise.resolve(),
        signal,
      }),
    Error,
    "over",
  );
  assertEquals(count, 0);
});

Deno.test("realDelay() waits, and stops waiting when the signal aborts", async () => {
  const stop = new AbortController();
  const stopped = assertRejects(() => realDelay(600_000, stop.signal));
  stop.abort();
  await stopped;
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let over = false;
    const wait = realDelay(600_000).then(() => over = true);
    mock.timers.tick(599_999);
    await Promise.resolve();
    assertEquals(over, false);
    mock.timers.tick(1);
    await wait;
  } finally {
    mock.timers.reset();
  }
});

Deno.test("retryPolicy() refuses bounds that cannot be kept", () => {
  assertEquals(retryPolicy(), DEFAULT_RETRY);
  for (
    const bad of [
      { maxAttempts: 0 },
      { maxAttempts: 1.5 },
      { minDelayMs: -1 },
      { minDelayMs: 2, maxDelayMs: 1 },
      { maxDelayMs: Infinity },
      { maxDelayMs: NaN },
    ]
  ) assertThrows(() => retryPolicy(bad), RangeError);
});
