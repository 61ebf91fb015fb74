/**
 * An SQL condition over the columns of `programs` as a filter of candidates.
 *
 * @module
 */
import type { JournalQueryOptions, OnReading, QueryResult } from "../mod.ts";

/** Whoever answers SQL. */
export type Ask = (sql: string, options: JournalQueryOptions) => Promise<QueryResult>;

/** Most candidates one question is about. */
const MAX_CANDIDATES = 10_000_000;

/** Longest time for one question, in milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Journal numbers, between two that count, of the programs for which the condition holds.
 *
 * @throws what `ask` throws for a condition that is none
 */
export async function seqsWhere(
  ask: Ask,
  where: string,
  from: number,
  to: number,
  signal?: AbortSignal,
  onReading?: OnReading,
): Promise<Set<number>> {
  // The condition stands on lines of its own, so that a comment in it ends before the parenthesis.
  const { rows } = await ask(
    `SELECT seq FROM programs WHERE seq BETWEEN ${from} AND ${to} AND (\n${where}\n)`,
    { maxRows: MAX_CANDIDATES, timeoutMs: TIMEOUT_MS, signal, onReading },
  );
  return new Set(rows.map(([seq]) => Number(seq)));
}
