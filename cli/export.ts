/**
 * `soar export`: any query, a table, or the archive as a Parquet, JSONL or CSV file; or the whole run
 * as a DuckDB file.
 *
 * @module
 */
import { findRun, type RunDirectory, writeParquet, writeSnapshot } from "../mod.ts";
import { AskedRun, MAX_SQL_MS } from "./ask_run.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { exportDashboard } from "./export_dashboard.ts";
import { exportPartitions } from "./export_partitions.ts";
import { type ExportedRows, rowsOfArchive, rowsOfQuery, rowsOfTable } from "./export_rows.ts";
import { formatOf, outputPath, writeTextWhole } from "./output_file.ts";
import { queryText } from "./query_text.ts";
import { csvLine, EXPORT_FORMATS, type Format, rowObject } from "./result_formats.ts";
import { tellDamage } from "./read_run.ts";
import { readingLine } from "./reading_line.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";
import type { Ask } from "./where_filter.ts";

/** Options of `soar export`; one of those before `output` is given. */
export interface ExportOptions {
  readonly run?: string;
  readonly query?: string;
  readonly table?: string;
  readonly archive?: boolean;
  readonly snapshot?: boolean;
  /** Folder. */
  readonly dashboard?: string;
  /** Folder. */
  readonly partitions?: string;
  /** Not of a folder. */
  readonly output?: string;
  readonly format?: typeof EXPORT_FORMATS[number];
}

/** @throws UsageError, NoRunError, QueryError, ParquetError, Interrupted */
export async function exportRows(options: ExportOptions): Promise<void> {
  const { run, query, table, archive, snapshot, dashboard, partitions, output } = options;
  const given = [query, table, archive, snapshot, dashboard, partitions]
    .filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(
      "give one of --query, --table, --archive, --snapshot, --dashboard and --partitions",
    );
  }
  const folder = dashboard ?? partitions;
  if (folder !== undefined) {
    const name = dashboard === undefined ? "partitions" : "dashboard";
    if (output !== undefined) throw new UsageError(`--${name} takes no -o, got ${output}`);
    const found = findRun(runsDirectory(), run);
    return await (dashboard === undefined ? exportPartitions : exportDashboard)(found, folder);
  }
  if (output === undefined) throw new UsageError("-o: expected the file to write");
  if (snapshot) return await exportSnapshot(findRun(runsDirectory(), run), output, options.format);
  const format = formatOf(output, options.format, EXPORT_FORMATS);
  outputPath(output);
  const directory = findRun(runsDirectory(), run);
  const sql = query === undefined ? null : await queryText(query, [], undefined);
  const count = await untilCtrlC(async (signal) => {
    await using asked = new AskedRun(directory);
    const ask: Ask = asked.query.bind(asked);
    const bounds = { timeoutMs: MAX_SQL_MS, signal, onReading: readingLine() };
    const rows = sql !== null
      ? await rowsOfQuery(ask, sql, bounds)
      : table !== undefined
      ? await rowsOfTable(ask, table, bounds)
      : await rowsOfArchive(ask, bounds);
    return await write(rows, format, output);
  });
  console.error(`${count.toLocaleString("en")} rows of run ${directory.name} in ${output}`);
}

async function exportSnapshot(
  directory: RunDirectory,
  output: string,
  format: ExportOptions["format"],
): Promise<void> {
  if (format !== undefined || !/(?<!(?:^|\/)store)\.duckdb$/.test(output)) {
    throw new UsageError(
      `--snapshot -o ${output}: expected a name that ends in .duckdb, other than store.duckdb`,
    );
  }
  const { programs } = await writeSnapshot(
    directory.journal,
    outputPath(output),
    tellDamage,
    readingLine(),
  );
  console.error(
    `${programs.toLocaleString("en")} programs of run ${directory.name} in ${output}`,
  );
}

async function write(
  { columns, rows }: ExportedRows,
  format: Format,
  output: string,
): Promise<number> {
  if (format === "parquet") return await writeParquet(outputPath(output), columns, rows);
  const names = columns.map(({ name }) => name);
  let count = 0;
  async function* lines() {
    if (format === "csv") yield `${csvLine(names, false)}\r\n`;
    for await (const row of rows) {
      count++;
      yield format === "csv"
        ? `${csvLine(row, false)}\r\n`
        : `${JSON.stringify(rowObject(names, row))}\n`;
    }
  }
  await writeTextWhole(output, lines());
  return count;
}
