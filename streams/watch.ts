/**
 * Reading an event stream at one's own pace: the way out of RxJS for tail, SSE and files.
 *
 * A sliding buffer stands between the two: events are never refused and never wait, and a reader
 * that falls behind loses the oldest ones and is told which. They can be read again elsewhere by
 * their numbers.
 *
 * @module
 */
import type { EventStream, EventSubscription } from "./event_stream.ts";
import { RingBuffer } from "./ring_buffer.ts";
import { WaitList } from "./wait_list.ts";

const DONE = { done: true, value: undefined } as const;

/** Events that a slow watcher lost: `dropped` of them, numbered `from` to `to`. */
export interface Gap {
  /** Events lost. */
  readonly dropped: number;
  /** Number of the first of them. */
  readonly from: number;
  /** Number of the last of them. */
  readonly to: number;
}

/** What a watcher reads: events in order, and in front of an event what was lost before it. */
export type Watched<V> = V | Gap;

/** Options of {@link watch}. */
export interface WatchOptions {
  /** Events held before the oldest is dropped; an integer of at least 1. */
  readonly highWaterMark: number;
  /** Ends the watch; a read that waits gets `done`. */
  readonly signal?: AbortSignal;
}

/** A running watch. Subscribed until it is returned, disposed, aborted, or the source ends. */
export interface Watch<V> extends AsyncIterableIterator<Watched<V>, undefined>, Disposable {
  /** Events lost so far. */
  readonly dropped: number;
  /** Ends the watch. */
  return(): Promise<IteratorResult<Watched<V>, undefined>>;
}

type End = { readonly kind: "done" } | { readonly kind: "failed"; readonly reason: unknown };

/**
 * Subscribes to `source` now and gives its events, which carry their number, to be read later. When
 * a source errors, the read after its last event rejects.
 *
 * @throws {RangeError} If `highWaterMark` is out of bounds.
 */
export function watch<V extends { readonly seq: number }>(
  source: EventStream<V>,
  { highWaterMark, signal }: WatchOptions,
): Watch<V> {
  return new SlidingWatch(source, highWaterMark, signal);
}

class SlidingWatch<V extends { readonly seq: number }> implements Watch<V> {
  readonly #buffer: RingBuffer<V>;
  readonly #readers = new WaitList<undefined, IteratorResult<Watched<V>, undefined>>(() => 0);
  readonly #subscription: EventSubscription;
  #end: End | null = null;
  #gap: Gap | null = null;
  #dropped = 0;

  constructor(source: EventStream<V>, highWaterMark: number, signal: AbortSignal | undefined) {
    this.#buffer = new RingBuffer(highWaterMark);
    const onAbort = () => this.#stop();
    this.#subscription = source.subscribe({
      next: (event) => this.#accept(event),
      error: (reason) => this.#finish({ kind: "failed", reason }),
      complete: () => this.#finish({ kind: "done" }),
    });
    this.#subscription.add(() => signal?.removeEventListener("abort", onAbort));
    if (signal?.aborted) this.#stop();
    else if (!this.#subscription.closed) signal?.addEventListener("abort", onAbort);
  }

  get dropped(): number {
    return this.#dropped;
  }

  next(): Promise<IteratorResult<Watched<V>, undefined>> {
    const gap = this.#gap;
    if (gap) {
      this.#gap = null;
      return Promise.resolve({ done: false, value: gap });
    }
    if (this.#buffer.size > 0) {
      return Promise.resolve({ done: false, value: this.#buffer.shift() });
    }
    if (this.#end?.kind === "failed") return Promise.reject(this.#end.reason);
    if (this.#end) return Promise.resolve(DONE);
    return this.#readers.wait(undefined);
  }

  return(): Promise<IteratorResult<Watched<V>, undefined>> {
    this.#stop();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #accept(event: V): void {
    const reader = this.#readers.shift();
    if (reader) return reader.resolve({ done: false, value: event });
    if (this.#buffer.full) {
      const { seq } = this.#buffer.shift();
      this.#dropped++;
      this.#gap = { dropped: (this.#gap?.dropped ?? 0) + 1, from: this.#gap?.from ?? seq, to: seq };
    }
    this.#buffer.push(event);
  }

  #finish(end: End): void {
    this.#end = end;
    for (let reader; (reader = this.#readers.shift());) {
      if (end.kind === "failed") reader.reject(end.reason);
      else reader.resolve(DONE);
    }
  }

  #stop(): void {
    this.#subscription.unsubscribe();
    this.#buffer.clear();
    this.#gap = null;
    this.#finish({ kind: "done" });
  }
}
