/**
 * How many requests an endpoint gets at once: additive increase, multiplicative decrease.
 *
 * {@link aimd} is a pure state machine over ended requests and, where the server tells it, its load.
 * A server says it is full in three ways: 429 or 503, time-outs, and, where it queues without end
 * (vLLM, llama.cpp), by replies that take longer and by its own figures (server_load.ts).
 *
 * @module
 */
import type { ServerLoad } from "./server_load.ts";

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
  /** What the server last said of its load, and since how many looks in a row requests wait there. */
  readonly load: (ServerLoad & { readonly atMs: number; readonly looks: number }) | null;
}

/** A request ended, with a reply or because the server was too busy to give one, or a look. */
export type AimdEvent = EndedEvent | LoadEvent;

/** A request ended. */
export interface EndedEvent {
  readonly kind: "ok" | "busy";
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Requests under way when it started, itself included. */
  readonly inFlight: number;
}

/** The server said how loaded it is. */
export interface LoadEvent {
  readonly kind: "load";
  readonly atMs: number;
  readonly load: ServerLoad;
}

/** Bounds of the limit. */
export interface AimdBounds {
  /** At least 1. */
  readonly min: number;
  /** At least `min`. */
  readonly max: number;
  /** Limit to start from. @default 4 */
  readonly initial?: number;
}

/** Share kept at a cut: the 0.8 of prime-rl's concurrency controller for a preempted server. */
const CUT = 0.8;

/** No growth while replies take this many times the least time: the rest is waiting in the server. */
const SLOW = 3;

/**
 * By the server's word, all from prime-rl's controller: no growth above 0.8 of its cache, a cut above
 * 0.9 or when it took requests back; a cut to 0.9 when for 6 looks in a row more than half as many
 * requests waited there as ran. Its word is forgotten after 15 s.
 */
const CACHE_FULL = 0.8;
const CACHE_OVER = 0.9;
const QUEUE_CUT = 0.9;
const QUEUE_LOOKS = 6;
const LOAD_EXPIRES_MS = 15_000;

/** Weight of a new reply time in the smoothed one. */
const SMOOTHING = 0.1;

/** The state before any request has ended. */
export function aimdStart({ min, max, initial = 4 }: AimdBounds): AimdState {
  if (!(min >= 1 && max >= min)) {
    throw new RangeError(`limits must satisfy 1 <= min <= max, got min ${min}, max ${max}`);
  }
  const limit = Math.min(max, Math.max(min, initial));
  const unseen = { cutAtMs: null, latencyMs: null, leastLatencyMs: null, load: null };
  return { limit, slowStart: true, ...unseen };
}

/**
 * The state after an event.
 *
 * A refusal cuts the limit unless the request started before the last cut: it tells of the load
 * before that cut. A reply raises it, but only where the limit was what held requests back and the
 * server does not say it is full.
 */
export function aimd(state: AimdState, event: AimdEvent, { min, max }: AimdBounds): AimdState {
  if (event.kind === "load") return looked(state, event, min);
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
  const grows = binding && latencyMs <= SLOW * leastLatencyMs &&
    !saysFull(state.load, event.endedAtMs);
  const step = state.slowStart ? 1 : 1 / state.limit;
  const limit = grows ? Math.min(max, state.limit + step) : state.limit;
  return { ...state, limit, latencyMs, leastLatencyMs };
}

function looked(state: AimdState, { atMs, load }: LoadEvent, min: number): AimdState {
  const { load: before } = state;
  const queues = load.waiting > 0.5 * load.running && load.waiting > 0;
  const looks = queues ? (before?.looks ?? 0) + 1 : 0;
  const hasQueued = looks >= QUEUE_LOOKS;
  const seen = { ...state, load: { ...load, atMs, looks: hasQueued ? 0 : looks } };
  const isOver = load.cacheUsage > CACHE_OVER || (before && load.preempted > before.preempted);
  if (!isOver && !hasQueued) return seen;
  const limit = Math.max(min, state.limit * (isOver ? CUT : QUEUE_CUT));
  return { ...seen, limit, slowStart: false, cutAtMs: atMs };
}

function saysFull(load: AimdState["load"], nowMs: number): boolean {
  return load !== null && nowMs - load.atMs <= LOAD_EXPIRES_MS &&
    (load.cacheUsage > CACHE_FULL || load.waiting > 0);
}
