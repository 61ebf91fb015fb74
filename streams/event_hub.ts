/**
 * The bridge to RxJS: every actor's events, merged into one numbered stream.
 *
 * Numbers count from 1 without gaps and every subscriber sees them in order, even when a subscriber
 * emits. Delivery is synchronous; whoever cannot keep up uses {@link EventHub.watch}. The hub keeps
 * no history.
 *
 * @module
 */
import { queueScheduler, Subject, Subscription } from "rxjs";
import type { EventStream, EventSubscription } from "./event_stream.ts";
import { type Watch, watch, type WatchOptions } from "./watch.ts";

/** An event with its place in the stream, counted from 1. */
export interface Numbered<E> {
  /** Place in the stream. */
  readonly seq: number;
  /** The event itself. */
  readonly event: E;
}

/** Options of {@link EventHub}. */
export interface EventHubOptions<E> {
  /** Turns the error of an attached stream into an event, since one source must not end the hub. */
  readonly fromError: (reason: unknown) => E;
  /** Number of the first event. @default 1 */
  readonly firstSeq?: number;
}

/**
 * Numbers and spreads the events of a run.
 *
 * @example
 * ```ts
 * import { of } from "rxjs";
 * import { EventHub } from "./event_hub.ts";
 *
 * const hub = new EventHub<string>({ fromError: String });
 * hub.events$.subscribe(({ seq, event }) => console.log(seq, event));
 * hub.attach(of("sampled", "evaluated"));
 * hub.close();
 * ```
 */
export class EventHub<E> implements Disposable {
  readonly #events = new Subject<Numbered<E>>();
  readonly #sources = new Subscription();
  readonly #fromError: (reason: unknown) => E;
  #seq: number;

  /** All events from now on; completes when the hub closes. */
  readonly events$: EventStream<Numbered<E>> = this.#events.asObservable();

  /** Begins open, before the first event. */
  constructor({ fromError, firstSeq = 1 }: EventHubOptions<E>) {
    this.#fromError = fromError;
    this.#seq = firstSeq - 1;
  }

  /** Number of the last event, 0 before the first. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** Emits one event. After `close` it does nothing. */
  emit(event: E): void {
    if (this.#sources.closed) return;
    const numbered = { seq: ++this.#seq, event };
    // The queue holds back what a subscriber emits until all have seen the event it reacts to.
    queueScheduler.schedule(() => this.#events.next(numbered));
  }

  /**
   * Passes on the events of `source` until it completes, errors, or the hub closes.
   * @returns Unsubscribe it to detach earlier.
   */
  attach(source: EventStream<E>): EventSubscription {
    const subscription = source.subscribe({
      next: (event) => this.emit(event),
      error: (reason) => this.emit(this.#fromError(reason)),
    });
    this.#sources.add(subscription);
    return subscription;
  }

  /** Watches all events from now on at the reader's own pace; see {@link watch}. */
  watch(options: WatchOptions): Watch<Numbered<E>> {
    return watch(this.events$, options);
  }

  /** Detaches all sources and completes `events$`. */
  close(): void {
    this.#sources.unsubscribe();
    queueScheduler.schedule(() => this.#events.complete());
  }

  /** Closes the hub. */
  [Symbol.dispose](): void {
    this.close();
  }
}
