/**
 * `soar export --partitions`: the programs of a run as a folder of Parquet files, one for each
 * segment of the journal that is closed, named as Hive does (`segment=12/programs.parquet`). Polars,
 * DuckDB and Spark read such a folder as one table.
 *
 * What is there is not written again, so that it can be called now and then while a run goes on.
 *
 * @module
 */
import { closedSegments, type RunDirectory, writeParquet } from "../mod.ts";
import { AskedRun, MAX_SQL_MS } from "./ask_run.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { rowsBetween } from "./export_rows.ts";

/** @throws QueryError, ParquetError, Interrupted */
export async function exportPartitions(directory: RunDirectory, folder: string): Promise<void> {
  const segments = closedSegments(directory.journal);
  let [rows, written] = [0, 0];
  await untilCtrlC(async (signal) => {
    await using asked = new AskedRun(directory);
    const bounds = { timeoutMs: MAX_SQL_MS, signal };
    for (const { segment, first, last } of segments) {
      const file = `${folder}/segment=${segment}/programs.parquet`;
      if (await isThere(file)) continue;
      await Deno.mkdir(`${folder}/segment=${segment}`, { recursive: true });
      const found = await rowsBetween(asked.query.bind(asked), "programs", first, last, bounds);
      rows += await writeParquet(file, found.columns, found.rows);
      written++;
    }
  });
  console.error(
    `${rows.toLocaleString("en")} programs of run ${directory.name} in ${written} new partitions ` +
      `of ${folder}, ${segments.length} in all; the newest part of the journal is not among them`,
  );
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
