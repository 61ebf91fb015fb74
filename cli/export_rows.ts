/**
 * The rows of an export: page by page where a table can be long, so that neither the run nor this
 * process has to hold it.
 *
 * @module
 */
import { ARCHIVE_COLUMNS, type QueryOptions, type QueryResult } from "../mod.ts";
import { QueryError } from "./ask_run.ts";
import { UsageError } from "./usage_error.ts";
import type { Ask } from "./where_filter.ts";

/** Columns, and rows that are read as they are asked for. */
export interface ExportedRows {
  readonly columns: QueryResult["columns"];
  readonly rows: AsyncIterable<readonly unknown[]>;
}

/** Tables with a row a program, read by ranges of journal numbers. */
const BY_PROGRAM = ["programs", "archive", "correct"];

/** Journal numbers to a page. */
const PAGE = 2_000;

/** Most rows of what is read at once. */
const MAX_ROWS = 10_000_000;

/** Rows of any query, read at once. @throws QueryError */
export async function rowsOfQuery(
  ask: Ask,
  sql: string,
  bounds: QueryOptions,
): Promise<ExportedRows> {
  const { columns, rows, truncated } = await ask(sql, { ...bounds, maxRows: MAX_ROWS });
  if (truncated) {
    throw new QueryError(`the result has more than ${MAX_ROWS} rows: export a table, or parts`);
  }
  return { columns, rows: each([rows]) };
}

/** Rows of a table. @throws UsageError for a name that is none, QueryError */
export async function rowsOfTable(
  ask: Ask,
  table: string,
  bounds: QueryOptions,
): Promise<ExportedRows> {
  if (!/^[a-z_]+$/i.test(table)) throw new UsageError(`--table ${table}: expected a table's name`);
  if (!BY_PROGRAM.includes(table)) {
    return await rowsOfQuery(ask, `SELECT * FROM "${table}"`, bounds);
  }
  return await pages(ask, "*", table, bounds);
}

/** The archive in {@link ARCHIVE_COLUMNS}, in journal order. */
export async function rowsOfArchive(ask: Ask, bounds: QueryOptions): Promise<ExportedRows> {
  const list = ARCHIVE_COLUMNS.map(({ name, type }) => `${name}::${type} AS ${name}`).join(", ");
  return await pages(ask, list, "archive", bounds);
}

/** What the run had when it was first asked; what it adds meanwhile is left out. */
async function pages(
  ask: Ask,
  list: string,
  table: string,
  bounds: QueryOptions,
): Promise<ExportedRows> {
  const select = (from: number, to: number) =>
    ask(`SELECT ${list} FROM ${table} WHERE seq BETWEEN ${from} AND ${to} ORDER BY seq`, {
      ...bounds,
      maxRows: PAGE + 1,
    });
  const ends = await ask(`SELECT min(seq), max(seq) FROM ${table}`, bounds);
  const [first, last] = ends.rows[0].map(Number);
  const { columns } = await select(1, 0);
  async function* rest() {
    for (let from = first; first > 0 && from <= last; from += PAGE) {
      yield (await select(from, Math.min(last, from + PAGE - 1))).rows;
    }
  }
  return { columns, rows: each(rest()) };
}

async function* each(
  pages: AsyncIterable<readonly unknown[][]> | Iterable<readonly unknown[][]>,
): AsyncGenerator<readonly unknown[]> {
  for await (const page of pages) yield* page;
}
