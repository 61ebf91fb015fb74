/**
 * The end of a store, which every call to it may come to before its answer.
 *
 * Not `Promise.race` with a promise of the end: that keeps each answer alive for as long as the end
 * has not come.
 *
 * @module
 */
import type { StoreError } from "./store_error.ts";

/** Ends once. */
export class End {
  readonly #rejects = new Set<(error: StoreError) => void>();
  #error: StoreError | null = null;

  /** Why it ended; null before. */
  get error(): StoreError | null {
    return this.#error;
  }

  /** Comes to the end, and rejects whoever waits. Later calls change nothing. */
  come(error: StoreError): void {
    if (this.#error) return;
    this.#error = error;
    for (const reject of this.#rejects) reject(error);
    this.#rejects.clear();
  }

  /** What comes first: the value, or the end's error. */
  async before<T>(value: Promise<T>): Promise<T> {
    if (this.#error) {
      value.catch(() => {}); // the end is the answer
      throw this.#error;
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#rejects.add(reject);
    value.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#rejects.delete(reject);
    }
  }
}
