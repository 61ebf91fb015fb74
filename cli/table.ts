/**
 * Tables in text: plain ones, and boxes whose cells may have several lines.
 *
 * @module
 */
import { textWidth } from "./text_width.ts";

/** What stands to the right when a whole column is of its kind. */
const NUMBER = /^(-?[\d.,]+%?|\?|NULL|)$/;

/** Columns as wide as their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const { line, widths } = layout(header, rows);
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [
    line(header, "  ").trimEnd(),
    rule,
    ...rows.map((row) => line(row, "  ").trimEnd()),
  ].join("\n");
}

/** As {@link table}, with borders; a cell with line feeds takes several lines. */
export function boxTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const tall = rows.map((row) => row.map((cell) => cell.split("\n")));
  const lines = tall.map((cells) => {
    const height = Math.max(1, ...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, i) => cells.map((cell) => cell[i] ?? ""));
  });
  const { line, widths } = layout(header, lines.flat());
  const rule = (left: string, cross: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(cross) + right;
  const bordered = (row: readonly string[]) => `│ ${line(row, " │ ")} │`;
  // Between rows of one line a rule would only take room.
  const between = lines.some((row) => row.length > 1) ? [rule("├", "┼", "┤")] : [];
  return [
    rule("┌", "┬", "┐"),
    bordered(header),
    rule("├", "┼", "┤"),
    ...lines.flatMap((row, r) => [...(r > 0 ? between : []), ...row.map(bordered)]),
    rule("└", "┴", "┘"),
  ].join("\n");
}

/** Names before their values, each value whole: for a single row too wide for a table. */
export function listing(header: readonly string[], row: readonly string[]): string {
  const width = Math.max(0, ...header.map(textWidth));
  return header.map((name, c) => {
    const space = " ".repeat(width - textWidth(name));
    return `${space}${name}  ${row[c].replaceAll("\n", `\n${" ".repeat(width + 2)}`)}`;
  }).join("\n");
}

/** Columns a table of these cells takes between its borders. */
export function boxWidth(header: readonly string[], rows: readonly (readonly string[])[]): number {
  const cells = rows.map((row) => row.map((cell) => widest(cell.split("\n"))));
  const widths = header.map((name, c) => Math.max(textWidth(name), ...cells.map((row) => row[c])));
  return widths.reduce((sum, width) => sum + width + 3, 1);
}

function layout(header: readonly string[], rows: readonly (readonly string[])[]) {
  const widths = header.map((name, c) => widest([name, ...rows.map((row) => row[c])]));
  const right = header.map((_, c) => rows.every((row) => NUMBER.test(row[c])));
  const line = (row: readonly string[], separator: string) =>
    row.map((cell, c) => {
      const space = " ".repeat(widths[c] - textWidth(cell));
      return right[c] ? space + cell : cell + space;
    }).join(separator);
  return { widths, line };
}

/** A loop, since there may be more rows than a call may have arguments. */
function widest(texts: readonly string[]): number {
  let width = 0;
  for (const text of texts) width = Math.max(width, textWidth(text));
  return width;
}
