/**
 * Questions in SQL: to the dashboard's server, or to DuckDB in the browser on a frozen run.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { OnReading, Reading } from "../data/reading.ts";
import type { Column } from "../data/store_read.ts";
import { readTold, TOLD_TYPE } from "../data/told_answer.ts";
import { useTick } from "./live.ts";

/** Rows of an answer. */
export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly unknown[][];
  readonly truncated: boolean;
  /** Milliseconds that the database took. */
  readonly ms: number;
}

/** Bounds of a question. */
export interface Bounds {
  /** @default 1000 */
  readonly maxRows?: number;
  readonly signal?: AbortSignal;
  /** Told how far the run's journal is read while the answer waits for it; not on a frozen run. */
  readonly onReading?: OnReading;
}

/** What a frozen dashboard knows of its run. */
export interface FrozenRun {
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
}

/** The run frozen into the page; null when it is served. */
export const frozenRun: FrozenRun | null = JSON.parse(
  document.getElementById("frozen")?.textContent ?? "null",
);

/** The module `frozen_engine.js`. */
interface FrozenEngine {
  ask(sql: string, bounds: Bounds): Promise<Answer>;
}

let engine: Promise<FrozenEngine> | null = null;

/** @throws Error with the database's message */
export async function ask(sql: string, bounds: Bounds = {}): Promise<Answer> {
  if (frozenRun) {
    // Some megabytes that a served dashboard never needs, so no part of this script.
    const url = new URL("frozen_engine.js", location.href).href;
    engine ??= import(url);
    return await (await engine).ask(sql, bounds);
  }
  const { maxRows = 1000, signal, onReading } = bounds;
  const response = await fetch("sql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: TOLD_TYPE },
    body: JSON.stringify({ sql, maxRows, timeoutMs: 60_000 }),
    signal,
  });
  const told = await readTold(response.body!, onReading);
  if ("error" in told) throw new Error(told.error);
  return told;
}

/** Sends JSON to the server. @throws Error with what it says was wrong */
export async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** An answer as it comes. */
export interface Asked {
  readonly rows: readonly Row[] | null;
  readonly error: string | null;
  /** How far the run's journal is read while the answer waits for it. */
  readonly reading: Reading | null;
}

/** A row by column names. */
// deno-lint-ignore no-explicit-any -- columns are as many types as queries have
export type Row = Record<string, any>;

/** How much longer than it takes a question waits before it is asked again. */
const REST = 10;

/**
 * Rows of a question, asked again when the run goes on, but never for more than a tenth of the time.
 * A question under way is let end: on a long run an answer may take longer than the next news.
 */
export function useRows(sql: string, maxRows = 1000): Asked {
  const [asked, setAsked] = useState<Asked & { sql: string; until: number }>(NOTHING);
  const [reading, setReading] = useState<Reading | null>(null);
  const underWay = useRef<{ readonly sql: string; readonly stop: AbortController } | null>(null);
  const tick = useTick();
  const current = asked.sql === sql;
  useEffect(() => {
    if (underWay.current?.sql === sql || current && asked.until > Date.now()) return;
    underWay.current?.stop.abort();
    const mine = { sql, stop: new AbortController() };
    underWay.current = mine;
    const start = Date.now();
    const onReading: OnReading = (news) => underWay.current === mine && setReading(news);
    ask(sql, { maxRows, signal: mine.stop.signal, onReading }).then(
      (answer) => ({ rows: rowsOf(answer), error: null, reading: null }),
      (error) => ({ rows: null, error: String(error.message ?? error), reading: null }),
    ).then((found) => {
      if (underWay.current !== mine) return;
      underWay.current = null;
      setAsked({ ...found, sql, until: Date.now() + REST * (Date.now() - start) });
    });
  }, [sql, maxRows, tick]);
  useEffect(() => () => {
    underWay.current?.stop.abort();
    underWay.current = null;
  }, []);
  return current ? asked : { ...NOTHING, reading };
}

const NOTHING = { rows: null, error: null, reading: null, sql: "", until: 0 };

/** Rows by column names. */
export function rowsOf({ columns, rows }: Answer): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A program's id as an SQL literal; one that is none finds nothing. */
export function idLiteral(id: string): string {
  return /^\d{1,20}$/.test(id) ? `'${id}'::UBIGINT` : "NULL::UBIGINT";
}
