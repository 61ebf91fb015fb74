/**
 * What both engines hold of reading: bounds of a result, columns, and what a refusal says.
 *
 * @module
 */
import { needsText } from "./store_values.ts";

/** Bytes a result may have: more is no answer to read but an export. */
export const MAX_RESULT_BYTES = 256 * 2 ** 20;

/** A column by name and DuckDB type. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** The select as it is run: with columns cast to text where their type has no plain value. */
export function asRead(sql: string, columns: readonly Column[]): string {
  if (!columns.some(({ type }) => needsText(type))) return sql;
  const list = columns.map(({ type }, i) => `#${i + 1}${needsText(type) ? "::VARCHAR" : ""}`);
  return `SELECT ${list.join(", ")} FROM (\n${sql}\n)`;
}

/** Says that there is more than one statement. */
export function severalStatements(): string {
  return "expected one statement, got more (PIVOT is one when its values are listed: ON x IN (…))";
}

/** Says that a statement is no select. */
export function notReading(): string {
  return "expected one statement that only reads, such as SELECT, FROM, WITH or DESCRIBE";
}
