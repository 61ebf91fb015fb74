/**
 * Plain text tables.
 *
 * @module
 */

/** Columns as wide as their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, c) => Math.max(...all.map((row) => [...row[c]].length)));
  const right = header.map((_, c) => rows.every((row) => /^(-?[\d.,]+%?|\?|NULL|)$/.test(row[c])));
  const line = (row: readonly string[]) =>
    row.map((cell, c) => {
      const space = " ".repeat(widths[c] - [...cell].length);
      return right[c] ? space + cell : cell + space;
    }).join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(header), rule, ...rows.map(line)].join("\n");
}
