/**
 * `soar sql`: a question about every program of a run, live or finished.
 *
 * @module
 */
import { findRun, type QueryResult, writeParquet } from "../mod.ts";
import { AskedRun, MAX_SQL_MS } from "./ask_run.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { writeOutput } from "./output.ts";
import { formatOf, outputPath, writeTextWhole } from "./output_file.ts";
import { queryList, queryText } from "./query_text.ts";
import { type Format, formatted } from "./result_formats.ts";
import { readingLine } from "./reading_line.ts";
import { runsDirectory } from "./runs_directory.ts";
import { schemaText } from "./schema_text.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar sql`. */
export interface SqlOptions {
  readonly run?: string;
  /** File that holds the query. */
  readonly file?: string;
  readonly format?: Format;
  /** The same as `format: "json"`. */
  readonly json?: boolean;
  readonly output?: string;
  readonly maxRows?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly examples?: boolean;
  /** True for all tables, or the name of one. */
  readonly schema?: boolean | string;
}

/** Rows shown in a box, and in other forms, where no number is given. */
const SHOWN_ROWS = 40;
const ALL_ROWS = 1_000_000;

/** Columns of what is no terminal, or does not say. */
const COLUMNS = 120;

/** @throws UsageError, NoRunError, QueryError with DuckDB's message, Interrupted */
export async function sql(
  query: string | undefined,
  values: readonly string[],
  options: SqlOptions,
): Promise<void> {
  if (options.examples) return void writeOutput(`${queryList()}\n`);
  if (options.schema !== undefined) {
    const table = typeof options.schema === "string" ? options.schema : undefined;
    return void writeOutput(`${await schemaText(table)}\n`);
  }
  if (options.timeout * 1000 > MAX_SQL_MS) {
    throw new UsageError(`--timeout ${options.timeout}: expected 1..${MAX_SQL_MS / 1000} seconds`);
  }
  const format = formatAsked(options);
  const directory = findRun(runsDirectory(), options.run);
  const text = await queryText(query, values, options.file);
  const result = await untilCtrlC(async (signal) => {
    await using run = new AskedRun(directory);
    return await run.query(text, {
      maxRows: options.maxRows ?? (format === "box" ? SHOWN_ROWS : ALL_ROWS),
      timeoutMs: options.timeout * 1000,
      signal,
      onReading: readingLine(),
    });
  });
  await write(result, format, options.output);
  if (format === "box" || result.truncated || options.output !== undefined) {
    const more = result.truncated ? ", more were cut off: --max-rows" : "";
    const { length } = result.rows;
    console.error(
      `${length} ${length === 1 ? "row" : "rows"}${more}, ${
        result.ms.toFixed(0)
      } ms, run ${directory.name}`,
    );
  }
}

function formatAsked({ json, format, output }: SqlOptions): Format {
  if (json && format !== undefined && format !== "json") {
    throw new UsageError(`--json and --format ${format}: give one of them`);
  }
  const asked = json ? "json" : format;
  if (output !== undefined) {
    outputPath(output);
    return formatOf(output, asked);
  }
  if (asked === "parquet") throw new UsageError("--format parquet: give a file by -o");
  return asked ?? (Deno.stdout.isTerminal() ? "box" : "csv");
}

async function write(result: QueryResult, format: Format, output?: string): Promise<void> {
  if (format === "parquet") {
    await writeParquet(outputPath(output!), result.columns, result.rows);
    return;
  }
  const terminal = output === undefined && Deno.stdout.isTerminal();
  const columns = terminal && Deno.consoleSize().columns || COLUMNS;
  const text = formatted(result, format, { terminal, columns });
  if (output === undefined) writeOutput(text);
  else await writeTextWhole(output, [text]);
}
