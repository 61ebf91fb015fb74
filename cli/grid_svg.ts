/**
 * A grid as SVG in ARC's ten colours.
 *
 * @module
 */
import type { Grid } from "../mod.ts";

const COLORS = [
  "#000",
  "#0074d9",
  "#ff4136",
  "#2ecc40",
  "#ffdc00",
  "#aaa",
  "#f012be",
  "#ff851b",
  "#7fdbff",
  "#870c25",
];

/** One path a colour: neighbours in a row are one piece, so that a page can hold hundreds. */
export function gridSvg(grid: Grid): string {
  const [height, width] = [grid.length, grid[0].length];
  const pieces = COLORS.map((): string[] => []);
  grid.forEach((row, y) => {
    for (let x = 0; x < width;) {
      let end = x + 1;
      while (end < width && row[end] === row[x]) end++;
      pieces[row[x]].push(`M${x} ${y}h${end - x}v1h${x - end}z`);
      x = end;
    }
  });
  const paths = pieces.flatMap((parts, color) =>
    parts.length > 0 ? [`<path fill="${COLORS[color]}" d="${parts.join("")}"/>`] : []
  );
  return `<svg class="grid" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="grid of ${height} × ${width}" shape-rendering="crispEdges">${
      paths.join("")
    }</svg>`;
}
