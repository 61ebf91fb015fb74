/**
 * How many requests an endpoint gets at once: additive increase, multiplicative decrease.
 *
 * {@link aimd} is a pure state machine over ended requests; {@link attemptGate} holds requests back
 * by it. A server says it is full in three ways: 429 or 503, time-outs, and, where it queues without
 * end (vLLM, llama.cpp), only by replies that take longer. It does not read servers' metrics.
 *
 * @module
 */

/** What the limiter knows. */
export interface AimdState {
  /** Requests allowed at once; the gate uses its whole part. */
  readonly limit: number;
  /** Whether no cut was made yet: until then the limit doubles a turnover, as TCP's slow start. */
  readonly slowStart: boolean;
  /** When the limit was last cut, in ms; null before the first cut. */
  readonly cutAtMs: number | null;
  /** Smoothed reply time, and the least it has been, in ms; null before the first reply. */
  readonly latencyMs: number | null;
  readonly leastLatencyMs: number | null;
}

/** A request ended: with a reply, or because the server was too busy to give one. */
export interface AimdEvent {
  readonly kind: "ok" | "busy";
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Requests under way when it started, itself included. */
  readonly inFlight: number;
}

/** Bounds of the limit. */
export interface AimdBounds {
  /** At least 1. */
  readonly min: number;
  readonly max: number;
  /** Limit to start from. @default 4 */
  readonly initial?: number;
}

/** Share kept at a cut: the 0.8 of prime-rl's concurrency controller for a preempted server. */
const CUT = 0.8;

/** No growth while replies take this many times the least time: the rest is waiting in the server. */
const SLOW = 3;

/** Weight of a new reply time in the smoothed one. */
const SMOOTHING = 0.1;

/** The state before any request has ended. */
export function aimdStart({ min, max, initial = 4 }: AimdBounds): AimdState {
  if (!(min >= 1 && max >= min)) {
    throw new RangeError(`limits must satisfy 1 <= min <= max, got min ${min}, max ${max}`);
  }
  const limit = Math.min(max, Math.max(min, initial));
  return { limit, slowStart: true, cutAtMs: null, latencyMs: null, leastLatencyMs: null };
}

/**
 * The state after a request ended.
 *
 * A refusal cuts the limit unless the request started before the last cut: it tells of the load
 * before that cut. A reply raises it, but only where the limit was what held requests back.
 */
export function aimd(state: AimdState, event: AimdEvent, { min, max }: AimdBounds): AimdState {
  if (event.kind === "busy") {
    if (state.cutAtMs !== null && event.startedAtMs < state.cutAtMs) return state;
    const limit = Math.max(min, state.limit * CUT);
    return { ...state, limit, slowStart: false, cutAtMs: event.endedAtMs };
  }
  const took = event.endedAtMs - event.startedAtMs;
  const latencyMs = state.latencyMs === null
    ? took
    : state.latencyMs + SMOOTHING * (took - state.latencyMs);
  const leastLatencyMs = Math.min(latencyMs, state.leastLatencyMs ?? Infinity);
  const binding = event.inFlight >= Math.floor(state.limit);
  const grows = binding && latencyMs <= SLOW * leastLatencyMs;
  const step = state.slowStart ? 1 : 1 / state.limit;
  const limit = grows ? Math.min(max, state.limit + step) : state.limit;
  return { ...state, limit, latencyMs, leastLatencyMs };
}

/** How an attempt ended, for the gate: `failed` says nothing of the server's load. */
export type AttemptEnd = "ok" | "busy" | "failed";

/** Lets attempts in, as many at once as the endpoint bears. Shared by the clients of one endpoint. */
export interface AttemptGate {
  /** Waits for a place; the function returned gives it back and must be called once. */
  enter(signal?: AbortSignal): Promise<(end: AttemptEnd) => void>;
  readonly state: AimdState;
  readonly inFlight: number;
  readonly waiting: number;
}

/**
 * A gate that follows {@link aimd}; first come, first served.
 *
 * @param now Clock in ms.
 */
export function attemptGate(bounds: AimdBounds, now: () => number): AttemptGate {
  let state = aimdStart(bounds);
  let inFlight = 0;
  const waiters: (() => void)[] = [];

  function admit(): void {
    while (waiters.length > 0 && inFlight < Math.floor(state.limit)) {
      inFlight++;
      waiters.shift()!();
    }
  }

  function place(): (end: AttemptEnd) => void {
    const startedAtMs = now();
    const started = inFlight;
    let given = false;
    return (end) => {
      if (given) throw new TypeError("a place at the gate was given back twice");
      given = true;
      inFlight--;
      if (end !== "failed") {
        state = aimd(
          state,
          { kind: end, startedAtMs, endedAtMs: now(), inFlight: started },
          bounds,
        );
      }
      admit();
    };
  }

  return {
    async enter(signal) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const waiter = () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        const leave = () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal!.reason);
        };
        signal?.addEventListener("abort", leave, { once: true });
        waiters.push(waiter);
        admit();
      });
      return place();
    },
    get state() {
      return state;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiters.length;
    },
  };
}
