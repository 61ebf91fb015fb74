/**
 * What a statement is, as native DuckDB's own parser tells it.
 *
 * A statement that stands between the parentheses of `FROM (…)` is one select and nothing else;
 * DuckDB gives that as a tree, in which every function it calls is named.
 *
 * @module
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { Refusal } from "./store_error.ts";
import { type Column, notReading, severalStatements } from "./store_read.ts";
import { FORBIDDEN, type Statement } from "./store_statement.ts";

/** All that @duckdb/node-api 1.5.5 says of a text without a statement. */
const NO_STATEMENT = "Error in native callback";

/** Words that make an explanation of what follows, with comments around them. */
const EXPLAIN = (() => {
  const gap = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[^]*?\*/)`;
  return new RegExp(`^${gap}*explain${gap}+(?:analyze${gap}+)?`, "i");
})();

/**
 * Takes a statement apart.
 *
 * @throws Refusal when it is not exactly one that only reads, or calls a forbidden function
 */
export async function proveReading(reader: DuckDBConnection, sql: string): Promise<Statement> {
  const count = await countStatements(reader, sql);
  if (count === 0) throw new Refusal("expected a statement, got none");
  if (count > 1) throw new Refusal(severalStatements());
  const head = EXPLAIN.exec(sql)?.[0] ?? "";
  for (const end of await ends(reader, sql)) {
    const select = sql.slice(head.length, end);
    const tree = await treeOf(reader, select);
    if (tree === null) continue;
    const called = functionsIn(tree).find((name) => FORBIDDEN.has(name));
    if (called) throw new Refusal(`expected a statement that only reads, got a call of ${called}`);
    return { text: sql.slice(0, end), explained: head === "" ? null : select };
  }
  // What is wrong otherwise, unknown names say, is to be told as it is.
  (await reader.prepare(sql)).destroySync();
  throw new Refusal(notReading());
}

/** Columns of a proven select, by name and DuckDB type. */
export async function describeNative(reader: DuckDBConnection, sql: string): Promise<Column[]> {
  const described = await reader.runAndReadAll(`DESCRIBE FROM (\n${sql}\n)`);
  return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** Where the one statement may end: at its end, or at a semicolon with nothing behind it. */
async function ends(reader: DuckDBConnection, sql: string): Promise<number[]> {
  const found = [sql.length];
  for (let at = sql.lastIndexOf(";"); at >= 0; at = sql.lastIndexOf(";", at - 1)) {
    // What is no statement by itself may be one with what stands before it: the end of a text.
    if (await countStatements(reader, sql.slice(at + 1)).catch(() => 1) > 0) break;
    found.push(at);
    if (at === 0) break;
  }
  return found;
}

/** How many statements a text holds. @throws with the parser's complaint */
async function countStatements(reader: DuckDBConnection, sql: string): Promise<number> {
  try {
    return (await reader.extractStatements(sql)).count;
  } catch (error) {
    const complaint = (error as Error).message.replace(/^Failed to extract statements: /, "");
    if (complaint === NO_STATEMENT) return 0;
    throw new Error(complaint, { cause: error });
  }
}

/** The tree of a select, or null when the text is none. */
async function treeOf(reader: DuckDBConnection, select: string): Promise<unknown> {
  const read = await reader.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [
    `FROM (\n${select}\n)`,
  ]);
  const { error, statements } = JSON.parse(String(read.getRows()[0][0]));
  return error || statements.length !== 1 ? null : statements;
}

/** Names of all functions a tree calls, in lower case. */
function functionsIn(tree: unknown): string[] {
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([key, value]) =>
    key === "function_name" ? [String(value).toLowerCase()] : functionsIn(value)
  );
}
