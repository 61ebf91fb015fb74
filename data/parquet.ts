/**
 * Parquet files, by the native DuckDB package: loaded only when one is written or read, since it is
 * native code (--allow-ffi) and not there on every platform.
 *
 * Rows pass through a JSON lines file beside the target, so that what does not fit into memory can
 * still be written; a file is in its place only when it is whole.
 *
 * @module
 */
import type { DuckDBConnection } from "@duckdb/node-api";

/** A Parquet file that cannot be written or read. */
export class ParquetError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ParquetError";
}

/** A column by name and DuckDB type. */
export interface ParquetColumn {
  /** As the file has it. */
  readonly name: string;
  /** DuckDB's name of the type, e.g. `BIGINT`. */
  readonly type: string;
}

/** Longest row as JSON, in bytes. */
const ROW_BYTES = 64 * 2 ** 20;

/**
 * Writes rows of values as JSON has them (data/store.ts, `QueryResult`).
 *
 * @returns how many rows
 * @throws ParquetError where the package does not load, or a type has no form in Parquet
 */
export async function writeParquet(
  file: string,
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
): Promise<number> {
  const lines = `${file}.rows.tmp`;
  const whole = `${file}.tmp`;
  try {
    const count = await writeLines(lines, columns, rows);
    const types = columns.map(({ name, type }) => `${quote(name)}: ${quote(typeIn(type))}`);
    await withDuckDB(async (connection) => {
      await connection.run(
        `COPY (SELECT * FROM read_json(${quote(lines)}, format = 'newline_delimited', ` +
          `columns = {${types.join(", ")}}, maximum_object_size = ${ROW_BYTES})) ` +
          `TO ${quote(whole)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    });
    await Deno.rename(whole, file);
    return count;
  } finally {
    for (const left of [lines, whole]) await Deno.remove(left).catch(() => {});
  }
}

/** What DuckDB holds while it copies: it reads parts of a file that may be far larger. */
const COPY_MEMORY = "1GB";

/** One file of {@link copyToParquet}. */
export interface ParquetPart {
  /** What is written: a query of the database. */
  readonly select: string;
  /** Where to. */
  readonly file: string;
}

/**
 * Writes the results of queries of a DuckDB file that no process has open.
 *
 * @returns how many rows in all
 * @throws ParquetError where the package does not load, or the file cannot be opened
 */
export async function copyToParquet(
  database: string,
  parts: Iterable<ParquetPart>,
  signal?: AbortSignal,
): Promise<number> {
  let rows = 0;
  await withDuckDB(async (connection) => {
    await connection.run(`SET memory_limit = '${COPY_MEMORY}'`);
    for (const { select, file } of parts) {
      signal?.throwIfAborted();
      const whole = `${file}.tmp`;
      const copied = await connection.run(
        `COPY (${select}) TO ${quote(whole)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      await Deno.rename(whole, file);
      rows += Number(copied.rowsChanged);
    }
  }, database);
  return rows;
}

/**
 * Reads rows as objects of the wanted columns; one that the file does not have is null.
 *
 * @param wanted names and the DuckDB types to read them as
 * @throws ParquetError when it is no Parquet file or a value does not fit its type
 */
export async function* readParquet(
  file: string,
  wanted: readonly ParquetColumn[],
): AsyncGenerator<Record<string, unknown>> {
  const { instance, connection } = await openDuckDB();
  try {
    const from = `read_parquet(${quote(file)})`;
    const found = await asked(connection, `DESCRIBE FROM ${from}`);
    const names = new Set(found.map(([name]) => name));
    const list = wanted.map(({ name, type }) =>
      `${names.has(name) ? `${identifier(name)}::${type}` : "NULL"} AS ${identifier(name)}`
    );
    const result = await connection.stream(
      `SELECT to_json(t)::VARCHAR FROM (SELECT ${list.join(", ")} FROM ${from}) t`,
    );
    for await (const rows of result.yieldRowsJson()) {
      for (const [text] of rows) yield JSON.parse(String(text));
    }
  } catch (error) {
    throw new ParquetError(`${file}: ${messageOf(error)}`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function writeLines(
  path: string,
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
): Promise<number> {
  using file = await Deno.open(path, { create: true, write: true, truncate: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  let count = 0;
  for await (const row of rows) {
    const object = Object.fromEntries(columns.map(({ name }, i) => [name, row[i]]));
    await writer.write(encoder.encode(`${JSON.stringify(object)}\n`));
    count++;
  }
  await writer.close();
  return count;
}

/** Parquet has no integers of 128 bits; DuckDB would write them as DOUBLE, which is wrong. */
function typeIn(type: string): string {
  return type.replaceAll(/\bU?HUGEINT\b/g, "DECIMAL(38,0)");
}

async function withDuckDB(
  work: (connection: DuckDBConnection) => Promise<void>,
  database?: string,
): Promise<void> {
  const { instance, connection } = await openDuckDB(database);
  try {
    await work(connection);
  } catch (error) {
    throw new ParquetError(messageOf(error), { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** @param database a file, opened for reading; an empty one in memory unless told */
async function openDuckDB(database?: string) {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = database === undefined
      ? await DuckDBInstance.create(":memory:")
      : await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
    return { instance, connection: await instance.connect() };
  } catch (error) {
    throw new ParquetError(
      `Parquet needs the native DuckDB package, which does not load here (${
        messageOf(error)
      }); take jsonl or csv instead`,
      { cause: error },
    );
  }
}

async function asked(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJson() as string[][];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The first line: what follows are hints for callers in code. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
