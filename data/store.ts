/**
 * The store: SQL over everything a run did.
 *
 * It is fed journal records and only ever read by SQL; the journal is the truth, the store can be
 * thrown away and fed again. The database lives in a worker that may not touch files, network or
 * environment. Queries run at the side of one another and of ingestion, each with a time limit that
 * holds also where DuckDB does not look at the clock: then the database is given up, every call
 * fails with reason `lost`, and a new store has to be opened and fed.
 *
 * @module
 */
import { type Remote, wrap } from "comlink";
import type { JournalRecord } from "./records.ts";
import type { Answer, Failure, storeWorker, WorkerSettings } from "./store_worker.ts";

/** Rows of an answer. */
export interface QueryResult {
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
  readonly signal?: AbortSignal;
}

/** A database of journal records. */
export interface Store {
  /**
   * Takes records in journal order; resolves when they are queryable.
   *
   * @throws StoreError for a record of unknown kind or out of order: nothing of the call is taken
   * in then, and the store should be closed
   */
  ingest(records: readonly JournalRecord[]): Promise<void>;
  /** Runs one statement that only reads. @throws StoreError with DuckDB's message */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /** Ends the store; calls under way fail. */
  close(): Promise<void>;
}

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** Queries that may run at a time; more wait for their turn. @default 4 */
  readonly concurrency?: number;
  /** Bytes DuckDB may use for tables and queries. @default DuckDB's own limit, 3.1 GiB */
  readonly memoryBytes?: number;
  /** Time an interrupted query has to end before the database is given up. @default 2000 */
  readonly graceMs?: number;
}

/**
 * Why a store call failed: `refused` not one reading statement, `sql` DuckDB's complaint, `timeout`
 * and `aborted` the query's bounds, `lost` the database is gone, `closed` the store is.
 */
export type StoreErrorReason = Failure["reason"] | "closed";

/** A store call that failed. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Opens an empty store. @throws StoreError when the database does not start */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const { concurrency = 4, memoryBytes = null, graceMs = 2000 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency: expected at least 1, got ${concurrency}`);
  }
  const worker = new Worker(new URL("./store_worker.ts", import.meta.url), {
    type: "module",
    name: "store",
    // To load DuckDB; given up as soon as that is done. Everything else is refused from the start.
    deno: { permissions: { read: "inherit" } },
  });
  const store = new WorkerStore(worker, {
    slots: concurrency,
    memoryBytes,
    aborts: new Int32Array(new SharedArrayBuffer(4 * concurrency)),
    busy: new BigInt64Array(new SharedArrayBuffer(16)),
    graceMs,
  });
  await store.open();
  return store;
}

class WorkerStore implements Store {
  readonly #worker: Worker;
  readonly #remote: Remote<typeof storeWorker>;
  readonly #settings: WorkerSettings;
  readonly #freeSlots: number[];
  readonly #waiting: ((slot: number) => void)[] = [];
  /** Rejects when the store ends, for whatever reason. */
  readonly #end = Promise.withResolvers<never>();
  #ended: StoreError | null = null;

  constructor(worker: Worker, settings: WorkerSettings) {
    this.#worker = worker;
    this.#settings = settings;
    this.#remote = wrap<typeof storeWorker>(worker);
    this.#freeSlots = Array.from({ length: settings.slots }, (_, slot) => slot);
    this.#end.promise.catch(() => {});
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stop(new StoreError("lost", `the store's worker failed: ${event.message}`));
    };
  }

  async open(): Promise<void> {
    try {
      await this.#race(this.#remote.open(this.#settings));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failed = new StoreError("lost", `cannot open the store: ${message}`, { cause: error });
      this.#stop(failed);
      throw failed;
    }
  }

  async ingest(records: readonly JournalRecord[]): Promise<void> {
    const failure = await this.#race(this.#remote.ingest(records));
    if (failure) throw this.#error(failure);
  }

  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const { timeoutMs = 30_000, maxRows = 10_000, signal } = options;
    if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs: expected more than 0, got ${timeoutMs}`);
    if (!Number.isInteger(maxRows) || maxRows < 0) {
      throw new RangeError(`maxRows: expected a whole number from 0, got ${maxRows}`);
    }
    const slot = await this.#slot(signal);
    const { aborts } = this.#settings;
    const abort = () => Atomics.store(aborts, slot, 1);
    Atomics.store(aborts, slot, signal?.aborted ? 1 : 0);
    signal?.addEventListener("abort", abort);
    const watch = this.#watch(slot, signal);
    try {
      const answer: Answer = await this.#race(
        this.#remote.query({ slot, sql, timeoutMs, maxRows }) as Promise<Answer>,
      );
      if ("reason" in answer) throw this.#error(answer);
      return answer;
    } finally {
      clearInterval(watch);
      signal?.removeEventListener("abort", abort);
      this.#release(slot);
    }
  }

  close(): Promise<void> {
    this.#stop(new StoreError("closed", "the store is closed"));
    return Promise.resolve();
  }

  /** A connection of the worker for one query, in order of asking. */
  async #slot(signal: AbortSignal | undefined): Promise<number> {
    if (this.#ended) throw this.#ended;
    if (signal?.aborted) throw new StoreError("aborted", "the query was aborted");
    const free = this.#freeSlots.pop();
    if (free !== undefined) return free;
    const turn = Promise.withResolvers<number>();
    const leave = () => {
      const place = this.#waiting.indexOf(turn.resolve);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      turn.reject(new StoreError("aborted", "the query was aborted"));
    };
    this.#waiting.push(turn.resolve);
    signal?.addEventListener("abort", leave);
    try {
      return await this.#race(turn.promise);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  #release(slot: number): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#freeSlots.push(slot);
  }

  /**
   * Gives the database up when a call to it does not end although its time is over. Twice the grace:
   * the worker ends it itself where it can, which leaves no thread behind that still computes.
   */
  #watch(slot: number, signal: AbortSignal | undefined): ReturnType<typeof setInterval> {
    const { busy, graceMs } = this.#settings;
    let abortedAt = Infinity;
    return setInterval(() => {
      const until = Number(Atomics.load(busy, 0));
      const isOwn = until !== 0 && Number(Atomics.load(busy, 1)) === slot;
      if (!isOwn) return void (abortedAt = Infinity);
      const now = performance.timeOrigin + performance.now();
      if (signal?.aborted) abortedAt = Math.min(abortedAt, now);
      if (now > Math.min(until, abortedAt) + 2 * graceMs) {
        this.#stop(new StoreError("lost", "the database did not stop a query whose time was over"));
      }
    }, graceMs / 4);
  }

  #error({ reason, message }: Failure): StoreError {
    const error = new StoreError(reason, message);
    if (reason === "lost") this.#stop(error);
    return error;
  }

  #race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([this.#end.promise, promise]);
  }

  #stop(error: StoreError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#end.reject(error);
    this.#worker.terminate();
  }
}
