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
  push(id: bigint): number {
    const row = this.#ids.length;
    this.#ids.push(id);
    if (this.#ids.length > FULL * this.#places.length) this.#double();
    else this.#put(row);
    return row;
  }

  /** The first row of an id, or -1. */
  rowOf(wanted: bigint): number {
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
export function idOf(text: string): bigint {
  const id = idIfAny(text);
  if (id !== NO_ID) return id;
  throw new TypeError(`id ${JSON.stringify(text)}: expected a decimal number below 2^64`);
}

/** The same; {@link NO_ID}, which no row has, for what is no such id. */
export function idIfAny(text: string): bigint {
  if (!DECIMAL.test(text)) return NO_ID;
  const id = BigInt(text);
  return id < 1n << 64n ? id : NO_ID;
}

/** No id. */
export const NO_ID = -1n;

function startOf(id: bigint): number {
  return Number(id & 0xffffffffn);
}
