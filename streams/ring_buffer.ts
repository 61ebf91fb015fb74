/**
 * A FIFO of fixed capacity in a circular array: constant time at both ends, nothing is moved.
 *
 * @module
 */

/** Fixed-capacity FIFO; it never grows and never drops, its owner decides what "full" means. */
export class RingBuffer<T> {
  readonly #slots: (T | undefined)[];
  #head = 0;
  #size = 0;

  /**
   * @param capacity Most values held, an integer of at least 1.
   * @throws {RangeError} If `capacity` is not such an integer.
   */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make a buffer: capacity must be an integer >= 1, got ${capacity}`,
      );
    }
    this.#slots = new Array(capacity);
  }

  /** Values held. */
  get size(): number {
    return this.#size;
  }

  /** Most values it can hold. */
  get capacity(): number {
    return this.#slots.length;
  }

  /** Whether `push` would be refused. */
  get full(): boolean {
    return this.#size === this.#slots.length;
  }

  /**
   * Adds a value behind the others.
   * @throws {RangeError} If the buffer is full.
   */
  push(value: T): void {
    if (this.full) throw new RangeError(`Cannot push: all ${this.capacity} slots are taken`);
    this.#slots[(this.#head + this.#size) % this.#slots.length] = value;
    this.#size++;
  }

  /**
   * Takes the oldest value out.
   * @throws {RangeError} If the buffer is empty.
   */
  shift(): T {
    if (this.#size === 0) throw new RangeError("Cannot shift: the buffer is empty");
    const value = this.#slots[this.#head] as T;
    this.#slots[this.#head] = undefined; // let go of it, or a drained channel keeps its last values alive
    this.#head = (this.#head + 1) % this.#slots.length;
    this.#size--;
    return value;
  }

  /** Drops everything. */
  clear(): void {
    this.#slots.fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }
}
