/**
 * Opens a store with the engine asked for.
 *
 * @module
 */
import type { Store, StoreEngine } from "./store.ts";
import { openNativeStore } from "./store_native.ts";
import { openWasmStore } from "./store_wasm.ts";

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** The engine to open. @default "wasm" */
  readonly engine?: StoreEngine;
  /** Queries that may run at a time; more wait for their turn. @default 4 */
  readonly concurrency?: number;
  /** Bytes DuckDB may use for tables and queries. @default 3.1 GiB for wasm, 80 % of all for native */
  readonly memoryBytes?: number;
  /** Time an interrupted query has to end before the database is given up. @default 2000 */
  readonly graceMs?: number;
  /** File that holds the database of the native engine; null for memory. @default null */
  readonly file?: string | null;
  /**
   * Bytes of a snapshot (store_snapshot.ts) that the wasm engine opens; it takes no records then.
   *
   * @default null
   */
  readonly snapshot?: Uint8Array | null;
}

/**
 * Opens a store: empty, or what its file holds.
 *
 * @throws StoreError when the database does not start
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const { engine = "wasm", concurrency = 4, memoryBytes = null, graceMs = 2000 } = options;
  const { file = null, snapshot = null } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency: expected at least 1, got ${concurrency}`);
  }
  const bounds = { slots: concurrency, memoryBytes, graceMs };
  if (engine === "wasm" && file !== null) {
    throw new TypeError(`file ${file}: the wasm engine keeps no files, expected engine native`);
  }
  if (engine === "native" && snapshot !== null) {
    throw new TypeError("snapshot: the native engine opens the file itself, expected engine wasm");
  }
  return await (engine === "native"
    ? openNativeStore({ ...bounds, file })
    : openWasmStore({ ...bounds, snapshot }));
}
