/**
 * A report as one page that needs nothing else: no script, no font, no request.
 *
 * @module
 */
import { escapeHtml as e } from "./escape_html.ts";
import { gridSvg } from "./grid_svg.ts";
import type { Report, ReportSection, ReportTable, ReportTask } from "./report_model.ts";
import { svgPlot } from "./svg_plot.ts";

/** Whatever slips into the page can load and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--dim:#888}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem;border-top:1px solid var(--line);padding-top:1rem}
dl{display:flex;flex-wrap:wrap;gap:.4rem 2rem}dt{color:var(--dim);font-size:.85rem}dd{margin:0;font-size:1.2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left}div.wide{overflow-x:auto}
pre{overflow-x:auto;padding:.7rem;border:1px solid var(--line);border-radius:4px}
svg text{font-size:11px;fill:currentColor}svg .title{font-weight:600;font-size:12px}svg .rule{stroke:var(--line);fill:none}
svg{max-width:40rem;width:100%;height:auto;display:block}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1rem}li{width:8.4rem;font-size:.78rem}
.pair{display:flex;gap:.4rem;align-items:center}svg.grid{width:4rem}.about{color:var(--dim)}`;

/** The page. */
export function reportHtml({ title, figures, sections }: Report): string {
  const list = figures.map(([name, value]) => `<div><dt>${e(name)}</dt><dd>${e(value)}</dd></div>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(title)}</title><style>${STYLE}</style></head><body>
<h1>${e(title)}</h1>
<dl>${list.join("")}</dl>
${sections.map(section).join("\n")}
</body></html>
`;
}

function section({ title, text, plots = [], table, tasks, code }: ReportSection): string {
  return [
    `<section><h2>${e(title)}</h2>`,
    ...text.map((paragraph) => `<p>${e(paragraph)}</p>`),
    ...plots.map(svgPlot),
    table && table.rows.length > 0 ? `<div class="wide">${tableHtml(table)}</div>` : "",
    tasks && tasks.length > 0 ? `<ul>${tasks.map(task).join("")}</ul>` : "",
    code === undefined ? "" : `<pre>${e(code)}</pre>`,
    "</section>",
  ].join("\n");
}

function tableHtml({ header, rows }: ReportTable): string {
  const cells = (tag: "th" | "td", row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${e(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${cells("th", header)}${rows.map((row) => cells("td", row)).join("")}</table>`;
}

function task({ id, about, input, output }: ReportTask): string {
  return `<li><div class="pair">${gridSvg(input)}→${gridSvg(output)}</div>` +
    `${e(id)}<br><span class="about">${e(about)}</span></li>`;
}
