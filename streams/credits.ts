/**
 * A pool of credits shared by fixed weights.
 *
 * While several takers have an `acquire` pending, grants go to them in the ratio of their weights;
 * a taker that wants nothing leaves its share to the others and saves none up for later. This is
 * start-time fair queueing (Goyal, Vin and Cheng 1996): a grant moves its taker ahead by 1/weight
 * in virtual time, and the taker furthest behind is served next.
 *
 * Shares are of grants, not of time held. To keep its share a taker must ask before it is served
 * again, that is keep one `acquire` pending.
 *
 * @module
 */
import { WaitList } from "./wait_list.ts";

/** A credit in use; gives itself back once, at `release` or at the end of a `using` scope. */
export interface Credit extends Disposable {
  /** Gives the credit back; further calls do nothing. */
  release(): void;
}

/** Options of {@link Credits}. */
export interface CreditsOptions<K extends string> {
  /** Credits in use at once; an integer of at least 0, where 0 holds everybody back. */
  readonly capacity: number;
  /** Weight of each taker, above 0, e.g. `{ sample: 3, refine: 1 }`. */
  readonly weights: Readonly<Record<K, number>>;
  /** Clock in milliseconds for the waiting times. @default performance.now */
  readonly now?: () => number;
}

interface Taker {
  readonly weight: number;
  readonly line: WaitList<undefined, Credit>;
  /** Virtual time of its next grant. */
  next: number;
  granted: number;
}

/** What a taker got so far. */
export interface TakerStats {
  /** Credits given to it. */
  readonly granted: number;
  /** Waiters now. */
  readonly waiting: number;
  /** Time spent waiting, summed over its waiters, in milliseconds. */
  readonly waitedMs: number;
}

/** Credits shared among the takers `K`. */
export class Credits<K extends string> {
  readonly #takers: Map<K, Taker>;
  #capacity: number;
  #inUse = 0;
  #virtualTime = 0;

  /**
   * Begins with all credits free.
   *
   * @throws {RangeError} If the capacity or a weight is out of bounds.
   */
  constructor({ capacity, weights, now = () => performance.now() }: CreditsOptions<K>) {
    this.#capacity = checkedCapacity(capacity);
    this.#takers = new Map();
    for (const [name, weight] of Object.entries<number>(weights)) {
      if (!(weight > 0 && Number.isFinite(weight))) {
        throw new RangeError(`Cannot share credits: weight of ${name} must be > 0, got ${weight}`);
      }
      this.#takers.set(name as K, { weight, line: new WaitList(now), next: 0, granted: 0 });
    }
  }

  /** Credits in use now. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Credits that may be in use at once. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * Waits for a credit.
   * @param signal Gives up waiting; the promise rejects with its reason.
   * @throws {TypeError} If `name` has no weight.
   */
  acquire(name: K, signal?: AbortSignal): Promise<Credit> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const taker = this.#taker(name);
    if (taker.line.size === 0) taker.next = Math.max(taker.next, this.#virtualTime);
    const credit = taker.line.wait(undefined, signal);
    this.#serve();
    return credit;
  }

  /**
   * Changes the capacity. Credits in use stay in use; a smaller pool grants none until enough of
   * them are back.
   * @throws {RangeError} If `capacity` is out of bounds.
   */
  resize(capacity: number): void {
    this.#capacity = checkedCapacity(capacity);
    this.#serve();
  }

  /** What a taker got so far. */
  stats(name: K): TakerStats {
    const { granted, line } = this.#taker(name);
    return { granted, waiting: line.size, waitedMs: line.waitedMs };
  }

  #taker(name: K): Taker {
    const taker = this.#takers.get(name);
    if (!taker) throw new TypeError(`Cannot give credit to ${name}: it has no weight`);
    return taker;
  }

  #serve(): void {
    while (this.#inUse < this.#capacity) {
      let best: Taker | null = null;
      for (const taker of this.#takers.values()) {
        if (taker.line.size > 0 && (best === null || taker.next < best.next)) best = taker;
      }
      if (best === null) return;
      this.#virtualTime = best.next;
      best.next += 1 / best.weight;
      best.granted++;
      this.#inUse++;
      best.line.shift()!.resolve(this.#credit());
    }
  }

  #credit(): Credit {
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      this.#inUse--;
      this.#serve();
    };
    return { release, [Symbol.dispose]: release };
  }
}

function checkedCapacity(capacity: number): number {
  if (!Number.isInteger(capacity) || capacity < 0) {
    throw new RangeError(
      `Cannot share credits: capacity must be an integer >= 0, got ${capacity}`,
    );
  }
  return capacity;
}
