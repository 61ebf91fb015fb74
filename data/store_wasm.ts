/**
 * The store on DuckDB as WebAssembly, in a worker that may not touch files, network or environment.
 *
 * @module
 */
import { type Remote, wrap } from "comlink";
import type { JournalRecord } from "./records.ts";
import { checkBounds, type QueryOptions, type QueryResult, type Store } from "./store.ts";
import { End } from "./store_end.ts";
import { type Failure, StoreError } from "./store_error.ts";
import { Turns } from "./store_turns.ts";
import type { Answer, storeWorker, Taken, WorkerSettings } from "./store_worker.ts";

/** DuckDB's own limit in WebAssembly, whose memory ends at 4 GiB; stated so that its fill is known. */
const MEMORY_BYTES = Math.floor(3.1 * 2 ** 30);

/** Opens a store: empty, or on a snapshot. @throws StoreError when the database does not start */
export async function openWasmStore(
  { slots, memoryBytes, graceMs, snapshot }: {
    readonly slots: number;
    readonly memoryBytes: number | null;
    readonly graceMs: number;
    readonly snapshot: Uint8Array | null;
  },
): Promise<Store> {
  const worker = new Worker(new URL("./store_worker.ts", import.meta.url), {
    type: "module",
    name: "store",
    // To load DuckDB; given up as soon as that is done. Everything else is refused from the start.
    deno: { permissions: { read: "inherit" } },
  });
  const store = new WorkerStore(worker, {
    slots,
    memoryBytes: memoryBytes ?? MEMORY_BYTES,
    aborts: new Int32Array(new SharedArrayBuffer(4 * slots)),
    busy: new BigInt64Array(new SharedArrayBuffer(16)),
    graceMs,
    snapshot,
  });
  await store.open();
  return store;
}

class WorkerStore implements Store {
  readonly engine = "wasm";
  readonly #worker: Worker;
  readonly #remote: Remote<typeof storeWorker>;
  readonly #settings: WorkerSettings;
  readonly #turns: Turns;
  /** Comes when the store ends, for whatever reason. */
  readonly #end = new End();
  #mark: string | null = null;
  #memoryUsed = 0;

  constructor(worker: Worker, settings: WorkerSettings) {
    this.#worker = worker;
    this.#settings = settings;
    this.#remote = wrap<typeof storeWorker>(worker);
    this.#turns = new Turns(settings.slots);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stop(new StoreError("lost", `the store's worker failed: ${event.message}`));
    };
  }

  get fill(): number {
    return this.#memoryUsed / this.#settings.memoryBytes;
  }

  get mark(): string | null {
    return this.#mark;
  }

  async open(): Promise<void> {
    try {
      await this.#end.before(this.#remote.open(this.#settings));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failed = new StoreError("lost", `cannot open the store: ${message}`, { cause: error });
      this.#stop(failed);
      throw failed;
    }
  }

  async ingest(records: readonly JournalRecord[], mark?: string): Promise<void> {
    const taken = await this.#end.before(this.#remote.ingest(records) as Promise<Taken>);
    if ("reason" in taken) throw this.#error(taken);
    this.#memoryUsed = taken.memoryUsed;
    this.#mark = mark ?? this.#mark;
  }

  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const { timeoutMs, maxRows } = checkBounds(options);
    const { signal } = options;
    if (this.#end.error) throw this.#end.error;
    const leave = () => new StoreError("aborted", "the query was aborted");
    const slot = await this.#turns.take(signal, leave, this.#end);
    const { aborts } = this.#settings;
    const abort = () => Atomics.store(aborts, slot, 1);
    Atomics.store(aborts, slot, signal?.aborted ? 1 : 0);
    signal?.addEventListener("abort", abort);
    const watch = this.#watch(slot, signal);
    try {
      const answer: Answer = await this.#end.before(
        this.#remote.query({ slot, sql, timeoutMs, maxRows }) as Promise<Answer>,
      );
      if ("reason" in answer) throw this.#error(answer);
      return answer;
    } finally {
      clearInterval(watch);
      signal?.removeEventListener("abort", abort);
      this.#turns.give(slot);
    }
  }

  close(): Promise<void> {
    this.#stop(new StoreError("closed", "the store is closed"));
    return Promise.resolve();
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

  #stop(error: StoreError): void {
    if (this.#end.error) return;
    this.#end.come(error);
    this.#worker.terminate();
  }
}
