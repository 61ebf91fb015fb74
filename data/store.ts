/**
 * The store: SQL over everything a run did.
 *
 * It is fed journal records and only ever read by SQL; the journal is the truth, the store can be
 * thrown away and fed again. Two engines stand behind it: `wasm` runs in a worker of this process
 * and needs no permission but reading, `native` runs in a process of its own, on all cores. Queries
 * run at the side of one another and of ingestion, each with a time limit that holds also where
 * DuckDB does not look at the clock: then the database is given up, every call fails with reason
 * `lost`, and a new store has to be opened and fed.
 *
 * @module
 */
import type { JournalRecord } from "./records.ts";

/** The engines there are. */
export const STORE_ENGINES = ["wasm", "native"] as const;

/** One of {@link STORE_ENGINES}. */
export type StoreEngine = typeof STORE_ENGINES[number];

/** Rows of an answer. */
export interface QueryResult {
  /** In order, by name and DuckDB type. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values fit for JSON: ids as decimal strings, times as ISO text, lists as arrays. */
  readonly rows: readonly unknown[][];
  /** Whether more rows existed than were asked for. */
  readonly truncated: boolean;
  /** Time the query took, in milliseconds. */
  readonly ms: number;
}

/** Bounds of a query. */
export interface QueryOptions {
  /** Longest time to run, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** Most rows to return. @default 10000 */
  readonly maxRows?: number;
  /** Interrupts the query. */
  readonly signal?: AbortSignal;
}

/** A database of journal records. */
export interface Store {
  /** The engine that answers. */
  readonly engine: StoreEngine;
  /** Share of its memory that tables took after the last ingestion, 0..1; 0 where disk backs it. */
  readonly fill: number;
  /** What the last ingestion marked, also one before this process; null for an empty database. */
  readonly mark: string | null;
  /**
   * Takes records in journal order; resolves when they are queryable.
   *
   * @param mark kept with the records, to tell later how far they reach
   * @throws StoreError for a record of unknown kind or out of order: nothing of the call is taken
   * in then, and the store should be closed
   */
  ingest(records: readonly JournalRecord[], mark?: string): Promise<void>;
  /** Runs one statement that only reads. @throws StoreError with DuckDB's message */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /** Ends the store; calls under way fail. */
  close(): Promise<void>;
}

/** The bounds of a query, whole and checked. @throws RangeError for one that bounds nothing */
export function checkBounds(
  { timeoutMs = 30_000, maxRows = 10_000 }: QueryOptions,
): { timeoutMs: number; maxRows: number } {
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs: expected more than 0, got ${timeoutMs}`);
  if (!Number.isInteger(maxRows) || maxRows < 0) {
    throw new RangeError(`maxRows: expected a whole number from 0, got ${maxRows}`);
  }
  return { timeoutMs, maxRows };
}
