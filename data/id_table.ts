/**
 * Ids of rows, and the row of an id: a hash table over 64-bit ids without an object for each.
 *
 * The ids are hashes (data/program.ts, `hash63`), so their low bits tell where to begin looking.
 *
 * @module
 */
import { Growing } from "./growing.ts";

/** Share of places taken at which the table is doubled. */
const FULL = 0.5;

/** Ids in the order of their rows. */
export class IdTable {
  readonly #ids = new Growing(BigUint64Array);
  /** Row + 1 by place; 0 where there is none. */
  #places = new Uint32Array(128);

  get length(): number {
    return this.#ids.length;
  }

  /** Adds an id as the next row, also one that is there; {@link rowOf} gives its first row. */
  push(id: string): number {
    const row = this.#ids.length;
    this.#ids.push(idOf(id));
    if (this.#ids.length > FULL * this.#places.length) this.#double();
    else this.#put(row);
    return row;
  }

  /** The first row of an id, or -1. */
  rowOf(id: string): number {
    const wanted = DECIMAL.test(id) ? BigInt(id) : -1n;
    const mask = this.#places.length - 1;
    for (let place = startOf(wanted) & mask;; place = place + 1 & mask) {
      const row = this.#places[place] - 1;
      if (row < 0 || this.#ids.at(row) === wanted) return row;
    }
  }

  /** The id of a row. */
  at(row: number): string {
    return this.#ids.at(row).toString();
  }

  #put(row: number): void {
    const id = this.#ids.at(row);
    const mask = this.#places.length - 1;
    let place = startOf(id) & mask;
    while (this.#places[place] !== 0) {
      if (this.#ids.at(this.#places[place] - 1) === id) return;
      place = place + 1 & mask;
    }
    this.#places[place] = row + 1;
  }

  #double(): void {
    this.#places = new Uint32Array(2 * this.#places.length);
    for (let row = 0; row < this.#ids.length; row++) this.#put(row);
  }
}

const DECIMAL = /^(?:0|[1-9]\d{0,19})$/;

/** A decimal id as a number. @throws TypeError for what is no such id */
export function idOf(id: string): bigint {
  const value = DECIMAL.test(id) ? BigInt(id) : -1n;
  if (value < 0n || value >= 1n << 64n) {
    throw new TypeError(`id ${JSON.stringify(id)}: expected a decimal number below 2^64`);
  }
  return value;
}

function startOf(id: bigint): number {
  return Number(id & 0xffffffffn);
}
