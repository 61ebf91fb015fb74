/**
 * The first program of each source of a task: a hash table over rows, without an object for each.
 *
 * @module
 */
import { idIfAny } from "./id_table.ts";

/** Share of places taken at which the table is doubled. */
const FULL = 0.5;

/** What the table reads of a row. */
export interface SourceRows {
  /** Hash of its source. */
  codeHash(row: number): bigint;
  /** Number of its task. */
  task(row: number): number;
}

/** Rows by task and source. */
export class SourceTable {
  readonly #rows: SourceRows;
  /** Row + 1 by place; 0 where there is none. */
  #places = new Uint32Array(128);
  #length = 0;

  constructor(rows: SourceRows) {
    this.#rows = rows;
  }

  /** Adds a row, unless one of its task has the same source. */
  add(row: number): void {
    const { codeHash, task } = this.#of(row);
    const place = this.#placeOf(task, codeHash);
    if (this.#places[place] !== 0) return;
    this.#places[place] = row + 1;
    if (++this.#length > FULL * this.#places.length) this.#double();
  }

  /** The first row of a task with a source, or -1. @param codeHash decimal */
  rowOf(task: number, codeHash: string): number {
    return this.#places[this.#placeOf(task, idIfAny(codeHash))] - 1;
  }

  #of(row: number): { codeHash: bigint; task: number } {
    return { codeHash: this.#rows.codeHash(row), task: this.#rows.task(row) };
  }

  /** Where a source of a task stands, or the free place where it would. */
  #placeOf(task: number, wanted: bigint): number {
    const mask = this.#places.length - 1;
    // The same source is common in many tasks: each begins elsewhere.
    let place = (Number(wanted & 0xffffffffn) ^ Math.imul(task + 1, 0x9e3779b1)) & mask;
    while (this.#places[place] !== 0) {
      const row = this.#places[place] - 1;
      if (this.#rows.codeHash(row) === wanted && this.#rows.task(row) === task) break;
      place = place + 1 & mask;
    }
    return place;
  }

  #double(): void {
    const rows = this.#places.filter((row) => row !== 0);
    this.#places = new Uint32Array(2 * this.#places.length);
    for (const row of rows) {
      const { codeHash, task } = this.#of(row - 1);
      this.#places[this.#placeOf(task, codeHash)] = row;
    }
  }
}
