/**
 * A report in Markdown: the figures behind the plots as tables, tasks by name.
 *
 * @module
 */
import type { Report, ReportPlot, ReportSection, ReportTable } from "./report_model.ts";
import { printable } from "./result_formats.ts";

/** The text of a `.md` file. */
export function reportMarkdown({ title, figures, sections }: Report): string {
  const list = figures.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join("\n");
  return `# ${plain(title)}\n\n${list}\n\n${sections.map(section).join("\n\n")}\n`;
}

function section({ title, text, plots = [], table, tasks = [], code }: ReportSection): string {
  return [
    `## ${plain(title)}`,
    ...text.map(plain),
    ...plots.filter(({ lines }) => lines.length > 0).map(plotTable),
    ...(table && table.rows.length > 0 ? [tableText(table)] : []),
    ...(tasks.length > 0
      ? [tasks.map(({ id, about }) => `- ${plain(id)}: ${plain(about)}`).join("\n")]
      : []),
    ...(code === undefined ? [] : [code.replace(/^/gm, "    ")]),
  ].join("\n\n");
}

function plotTable({ title, x, y, lines }: ReportPlot): string {
  const at = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))]
    .sort((a, b) => a - b);
  const header = [x, ...lines.map(({ name }) => name)];
  const rows = at.map((x) => [
    x.toLocaleString("en"),
    ...lines.map(({ points }) => String(points.find(([own]) => own === x)?.[1] ?? "")),
  ]);
  return `${plain(`${title} (${y})`)}\n\n${tableText({ header, rows })}`;
}

function tableText({ header, rows }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
  const rule = `|${" --- |".repeat(header.length)}`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Text of anyone: what Markdown or HTML would take as markup is taken as it stands. */
function plain(text: string): string {
  return printable(text).replaceAll("\n", " ").replace(/[\\`*_[\]<>|&#~!]/g, "\\$&");
}
