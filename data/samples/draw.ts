/**
 * Drawing and reading grids: what the rules and inputs of the bundled tasks are made of.
 *
 * @module
 */
import type { Grid } from "../grid.ts";

/** A grid while it is being drawn. */
export type Canvas = number[][];

/** A source of chance. */
export interface Random {
  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** One of the values. */
  pick<T>(values: readonly T[]): T;
  /** The values in another order. */
  shuffle<T>(values: readonly T[]): T[];
}

/** A place in a grid. */
export type Cell = readonly [row: number, column: number];

/** A rectangle of one colour. */
export function blank(height: number, width: number, colour = 0): Canvas {
  return Array.from({ length: height }, () => new Array(width).fill(colour));
}

/** A grid that may be drawn on. */
export function copy(grid: Grid): Canvas {
  return grid.map((row) => [...row]);
}

/** A grid whose cells are given by their place. */
export function build(
  height: number,
  width: number,
  cell: (r: number, c: number) => number,
): Canvas {
  return Array.from(
    { length: height },
    (_, r) => Array.from({ length: width }, (_, c) => cell(r, c)),
  );
}

/** Colours a grid at random, each cell black with chance `black` of 10. */
export function scatter(
  random: Random,
  height: number,
  width: number,
  colours: number[],
  black: number,
): Canvas {
  return build(height, width, () => random.int(1, 10) <= black ? 0 : random.pick(colours));
}

/** Draws a filled rectangle. */
export function box(
  canvas: Canvas,
  top: number,
  left: number,
  height: number,
  width: number,
  colour: number,
): void {
  for (let r = top; r < top + height; r++) {
    for (let c = left; c < left + width; c++) canvas[r][c] = colour;
  }
}

/** Draws boxes that do not touch each other; their sizes are given, their places are chance. */
export function boxesApart(
  random: Random,
  canvas: Canvas,
  boxes: readonly { height: number; width: number; colour: number }[],
): void {
  for (const { height, width, colour } of boxes) {
    const places: Cell[] = [];
    for (let r = 0; r + height <= canvas.length; r++) {
      for (let c = 0; c + width <= canvas[0].length; c++) {
        if (isFree(canvas, r - 1, c - 1, height + 2, width + 2)) places.push([r, c]);
      }
    }
    const [top, left] = random.pick(places);
    box(canvas, top, left, height, width, colour);
  }
}

function isFree(canvas: Canvas, top: number, left: number, height: number, width: number): boolean {
  for (let r = top; r < top + height; r++) {
    for (let c = left; c < left + width; c++) if (canvas[r]?.[c]) return false;
  }
  return true;
}

/** The objects of a grid: cells of one colour, not black, that touch by a side. */
export function objects(grid: Grid): Cell[][] {
  const seen = blank(grid.length, grid[0].length);
  const found: Cell[][] = [];
  for (let r = 0; r < grid.length; r++) {
    for (let c = 0; c < grid[0].length; c++) {
      if (grid[r][c] !== 0 && !seen[r][c]) found.push(flood(grid, [r, c], seen));
    }
  }
  return found;
}

/** The cells of the start's colour that hang together with it; marks them in `seen`. */
export function flood(grid: Grid, start: Cell, seen: Canvas): Cell[] {
  const colour = grid[start[0]][start[1]];
  const cells: Cell[] = [start];
  seen[start[0]][start[1]] = 1;
  for (const [r, c] of cells) {
    for (const [i, j] of [[r - 1, c], [r + 1, c], [r, c - 1], [r, c + 1]]) {
      if (grid[i]?.[j] !== colour || seen[i][j]) continue;
      seen[i][j] = 1;
      cells.push([i, j]);
    }
  }
  return cells;
}

/** The object with the most cells. */
export function largest(grid: Grid): Cell[] {
  return objects(grid).reduce((best, cells) => cells.length > best.length ? cells : best);
}

/** The smallest rectangle of `grid` that holds `cells`. */
export function crop(grid: Grid, cells: readonly Cell[]): Canvas {
  const rows = cells.map(([r]) => r);
  const columns = cells.map(([, c]) => c);
  return grid.slice(Math.min(...rows), Math.max(...rows) + 1)
    .map((row) => row.slice(Math.min(...columns), Math.max(...columns) + 1));
}

/** How many cells of a row are not black. */
export function coloured(row: readonly number[]): number {
  return row.filter((cell) => cell !== 0).length;
}
