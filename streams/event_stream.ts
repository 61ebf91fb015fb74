/**
 * A stream of events as those who listen see it. An RxJS Observable is one; where its operators are
 * wanted, `new Observable((to) => events$.subscribe(to))` gives them to any.
 *
 * @module
 */

/** Who listens; what is left out is passed over, but for an error, which is then thrown. */
export interface EventListening<E> {
  /** Takes an event. */
  next?(event: E): void;
  /** Takes the reason for which the stream failed; nothing comes after. */
  error?(reason: unknown): void;
  /** Told that the stream has ended. */
  complete?(): void;
}

/** Listening that can be ended. */
export interface EventSubscription {
  /** Whether it has ended. */
  readonly closed: boolean;
  /** Ends it. */
  unsubscribe(): void;
  /** Has something done when it ends; at once where it has. */
  add(teardown: () => void): void;
}

/** Events as they come, to be listened to. */
export interface EventStream<E> {
  /** Gives all events from now on. */
  subscribe(listening: EventListening<E> | ((event: E) => void)): EventSubscription;
}
