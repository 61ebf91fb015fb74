/**
 * SQL over a long journal on the native engine, as `soar sql` asks it, and its Parquet partitions
 * (`--part programs` of the scale suite).
 *
 *     scale_store.ts RUNS NAME
 *
 * @module
 */
import { exportPartitions } from "../cli/export_partitions.ts";
import { folderBytes, JournalStore, namedQueries, RunDirectory } from "../mod.ts";
import { processFigures } from "./process_figures.ts";
import { printFigure } from "./target_table.ts";

/** Longest time for a query, in milliseconds. */
const TIMEOUT_MS = 600_000;

const directory = new RunDirectory(Deno.args[0], Deno.args[1]);
const store = new JournalStore(directory.journal, () => {}, {
  engine: "native",
  file: directory.database,
});
let start = performance.now();
const { rows } = await store.query("SELECT count(*) FROM programs", { timeoutMs: TIMEOUT_MS });
const programs = Number(rows[0][0]);
const seconds = (performance.now() - start) / 1000;
printFigure("SQL: the journal read into its file", seconds, "s");
printFigure("  the same", programs / seconds, "programs/s");
printFigure("  the file", Deno.statSync(directory.database).size / programs, "B/program");
for (const [name, { sql }] of namedQueries) {
  start = performance.now();
  try {
    await store.query(sql, { timeoutMs: TIMEOUT_MS, maxRows: 10_000 });
    printFigure(`  @${name}`, (performance.now() - start) / 1000, "s", { most: 5 });
  } catch (error) {
    console.log(`  @${name}: ${(error as Error).message.split("\n")[0]}`);
  }
}
const { host, cells } = await processFigures("python3", "store_process");
printFigure("  memory (RSS) of this process", host.rss / 2 ** 20, "MiB", { most: 2048 });
printFigure("  memory (RSS) of DuckDB's process", cells.rss / 2 ** 20, "MiB");
await store.close();
start = performance.now();
const folder = `${directory.path}/partitions`;
await exportPartitions(directory, folder);
printFigure("Parquet partitions", (performance.now() - start) / 1000, "s");
printFigure("  on disk", folderBytes(folder) / programs, "B/program");
