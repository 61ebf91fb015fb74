/**
 * Typed arrays that grow: columns of an index that holds a million rows.
 *
 * @module
 */

/** Arrays a column may be made of. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array | BigUint64Array;

/** What such an array holds. */
type ValueOf<T> = T extends BigUint64Array ? bigint : number;

/** Makes arrays of zeros, and arrays of a buffer. */
type NumbersOf<T> = new (of: number | ArrayBuffer) => T;

/** Rows a column begins with. */
const FIRST_ROWS = 64;

/** A column: values are added at its end and may be changed in place. */
export class Growing<T extends Numbers> {
  readonly #make: NumbersOf<T>;
  #values: T;
  #length = 0;

  constructor(make: NumbersOf<T>) {
    this.#make = make;
    this.#values = new make(FIRST_ROWS);
  }

  get length(): number {
    return this.#length;
  }

  push(value: ValueOf<T>): void {
    if (this.#length === this.#values.length) {
      const { buffer, byteLength } = this.#values;
      // The shorter array is given back at once; a collector may take long to see how large it is.
      this.#values = new this.#make((buffer as ArrayBuffer).transfer(2 * byteLength));
    }
    (this.#values as unknown as ValueOf<T>[])[this.#length++] = value;
  }

  /** The value of a row that was added before. */
  at(row: number): ValueOf<T> {
    return this.#values[row] as ValueOf<T>;
  }

  set(row: number, value: ValueOf<T>): void {
    (this.#values as unknown as ValueOf<T>[])[row] = value;
  }

  /** All values, a view that is good until the next is added. */
  values(): T {
    return this.#values.subarray(0, this.#length) as T;
  }
}

/** Values that occur often, each kept once under a number. */
export class Interned<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];

  /** The number of a value, told from others by its key. */
  numberOf(key: string, value: () => T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#values.length);
    return this.#values.push(value()) - 1;
  }

  /** The number of a value by its key, or -1. */
  known(key: string): number {
    return this.#numbers.get(key) ?? -1;
  }

  valueOf(number: number): T {
    return this.#values[number];
  }
}
