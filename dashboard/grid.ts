/**
 * A grid as a picture, with the cells marked that differ from what was expected.
 *
 * @module
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Grid } from "../data/grid.ts";
import { html, type View } from "./html.ts";
import { useRoute } from "./route.ts";

/** ARC's colours, and ten that stay apart for the colour-blind, in order of lightness by hue. */
const PALETTES: Record<string, readonly string[]> = {
  arc: "#000 #0074d9 #ff4136 #2ecc40 #ffdc00 #aaa #f012be #ff851b #7fdbff #870c25".split(" "),
  safe: "#111 #0072b2 #d55e00 #009e73 #f0e442 #999 #cc79a7 #e69f00 #56b4e9 #5d3a00".split(" "),
};

/** Cells this large have room for a number. */
const NUMBERED = 12;

/** Cells whose numbers are dark. */
const LIGHT = new Set([4, 5, 6, 7, 8]);

/** Places, as `row,column`, where two grids of one shape differ; null when their shapes do. */
export function differences(grid: Grid, expected: Grid): string[] | null {
  if (grid.length !== expected.length || grid[0].length !== expected[0].length) return null;
  return grid.flatMap((row, r) =>
    row.flatMap((cell, c) => cell === expected[r][c] ? [] : [`${r},${c}`])
  );
}

/** What is drawn. */
interface Drawn {
  readonly grid: Grid;
  /** What it should be; its differences are marked. @default null */
  readonly expected?: Grid | null;
  readonly label?: string;
  /** Longest side in pixels. @default 190 */
  readonly size?: number;
}

/** The picture. */
export function GridView({ grid, expected = null, label = "", size = 190 }: Drawn): View {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useRoute().query.get("colors") === "arc" ? "arc" : "safe";
  const cell = Math.max(2, Math.min(24, Math.floor(size / Math.max(grid.length, grid[0].length))));
  const wrong = expected ? differences(grid, expected) : [];
  const marks = new Set(wrong ?? []);
  useLayoutEffect(() => draw(canvas.current!, grid, marks, cell, colors), [grid, cell, colors]);
  const verdict = !expected
    ? ""
    : wrong === null
    ? `, expected ${expected.length}×${expected[0].length}`
    : wrong.length === 0
    ? ", right"
    : `, ${wrong.length} of ${grid.length * grid[0].length} cells differ`;
  const text = `${label} ${grid.length}×${grid[0].length}${verdict}`;
  return html`<figure>
    ${
    label &&
    html`<figcaption class=${
      verdict.endsWith("right") ? "good" : verdict ? "bad" : ""
    }>${text}</figcaption>`
  }
    <canvas class="grid" ref=${canvas} role="img" aria-label=${text} data-diff=${
    [...marks].join(" ")
  }
      style=${{ width: `${cell * grid[0].length}px`, height: `${cell * grid.length}px` }} />
  </figure>`;
}

function draw(
  canvas: HTMLCanvasElement,
  grid: Grid,
  marks: ReadonlySet<string>,
  cell: number,
  colors: string,
): void {
  const scale = Math.max(1, Math.round(devicePixelRatio));
  canvas.width = cell * grid[0].length * scale;
  canvas.height = cell * grid.length * scale;
  const pen = canvas.getContext("2d")!;
  pen.scale(scale, scale);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `${Math.floor(cell * 0.58)}px system-ui, sans-serif`;
  const gap = cell >= 6 ? 1 : 0;
  pen.fillStyle = "#555";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (const [r, row] of grid.entries()) {
    for (const [c, value] of row.entries()) {
      const [x, y] = [c * cell, r * cell];
      pen.fillStyle = PALETTES[colors][value];
      pen.fillRect(x, y, cell - gap, cell - gap);
      const differs = marks.has(`${r},${c}`);
      if (colors === "safe" && cell >= NUMBERED) {
        pen.fillStyle = LIGHT.has(value) ? "#000" : "#fff";
        pen.fillText(String(value), x + (cell - gap) / 2, y + cell / 2);
      }
      if (!differs) continue;
      pen.lineWidth = Math.max(1, cell / 6);
      for (const [color, inset] of [["#fff", 1], ["#e4002b", 2]] as const) {
        pen.strokeStyle = color;
        pen.strokeRect(x + inset, y + inset, cell - gap - 2 * inset, cell - gap - 2 * inset);
      }
    }
  }
}
