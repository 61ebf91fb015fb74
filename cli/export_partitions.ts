/**
 * `soar export --partitions`: the programs of a run as a folder of Parquet files, one for each
 * segment of the journal that is closed (all of them once the run is done), named as Hive does (`segment=12/programs.parquet`). Polars,
 * DuckDB and Spark read such a folder as one table.
 *
 * What is there is not written again, so that it can be called now and then while a run goes on. Native
 * DuckDB copies the rows out of the run's own file, or of one made for it while the run is live.
 *
 * @module
 */
import {
  type ClosedSegment,
  closedSegments,
  copyToParquet,
  JournalStore,
  type RunDirectory,
} from "../mod.ts";
import { MAX_SQL_MS } from "./ask_run.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { liveRun } from "./live_run.ts";
import { readingLine } from "./reading_line.ts";
import { tellDamage } from "./read_run.ts";

interface Partition extends ClosedSegment {
  readonly file: string;
}

/** @throws StoreError, ParquetError, Interrupted */
export async function exportPartitions(directory: RunDirectory, folder: string): Promise<void> {
  // The file of a live run is its own process's.
  const isLive = await liveRun(directory) !== null;
  const isDone = !isLive && directory.readRunFile().status === "done";
  const segments = closedSegments(directory.journal, isDone);
  const missing: Partition[] = [];
  for (const one of segments) {
    const inside = `${folder}/segment=${one.segment}`;
    const file = `${inside}/programs.parquet`;
    if (await isThere(file)) continue;
    await Deno.mkdir(inside, { recursive: true });
    missing.push({ ...one, file });
  }
  const database = isLive ? `${folder}/rows.duckdb.tmp` : directory.database;
  const rows = missing.length === 0 ? 0 : await untilCtrlC(async (signal) => {
    try {
      return await copied(directory.journal, database, missing, signal);
    } finally {
      if (isLive) await Deno.remove(database).catch(() => {});
    }
  });
  console.error(
    `${rows.toLocaleString("en")} programs of run ${directory.name} in ${missing.length} new ` +
      `partitions of ${folder}, ${segments.length} in all` +
      (isDone ? "" : "; the newest part of the journal is not among them until the run is done"),
  );
}

async function copied(
  journal: string,
  database: string,
  missing: readonly Partition[],
  signal: AbortSignal,
): Promise<number> {
  const store = new JournalStore(journal, tellDamage, { engine: "native", file: database });
  try {
    await store.query("SELECT 1", { timeoutMs: MAX_SQL_MS, signal, onReading: readingLine() });
  } finally {
    await store.close();
  }
  const parts = missing.map(({ first, last, file }) => {
    return { select: `FROM programs WHERE seq BETWEEN ${first} AND ${last} ORDER BY seq`, file };
  });
  return await copyToParquet(database, parts, signal);
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
