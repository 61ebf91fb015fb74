/**
 * The text forms of an SQL result: box, csv, json, jsonl, markdown.
 *
 * Cells hold what models wrote. Where a person looks at them they must not steer the terminal, so
 * control characters are shown as escapes; files keep them as they are.
 *
 * @module
 */
import type { QueryResult } from "../mod.ts";
import { boxTable, boxWidth, listing } from "./table.ts";
import { cutToWidth } from "./text_width.ts";

/** The forms, by name; parquet is no text and written by export_rows.ts. */
export const FORMATS = ["box", "csv", "json", "jsonl", "markdown", "parquet"] as const;

/** One of {@link FORMATS}. */
export type Format = typeof FORMATS[number];

/** Forms that are written row by row. */
export const EXPORT_FORMATS = ["parquet", "jsonl", "csv"] as const satisfies readonly Format[];

/** The part of a result that is written. */
export type Rows = Pick<QueryResult, "columns" | "rows">;

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Longest cell of a box, in columns: a grid of 30 squares. */
const CELL_COLUMNS = 60;
/** Most lines of a cell: a grid of 30 rows. */
const CELL_LINES = 30;

/** A result in a text form, with its last line feed. */
export function formatted(
  result: Rows,
  format: Exclude<Format, "parquet">,
  { terminal, columns }: { readonly terminal: boolean; readonly columns: number },
): string {
  const names = result.columns.map(({ name }) => name);
  switch (format) {
    case "box":
      return `${box(names, result.rows, columns)}\n`;
    case "csv":
      return [names, ...result.rows].map((row) => `${csvLine(row, terminal)}\r\n`).join("");
    case "json":
      return `${JSON.stringify(result.rows.map((row) => rowObject(names, row)))}\n`;
    case "jsonl":
      return result.rows.map((row) => `${JSON.stringify(rowObject(names, row))}\n`).join("");
    case "markdown":
      return markdown(names, result.rows);
  }
}

/** A row as an object of its columns. */
export function rowObject(names: readonly string[], row: readonly unknown[]) {
  return Object.fromEntries(names.map((name, i) => [name, row[i]]));
}

/** A row as a line of CSV (RFC 4180) without its line feed; NULL is nothing, lists are JSON. */
export function csvLine(row: readonly unknown[], terminal: boolean): string {
  return row.map((value) => {
    const plain = value === null || value === undefined ? "" : text(value);
    const cell = terminal ? printable(plain) : plain;
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }).join(",");
}

function box(names: readonly string[], rows: readonly unknown[][], columns: number): string {
  const header = names.map(printable);
  const cells = rows.map((row) => row.map(shown));
  if (rows.length === 1 && boxWidth(header, cells) > columns) return listing(header, cells[0]);
  return boxTable(header, cells.map((row) => row.map(cut)));
}

function cut(cell: string): string {
  const lines = cell.split("\n");
  const kept = lines.slice(0, CELL_LINES).map((line) => cutToWidth(line, CELL_COLUMNS));
  return (lines.length > CELL_LINES ? [...kept, "…"] : kept).join("\n");
}

function markdown(names: readonly string[], rows: readonly unknown[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const cell = (value: unknown) =>
    shown(value).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("\n", "<br>");
  return line(names.map(cell)) + line(names.map(() => "---")) +
    rows.map((row) => line(row.map(cell))).join("");
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number" && !Number.isInteger(value)) return String(+value.toPrecision(6));
  return printable(text(value));
}

function text(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A text whose control characters, line feeds apart, are shown instead of obeyed. */
export function printable(text: string): string {
  return text.replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
