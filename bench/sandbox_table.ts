/**
 * How the sandbox benchmark prints what it has found.
 *
 * @module
 */

const COLUMNS = 6;

/** The first line of a table. */
export function title(text: string, columns: readonly string[]): void {
  console.log(`\n${text.padEnd(34)}${columns.map((name) => name.padStart(10)).join("")}  must be`);
}

/** A line of it, with what it must be. */
export function row(label: string, cells: readonly string[], goal = ""): void {
  const padded = Array.from({ length: COLUMNS }, (_, i) => (cells[i] ?? "").padStart(10));
  console.log(`${label.padEnd(34)}${padded.join("")}  ${goal}`);
}

/** Whether a line is what it must be. */
export function verdict(held: boolean): string {
  return held ? "yes" : "NO";
}

/** A number of bytes in millions. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** The middle value, or the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
