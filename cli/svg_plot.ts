/**
 * A plot of lines as SVG, without any script: axes with round ticks, a legend with the lines' names.
 *
 * Colours are Okabe and Ito's, which those who see fewer colours can tell apart; each line has a dash
 * of its own besides.
 *
 * @module
 */
import { escapeHtml } from "./escape_html.ts";
import type { ReportPlot } from "./report_model.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 52;
const RIGHT = 180;
const TOP = 28;
const BOTTOM = 40;

const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777"];
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "12 4", "1 4", "4 1"];

/** The plot; nothing where no line has a point. */
export function svgPlot({ title, x, y, logX, lines }: ReportPlot): string {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return "";
  const scale = (value: number) => logX ? Math.log10(value) : value;
  const xs = points.map(([at]) => scale(at));
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const top = niceTop(Math.max(...points.map(([, value]) => value)));
  const px = (at: number) =>
    LEFT + (high === low ? 0.5 : (scale(at) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const py = (value: number) => HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
  const parts = [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    text(LEFT, 14, title, `class="title"`),
  ];
  for (let i = 0; i <= 4; i++) {
    const value = top * i / 4;
    parts.push(
      `<path class="rule" d="M${LEFT} ${n(py(value))}H${WIDTH - RIGHT}"/>`,
      text(LEFT - 6, py(value) + 4, String(+value.toPrecision(3)), `text-anchor="end"`),
    );
  }
  for (const at of ticks(points.map(([at]) => at))) {
    parts.push(text(px(at), HEIGHT - BOTTOM + 16, at.toLocaleString("en"), `text-anchor="middle"`));
  }
  parts.push(
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x, `text-anchor="middle"`),
    text(LEFT, TOP - 4, y, `class="unit"`),
  );
  lines.forEach(({ name, points }, i) => {
    if (points.length === 0) return;
    const style = `stroke="${COLORS[i % COLORS.length]}" fill="none" stroke-width="2" ` +
      `stroke-dasharray="${DASHES[i % DASHES.length]}"`;
    const path = points.map(([at, value], k) => `${k ? "L" : "M"}${n(px(at))} ${n(py(value))}`);
    parts.push(`<path ${style} d="${path.join("")}"/>`);
    for (const [at, value] of points) {
      parts.push(
        `<circle cx="${n(px(at))}" cy="${n(py(value))}" r="3" fill="${
          COLORS[i % COLORS.length]
        }">` +
          `<title>${escapeHtml(`${name}: ${value} at ${at}`)}</title></circle>`,
      );
    }
    const at = TOP + 10 + i * 18;
    parts.push(
      `<path ${style} d="M${WIDTH - RIGHT + 12} ${at}h24"/>`,
      text(WIDTH - RIGHT + 42, at + 4, name, ""),
    );
  });
  return `${parts.join("")}</svg>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${n(x)}" y="${n(y)}" ${attributes}>${escapeHtml(content)}</text>`;
}

/** The least of 1, 2, 4, 5, 10, … at or above a value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 4, 5, 10].find((step) => step * power >= value - 1e-9)!;
}

/** At most seven of the values. */
function ticks(values: readonly number[]): number[] {
  const all = [...new Set(values)].sort((a, b) => a - b);
  const every = Math.ceil(all.length / 7);
  return all.filter((_, i) => i % every === 0);
}

function n(value: number): string {
  return String(+value.toFixed(1));
}
