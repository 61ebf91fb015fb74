/**
 * Rows as a file that the browser saves.
 *
 * @module
 */
import type { Row } from "./ask.ts";

/** Offers rows as `rows.csv` or `rows.json`. */
export function save(rows: readonly Row[], format: "csv" | "json"): void {
  const text = format === "json" ? `${JSON.stringify(rows, null, 2)}\n` : csvOf(rows);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `rows.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Comma-separated lines with a heading, after RFC 4180. */
export function csvOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

function field(value: unknown): string {
  const text = value === null || value === undefined
    ? ""
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
