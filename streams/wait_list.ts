/**
 * Promises waiting in line: first come, first served; an abort takes its waiter out of the line.
 *
 * A doubly linked list, so that leaving the middle of a long line costs no scan. It adds up the
 * time spent in line, those still waiting included.
 *
 * @module
 */

/** One who waits; settled by whoever takes it out of the line. */
export interface Waiter<P, R> {
  /** What it brought along. */
  readonly payload: P;
  resolve(result: R): void;
  reject(reason: unknown): void;
}

interface Node<P, R> extends Waiter<P, R> {
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  previous: Node<P, R> | null;
  next: Node<P, R> | null;
}

/** A line of waiters, each with a payload `P` and waiting for an `R`. */
export class WaitList<P, R> {
  readonly #now: () => number;
  #first: Node<P, R> | null = null;
  #last: Node<P, R> | null = null;
  #size = 0;
  #endedMs = 0;
  #sinceSum = 0;

  /** @param now Clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Total time spent in line in milliseconds, by those who left and those still waiting. */
  get waitedMs(): number {
    return this.#size === 0
      ? this.#endedMs
      : this.#endedMs + this.#size * this.#now() - this.#sinceSum;
  }

  /**
   * Joins the end of the line.
   * @param signal Leaves the line when aborted; the promise rejects with its reason.
   */
  wait(payload: P, signal?: AbortSignal): Promise<R> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#remove(node);
        reject(signal?.reason);
      };
      const since = this.#now();
      const previous = this.#last;
      const node: Node<P, R> = {
        payload,
        resolve,
        reject,
        since,
        signal,
        onAbort,
        previous,
        next: null,
      };
      signal?.addEventListener("abort", onAbort);
      if (previous) previous.next = node;
      else this.#first = node;
      this.#last = node;
      this.#size++;
      this.#sinceSum += since;
    });
  }

  /** Takes the first out of the line, to be settled by the caller; undefined when nobody waits. */
  shift(): Waiter<P, R> | undefined {
    const node = this.#first;
    if (node === null) return undefined;
    this.#remove(node);
    return node;
  }

  #remove(node: Node<P, R>): void {
    node.signal?.removeEventListener("abort", node.onAbort);
    if (node.previous) node.previous.next = node.next;
    else this.#first = node.next;
    if (node.next) node.next.previous = node.previous;
    else this.#last = node.previous;
    this.#size--;
    this.#sinceSum -= node.since;
    this.#endedMs += this.#now() - node.since;
  }
}
