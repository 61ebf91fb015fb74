/**
 * Whether an endpoint is asked at all: a circuit breaker as a pure state machine.
 *
 *     closed ──failures in a row──► open ──a health check succeeds──► trial ──a reply──► closed
 *                                    ▲ └─a health check fails─┘         │
 *                                    └──────────────a failure───────────┘
 *
 * Open, it is left alone until its pause is over; each further trip without a reply in between
 * doubles the pause. On trial it gets one request at a time. It keeps no timer: time is passed in.
 *
 * @module
 */
import type { RetryPolicy } from "./retry.ts";

/** What the breaker knows. */
export interface BreakerState {
  /** `closed`: asked; `open`: left alone; `trial`: asked once, to see. */
  readonly mode: "closed" | "open" | "trial";
  /** Failed attempts in a row while closed. */
  readonly failures: number;
  /** Times it has opened since the last reply. */
  readonly trips: number;
  /** When it last opened, in ms; null before. */
  readonly openedAtMs: number | null;
  /** While open: when a health check is due, in ms. */
  readonly untilMs: number;
}

/** Something was seen of the endpoint; times in ms. */
export type BreakerEvent =
  /** A reply, or a refusal of one request: either way it is alive. */
  | { readonly kind: "ok" }
  | {
    readonly kind: "failed";
    readonly startedAtMs: number;
    readonly endedAtMs: number;
    /** How long it asked to be left alone. */
    readonly retryAfterMs?: number;
    /** Whether more of the same is pointless: it does not know the key. */
    readonly final?: boolean;
  }
  | { readonly kind: "healthy" }
  | { readonly kind: "unhealthy"; readonly atMs: number; readonly retryAfterMs?: number };

/** Failed attempts in a row that open it: fewer would make one lost packet a lost endpoint. */
const FAILURES = 3;

/** The state of an endpoint of which nothing has been seen. */
export const BREAKER_START: BreakerState = {
  mode: "closed",
  failures: 0,
  trips: 0,
  openedAtMs: null,
  untilMs: 0,
};

/**
 * The state after an event.
 *
 * An attempt that began before the breaker last opened tells of the time before, and changes nothing
 * when it fails. A failure with `Retry-After` opens it at once, for as long as was asked.
 */
export function breaker(
  state: BreakerState,
  event: BreakerEvent,
  policy: RetryPolicy,
): BreakerState {
  switch (event.kind) {
    case "ok":
      return { ...BREAKER_START, openedAtMs: state.openedAtMs };
    case "healthy":
      return state.mode === "open" ? { ...state, mode: "trial", failures: 0 } : state;
    case "unhealthy":
      return state.mode === "open" ? opened(state, event.atMs, event.retryAfterMs, policy) : state;
    case "failed": {
      const { startedAtMs, endedAtMs, retryAfterMs, final = false } = event;
      const isOld = state.openedAtMs !== null && startedAtMs < state.openedAtMs;
      if (state.mode === "open" || isOld) return state;
      const failures = state.failures + 1;
      const enough = Math.min(FAILURES, policy.maxAttempts);
      const opens = final || retryAfterMs !== undefined || failures >= enough ||
        state.mode === "trial";
      return opens
        ? opened(state, endedAtMs, final ? policy.maxDelayMs : retryAfterMs, policy)
        : { ...state, failures };
    }
  }
}

/** Whether an endpoint has been down for as long as a request is tried, and so is taken for lost. */
export function isLost({ mode, trips, untilMs }: BreakerState, nowMs: number, policy: RetryPolicy) {
  return mode === "open" && (trips >= policy.maxAttempts || untilMs - nowMs > policy.maxDelayMs);
}

function opened(
  { trips }: BreakerState,
  atMs: number,
  askedMs: number | undefined,
  { minDelayMs, maxDelayMs }: RetryPolicy,
): BreakerState {
  const pauseMs = Math.max(askedMs ?? 0, Math.min(maxDelayMs, minDelayMs * 2 ** trips));
  return {
    mode: "open",
    failures: 0,
    trips: trips + 1,
    openedAtMs: atMs,
    untilMs: atMs + pauseMs,
  };
}
