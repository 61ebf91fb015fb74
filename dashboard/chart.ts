/**
 * Lines over numbers: the one door of uPlot.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { html, type View } from "./html.ts";
import { useRoute } from "./route.ts";

/** Colours of lines that stay apart for the colour-blind, on light and dark paper. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES = [[], [6, 3], [2, 3], [10, 3, 2, 3], [1, 4], [12, 4]];

/** Room for a time of day under an axis, in pixels. */
const CLOCK_PX = 54;

/** What is drawn. */
interface Drawn {
  readonly x: readonly number[];
  readonly xLabel: string;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly log?: boolean;
  /** Whether x is a time in seconds since 1970. */
  readonly time?: boolean;
}

/** A chart as wide as there is room. */
export function Chart({ x, xLabel, lines, log = false, time = false }: Drawn): View {
  const place = useRef<HTMLDivElement>(null);
  const key = JSON.stringify([x, lines, useRoute().query.get("theme")]);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const [ink, line] = ["--quiet", "--line"].map((name) => style.getPropertyValue(name));
    const axis = {
      stroke: ink,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
    };
    const box = place.current!;
    const size = () => ({ width: Math.max(200, box.clientWidth), height: 230 });
    const plot = new uPlot(
      {
        ...size(),
        scales: {
          x: { time, distr: log ? 3 : 1, ...(time ? {} : { range: log ? whole : padded }) },
        },
        axes: [
          {
            ...axis,
            label: xLabel,
            labelSize: 20,
            ...(time ? { values: clock, space: CLOCK_PX } : { values: numbers }),
          },
          { ...axis, size: 46 },
        ],
        series: [
          { label: xLabel, value: (_: uPlot, value: number) => told(value, time) },
          ...lines.map(({ name }, i) => ({
            label: name,
            value: (_: uPlot, value: number | null) => told(value, false),
            stroke: COLORS[i % COLORS.length],
            dash: DASHES[i % DASHES.length],
            width: 2,
            points: { show: x.length < 40, size: 6 },
          })),
        ],
      },
      [x, ...lines.map(({ values }) => values)] as uPlot.AlignedData,
      box,
    );
    const watch = new ResizeObserver(() => plot.setSize(size()));
    watch.observe(box);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [key]);
  return html`<div class="chart" ref=${place} />`;
}

/** One point alone stands in the middle; uPlot has it at the edge of a range of a hundred. */
function padded({ data: [x] }: uPlot, low: number, high: number): [number, number] {
  return x.length === 1 ? [x[0] - 1, x[0] + 1] : [low, high];
}

/** A logarithmic axis ends where the data do; uPlot goes on to the next power of ten. */
function whole({ data: [x] }: uPlot, low: number, high: number): [number, number] {
  return x.length === 1 ? [x[0] / 2, x[0] * 2] : [low, high];
}

/** Whole numbers under an axis; of a logarithmic one the powers of ten alone are given. */
function numbers(_: uPlot, values: (number | null)[]): string[] {
  return values.map((value) => Number.isInteger(value) ? value!.toLocaleString("en") : "");
}

/** Times of day; without seconds where those are all zero. */
function clock(_: uPlot, values: number[]): string[] {
  const length = values.every((value) => value % 60 === 0) ? "21:40".length : "21:40:30".length;
  return values.map((value) => new Date(value * 1000).toLocaleTimeString("en-GB").slice(0, length));
}

function told(value: number | null, time: boolean): string {
  // The pointer is elsewhere.
  if (value === null || value === undefined) return "";
  return time ? new Date(value * 1000).toLocaleTimeString("en-GB") : value.toLocaleString("en");
}
