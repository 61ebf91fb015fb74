/** The store's engines, each to pass the same tests. */
import { openStore, type StoreOptions } from "../../data/open_store.ts";
import { type Store, STORE_ENGINES } from "../../data/store.ts";
import type { StoreEngine } from "../../data/store.ts";

/** What a test of the store works with. */
export interface Bench {
  readonly engine: StoreEngine;
  readonly openStore: (options?: StoreOptions) => Promise<Store>;
  readonly t: Deno.TestContext;
}

/** One test, once for each engine. */
export function onEachEngine(name: string, test: (bench: Bench) => Promise<void>): void {
  for (const engine of STORE_ENGINES) {
    Deno.test(`${engine}: ${name}`, (t) =>
      test({ engine, openStore: (options) => openStore({ ...options, engine }), t }));
  }
}

/** Rows as objects. */
export async function rowObjects(store: Store, sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await store.query(sql);
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i].name, value])));
}
