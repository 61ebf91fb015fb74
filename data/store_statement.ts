/**
 * Reads a statement word by word before DuckDB is asked to run it.
 *
 * DuckDB's own parser decides what a statement is (store_worker.ts); here its tokenizer finds where
 * the one statement ends, whether it is an EXPLAIN, and calls of functions that are reached from a
 * SELECT but are no reading.
 *
 * @module
 */
import { Refusal } from "./store_error.ts";

/** One statement. */
export interface Statement {
  /** The statement without semicolon and what follows it. */
  readonly text: string;
  /** The statement that is to be explained, or null when it is not an EXPLAIN. */
  readonly explained: string | null;
}

/**
 * Functions of DuckDB (1.4.3, 1.5.5) that change the engine (one of them makes every later statement fail),
 * take raw addresses, or run a text as SQL, in which the others could hide.
 */
export const FORBIDDEN: ReadonlySet<string> = new Set([
  "query",
  "enable_logging",
  "disable_logging",
  "truncate_duckdb_logs",
  "write_log",
  "checkpoint",
  "force_checkpoint",
  "arrow_scan",
  "arrow_scan_dumb",
  "seq_scan",
  "import_database",
  "copy_database",
]);

/**
 * Takes a statement apart.
 *
 * @param tokenize DuckDB's tokenizer: offsets in bytes, comments left out
 * @throws Refusal when there is none, or it calls a forbidden function
 */
export function readStatement(
  sql: string,
  tokenize: (sql: string) => { readonly offsets: readonly number[] },
): Statement {
  const bytes = new TextEncoder().encode(sql);
  const { offsets } = tokenize(sql);
  const cut = (start: number, end?: number) => new TextDecoder().decode(bytes.slice(start, end));
  const words = offsets.map((offset, i) => cut(offset, offsets[i + 1]));
  const last = words.findLastIndex((word) => !word.startsWith(";"));
  if (last < 0) throw new Refusal("expected a statement, got none");
  const called = words.map(nameIn).find((name, i) =>
    FORBIDDEN.has(name) && words[i + 1]?.startsWith("(")
  );
  if (called) throw new Refusal(`expected a statement that only reads, got a call of ${called}`);
  const end = offsets[last + 1];
  const from = nameIn(words[0]) !== "explain" ? 0 : nameIn(words[1] ?? "") === "analyze" ? 2 : 1;
  return {
    text: cut(offsets[0], end),
    explained: from === 0 ? null : cut(offsets[from] ?? bytes.length, end),
  };
}

/** The name a word begins with, in lower case and without quotes. */
function nameIn(word: string): string {
  const quoted = /^"((?:[^"]|"")*)"/.exec(word);
  const name = quoted ? quoted[1].replaceAll('""', '"') : /^[\p{L}\p{N}_$]*/u.exec(word)![0];
  return name.toLowerCase();
}
