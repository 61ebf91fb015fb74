/**
 * `soar sql`: a question about every program of a run.
 *
 * A live run is asked through its own process; of a run that has ended the journal is read.
 *
 * @module
 */
import {
  findRun,
  JournalStore,
  namedQueries,
  type QueryResult,
  type RunDirectory,
} from "../mod.ts";
import { liveRun } from "./live_run.ts";
import { tellDamage } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { table } from "./table.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar sql`. */
export interface SqlOptions {
  readonly run?: string;
  readonly json?: boolean;
  readonly maxRows?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly examples?: boolean;
}

/** Cells hold what models wrote: it must not steer the terminal, nor break the table. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;

/** Rows shown in a terminal, and in JSON, where no number is given. */
const SHOWN_ROWS = 40;
const JSON_ROWS = 100_000;

/** @throws UsageError, NoRunError, StoreError with DuckDB's message */
export async function sql(query: string | undefined, options: SqlOptions): Promise<void> {
  if (options.examples) {
    for (const [name, { title }] of namedQueries) console.log(`@${name.padEnd(16)} ${title}`);
    return;
  }
  const directory = findRun(runsDirectory(), options.run);
  const text = await queryText(query);
  if (text.trim() === "") throw new UsageError("the query is empty");
  const maxRows = options.maxRows ?? (options.json ? JSON_ROWS : SHOWN_ROWS);
  const result = await ask(directory, text, maxRows, options.timeout * 1000);
  if (options.json) {
    const names = result.columns.map(({ name }) => name);
    const rows = result.rows.map((row) => Object.fromEntries(row.map((v, i) => [names[i], v])));
    console.log(JSON.stringify(rows));
    return;
  }
  console.log(table(
    result.columns.map(({ name }) => name),
    result.rows.map((row) => row.map(cellText)),
  ));
  const more = result.truncated ? ", more were cut off: --max-rows" : "";
  console.error(
    `${result.rows.length} ${result.rows.length === 1 ? "row" : "rows"}${more}, ${
      result.ms.toFixed(0)
    } ms, run ${directory.name}`,
  );
}

async function ask(
  directory: RunDirectory,
  text: string,
  maxRows: number,
  timeoutMs: number,
): Promise<QueryResult> {
  const server = await liveRun(directory);
  if (!server) {
    const store = new JournalStore(directory.journal, tellDamage);
    try {
      return await store.query(text, { maxRows, timeoutMs });
    } finally {
      await store.close();
    }
  }
  const response = await fetch(`${server.url}/sql`, {
    method: "POST",
    headers: { ...server.headers, "content-type": "application/json" },
    body: JSON.stringify({ sql: text, maxRows, timeoutMs }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function queryText(query: string | undefined): Promise<string> {
  if (query?.startsWith("@")) {
    const named = namedQueries.get(query.slice(1));
    if (named) return named.sql;
    const names = [...namedQueries.keys()].map((name) => `@${name}`).join(", ");
    throw new UsageError(`no query ${query}; there are ${names}`);
  }
  if (query !== undefined && query !== "-") return query;
  if (query === undefined && Deno.stdin.isTerminal()) {
    throw new UsageError(
      'give a query, e.g. "FROM learning_curve", or @name; --examples lists some',
    );
  }
  return await new Response(Deno.stdin.readable).text();
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") {
    return value.replace(CONTROL, (c) => JSON.stringify(c).slice(1, -1));
  }
  if (typeof value === "number" && !Number.isInteger(value)) return String(+value.toPrecision(6));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
