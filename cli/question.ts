/**
 * A question in SQL, as a request brings it.
 *
 * @module
 */
import { MAX_SQL_MS } from "./ask_run.ts";
import { UsageError } from "./usage_error.ts";

/** Longest SQL text; most rows and most time of an answer. */
const MAX_SQL = 100_000;
const MAX_ROWS = 10_000_000;

/** The question of a request's body. @throws UsageError naming the field that is wrong */
export function questionOf(body: unknown): { sql: string; maxRows?: number; timeoutMs: number } {
  const { sql, maxRows, timeoutMs = 60_000 } = (body ?? {}) as Record<string, unknown>;
  if (typeof sql !== "string" || sql.length > MAX_SQL) {
    throw new UsageError(`sql: expected a text of at most ${MAX_SQL} characters`);
  }
  if (maxRows !== undefined && !isWhole(maxRows, 0, MAX_ROWS)) {
    throw new UsageError(`maxRows: expected 0..${MAX_ROWS}, got ${JSON.stringify(maxRows)}`);
  }
  if (!isWhole(timeoutMs, 1, MAX_SQL_MS)) {
    throw new UsageError(`timeoutMs: expected 1..${MAX_SQL_MS}, got ${JSON.stringify(timeoutMs)}`);
  }
  return { sql, maxRows, timeoutMs };
}

function isWhole(value: unknown, from: number, to: number): value is number {
  return Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
}
