/**
 * How fast the store takes in a run, and how fast it answers, on each of its engines.
 *
 *     deno task bench --suite store [--programs N] [--engine wasm|native]
 *
 * The records are made up (synthetic_run.ts); their making is not timed. A run of a million programs
 * is more than the embedded engine is meant for: what it says then is told, not judged.
 */
import { namedQueries } from "../data/queries.ts";
import type { JournalRecord } from "../data/records.ts";
import { openStore } from "../data/open_store.ts";
import { type Store, STORE_ENGINES, type StoreEngine } from "../data/store.ts";
import { FED_TABLES } from "../data/store_schema.ts";
import { syntheticRun } from "./synthetic_run.ts";
import { printFigure, programsAsked } from "./target_table.ts";

/** Records handed over at a time, as a journal is followed. */
const BATCH = 8192;

/** Longest time for a query, in milliseconds. */
const TIMEOUT_MS = 120_000;

const programs = programsAsked(1_000_000);
const at = Deno.args.indexOf("--engine");
const engines = STORE_ENGINES.filter((engine) => at < 0 || Deno.args[at + 1] === engine);
console.log(`${programs.toLocaleString("en")} programs`);
for (const engine of engines) await measure(engine);

async function measure(engine: StoreEngine): Promise<void> {
  console.log(`\n${engine}`);
  let start = performance.now();
  const store = await openStore({ engine });
  printFigure("opening", performance.now() - start, "ms");
  let ms = 0;
  let worst = 0;
  for (const batch of batches()) {
    start = performance.now();
    await store.ingest(batch);
    const took = performance.now() - start;
    ms += took;
    worst = Math.max(worst, took);
  }
  const target = engine === "wasm" ? { least: 50_000 } : undefined;
  printFigure("ingestion", await rowsOf(store) / ms * 1000, "rows/s", target);
  printFigure("  the same", programs / ms * 1000, "programs/s");
  printFigure("  the longest batch", worst, "ms");
  if (engine === "wasm") printFigure("  share of the memory limit", store.fill, "");
  printFigure("  memory (RSS) of this process", Deno.memoryUsage().rss / 2 ** 20, "MiB");
  const most = engine === "native" ? { most: 2000 } : undefined;
  const asked = [
    ...[...namedQueries].map(([name, { sql }]) => [`@${name}`, sql]),
    ["code LIKE '%x%'", "SELECT count(*) FROM programs WHERE code LIKE '%grid[3]%'"],
    ["10,000 whole programs", "FROM programs"],
  ];
  for (const [name, sql] of asked) {
    start = performance.now();
    try {
      await store.query(sql, { timeoutMs: TIMEOUT_MS, maxRows: 10_000 });
      const limit = name.startsWith("@") ? most : undefined;
      printFigure(name, performance.now() - start, "ms", limit);
    } catch (error) {
      console.log(`${name.padEnd(44)} ${(error as Error).message.split("\n")[0]}`);
    }
  }
  await store.close();
}

/** Rows of all tables: a program is one, its request and reply are shared by those of one call. */
async function rowsOf(store: Store): Promise<number> {
  const counts = Object.keys(FED_TABLES).map((name) => `(SELECT count(*) FROM ${name})`);
  const { rows } = await store.query(`SELECT (${counts.join(" + ")})::INTEGER`);
  return Number(Object.values(rows[0])[0]);
}

function* batches(): Generator<JournalRecord[]> {
  let seq = 0;
  let batch: JournalRecord[] = [];
  for (const body of syntheticRun(programs)) {
    batch.push({ ...body, seq: ++seq, at: 1.7e12 + seq });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
