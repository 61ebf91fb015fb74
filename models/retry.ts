/**
 * When to ask a model again: bounded exponential back-off with jitter that honours `Retry-After`.
 *
 * Own code, because `@std/async/retry` computes its waits itself and takes neither a wait from the
 * server nor a clock, a random source or a delay from outside. This is the only place that retries.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ModelError } from "./client.ts";

/** Bounds of retrying. */
export interface RetryPolicy {
  /** Requests sent for one answer, the first included. @default 6 */
  readonly maxAttempts: number;
  /** Wait before the first retry, doubled at each further one; in ms. @default 500 */
  readonly minDelayMs: number;
  /**
   * Longest wait, in ms. A server that asks for a longer one is not asked again: an earlier request
   * would be refused, and the caller may have better things to do. @default 60000
   */
  readonly maxDelayMs: number;
}

/** Waits of 0.5, 1, 2, 4 and 8 seconds before jitter: a busy server, not one that restarts. */
export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 6, minDelayMs: 500, maxDelayMs: 60_000 };

/**
 * The default policy with some bounds replaced.
 *
 * @throws {RangeError} for bounds that cannot be kept.
 */
export function retryPolicy(bounds: Partial<RetryPolicy> = {}): RetryPolicy {
  const policy = { ...DEFAULT_RETRY, ...bounds };
  const { maxAttempts, minDelayMs, maxDelayMs } = policy;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`maxAttempts must be an integer of at least 1, got ${maxAttempts}`);
  }
  if (!(minDelayMs >= 0 && maxDelayMs >= minDelayMs && maxDelayMs < Infinity)) {
    throw new RangeError(
      `delays must satisfy 0 <= minDelayMs <= maxDelayMs, got ${minDelayMs} and ${maxDelayMs}`,
    );
  }
  return policy;
}

/** Resolves after `ms` milliseconds; rejects when the signal aborts. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The clock's own {@link Delay}. */
export async function realDelay(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}

/** What {@link withRetries} needs of the world. */
export interface RetryOptions {
  /** Its bounds. */
  readonly policy: RetryPolicy;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Waits between tries. */
  readonly delay: Delay;
  /** Ends waiting and trying. */
  readonly signal?: AbortSignal;
  /**
   * Says how long to wait after a failure, in ms; null gives up.
   * @default {retryWait} by the policy; what will not pass is given up
   */
  readonly decide?: (failure: ModelError, retries: number) => number | null;
}

/** The wait of `retry-after-ms` or `retry-after` (seconds or a date) in ms, null when there is none. */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const ms = headers.get("retry-after-ms")?.trim();
  if (ms && Number.isFinite(Number(ms))) return Math.max(0, Number(ms));
  const text = headers.get("retry-after")?.trim();
  if (!text) return null;
  const wait = Number.isFinite(Number(text)) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/**
 * Wait before the next attempt, in ms.
 *
 * Without a word from the server: uniform in the upper half of `minDelayMs · 2^retries`, capped. With
 * one: never earlier than asked, and up to `minDelayMs` later so that clients do not return at once.
 *
 * @param retries Retries made so far.
 * @param askedMs What the server asked for, or null.
 */
export function retryDelayMs(
  retries: number,
  askedMs: number | null,
  policy: RetryPolicy,
  random: () => number,
): number {
  if (askedMs !== null) return askedMs + random() * policy.minDelayMs;
  const bound = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** retries);
  return bound * (0.5 + 0.5 * random());
}

/**
 * How long to wait after a failure, by the policy alone; null gives up.
 *
 * @param retries Retries made so far.
 */
export function retryWait(
  failure: ModelError,
  retries: number,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  const askedMs = failure.retryAfterMs ?? null;
  if (!failure.passing || retries + 1 >= policy.maxAttempts) return null;
  if ((askedMs ?? 0) > policy.maxDelayMs) return null;
  return retryDelayMs(retries, askedMs, policy, random);
}

/**
 * Calls `attempt` until it succeeds, fails for good, or the policy's bounds are reached.
 *
 * @throws {ModelError} the last failure, saying how often it was tried.
 * @throws The signal's reason when it aborts; whatever else `attempt` throws, at once.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { policy, random, delay, signal, decide }: RetryOptions,
): Promise<{ value: T; retries: number }> {
  const waitAfter = decide ??
    ((failure, retries) => retryWait(failure, retries, policy, random));
  for (let retries = 0;; retries++) {
    signal?.throwIfAborted();
    let waitMs: number | null;
    try {
      return { value: await attempt(), retries };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      waitMs = waitAfter(error, retries);
      if (waitMs === null) throw error.passing ? givenUp(error, retries + 1) : error;
    }
    try {
      await delay(waitMs, signal);
    } catch (error) {
      // A timer rejects with its own AbortError; callers are promised the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  }
}

function givenUp(failure: ModelError, attempts: number): ModelError {
  const tried = attempts === 1 ? "tried once" : `tried ${attempts} times`;
  const wait = failure.retryAfterMs === undefined
    ? ""
    : `, asked to wait ${Math.ceil(failure.retryAfterMs / 1000)} s`;
  return new ModelError(failure.kind, `${failure.message} (${tried}${wait})`, failure);
}
