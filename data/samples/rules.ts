/**
 * The rules of the bundled tasks, and how their inputs are drawn. All are of our own making.
 *
 * @module
 */
import type { Grid } from "../grid.ts";
import {
  blank,
  boxesApart,
  build,
  type Canvas,
  type Cell,
  coloured,
  copy,
  crop,
  flood,
  largest,
  objects,
  type Random,
  scatter,
} from "./draw.ts";

/** A rule, and a way to draw inputs on which it shows. */
export interface Rule {
  readonly id: string;
  /** Train and test pairs. */
  readonly pairs: readonly [train: number, test: number];
  readonly draw: (random: Random) => Canvas;
  readonly apply: (input: Grid) => Canvas;
}

const COLOURS = [1, 2, 3, 4, 6, 7, 8, 9]; // without black, the ground, and grey, kept for lines

/** All bundled tasks. */
export const RULES: readonly Rule[] = [
  {
    id: "mirror_left_right",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(3, 6), random.int(3, 7), COLOURS, 4),
    apply: (grid) => grid.map((row) => row.toReversed()),
  },
  {
    id: "rotate_quarter_turn",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(2, 5), random.int(3, 6), COLOURS, 3),
    apply: (grid) => build(grid[0].length, grid.length, (r, c) => grid[grid.length - 1 - c][r]),
  },
  {
    id: "swap_two_colours",
    pairs: [3, 2],
    draw: (random) => scatter(random, random.int(4, 7), random.int(4, 7), [2, 8, 8, 2, 4], 2),
    apply: (grid) => grid.map((row) => row.map((cell) => cell === 2 ? 8 : cell === 8 ? 2 : cell)),
  },
  {
    id: "recolour_by_size",
    pairs: [4, 1],
    draw: (random) => {
      const canvas = blank(random.int(9, 12), random.int(9, 12));
      const sides = [[1, 2], [2, 2], [2, 3], [3, 3]].slice(0, random.int(3, 4));
      boxesApart(random, canvas, sides.map(([height, width]) => ({ height, width, colour: 5 })));
      return canvas;
    },
    apply: (grid) => {
      const result = copy(grid);
      for (const cells of objects(grid)) paint(result, cells, 3);
      paint(result, largest(grid), 7);
      return result;
    },
  },
  {
    id: "crop_to_object",
    pairs: [3, 1],
    draw: (random) => {
      const canvas = blank(random.int(7, 11), random.int(7, 11));
      const [height, width] = [random.int(2, 4), random.int(2, 4)];
      const [top, left] = [
        random.int(1, canvas.length - height),
        random.int(1, canvas[0].length - width),
      ];
      const object = scatter(
        random,
        height,
        width,
        [random.pick(COLOURS), random.pick(COLOURS)],
        2,
      );
      object[0][0] = object[height - 1][width - 1] = random.pick(COLOURS);
      object.forEach((row, r) => row.forEach((cell, c) => canvas[top + r][left + c] = cell));
      return canvas;
    },
    apply: (grid) => crop(grid, cellsWhere(grid, (cell) => cell !== 0)),
  },
  {
    id: "tile_with_mirrors",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(2, 4), random.int(2, 4), COLOURS, 3),
    apply: (grid) => {
      const top = grid.map((row) => [...row, ...row.toReversed()]);
      return [...top, ...top.toReversed()];
    },
  },
  {
    id: "gravity_down",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(5, 8), random.int(4, 7), COLOURS.slice(0, 4), 7),
    apply: (grid) => {
      const result = blank(grid.length, grid[0].length);
      for (let c = 0; c < grid[0].length; c++) {
        const column = grid.map((row) => row[c]).filter((cell) => cell !== 0);
        column.forEach((cell, i) => result[grid.length - column.length + i][c] = cell);
      }
      return result;
    },
  },
  {
    id: "bar_of_count",
    pairs: [4, 2],
    draw: (random) => {
      const canvas = blank(random.int(4, 7), random.int(4, 7));
      const places = cellsWhere(canvas, () => true);
      paint(canvas, random.shuffle(places).slice(0, random.int(2, 8)), random.pick(COLOURS));
      return canvas;
    },
    apply: (grid) => [grid.flat().filter((cell) => cell !== 0)],
  },
  {
    id: "fill_enclosed",
    pairs: [3, 1],
    draw: (random) => {
      const canvas = blank(random.int(10, 13), random.int(10, 13));
      const rooms = [[3, 4], [4, 4], [5, 3]].slice(0, random.int(2, 3))
        .map(([height, width]) => ({ height, width, colour: 3 }));
      boxesApart(random, canvas, rooms);
      const inside = cellsWhere(
        canvas,
        (cell, r, c) =>
          cell === 3 &&
          [-1, 0, 1].every((i) => [-1, 0, 1].every((j) => canvas[r + i]?.[c + j] === 3)),
      );
      paint(canvas, inside, 0);
      canvas[0][random.int(0, 2)] = 3;
      return canvas;
    },
    apply: (grid) => {
      const result = copy(grid);
      const seen = blank(grid.length, grid[0].length);
      for (const cell of cellsWhere(grid, (cell) => cell === 0)) {
        if (seen[cell[0]][cell[1]]) continue;
        const region = flood(grid, cell, seen);
        if (!region.some((place) => isEdge(grid, place))) paint(result, region, 4);
      }
      return result;
    },
  },
  {
    id: "both_halves",
    pairs: [4, 1],
    draw: (random) => {
      const [height, width] = [random.int(3, 5), random.int(3, 5)];
      const left = scatter(random, height, width, [1], 4);
      const right = scatter(random, height, width, [2], 4);
      left[1][1] = 1;
      right[1][1] = 2;
      return left.map((row, r) => [...row, 5, ...right[r]]);
    },
    apply: (grid) => {
      const width = (grid[0].length - 1) / 2;
      return build(grid.length, width, (r, c) => grid[r][c] && grid[r][c + width + 1] ? 3 : 0);
    },
  },
  {
    id: "upscale_double",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(2, 4), random.int(2, 5), COLOURS, 3),
    apply: (grid) => build(grid.length * 2, grid[0].length * 2, (r, c) => grid[r >> 1][c >> 1]),
  },
  {
    id: "outline_boxes",
    pairs: [3, 1],
    draw: (random) => {
      const canvas = blank(random.int(9, 12), random.int(9, 12));
      const sides = [[2, 2], [1, 3], [3, 2]].slice(0, random.int(1, 3));
      boxesApart(random, canvas, sides.map(([height, width]) => ({ height, width, colour: 6 })));
      return canvas;
    },
    apply: (grid) =>
      build(grid.length, grid[0].length, (r, c) => {
        if (grid[r][c] !== 0) return grid[r][c];
        const near = [-1, 0, 1].some((i) => [-1, 0, 1].some((j) => grid[r + i]?.[c + j]));
        return near ? 8 : 0;
      }),
  },
  {
    id: "roll_down_one",
    pairs: [3, 1],
    draw: (random) => scatter(random, random.int(4, 7), random.int(3, 6), COLOURS, 6),
    apply: (grid) => [grid[grid.length - 1], ...grid.slice(0, -1)].map((row) => [...row]),
  },
  {
    id: "remove_specks",
    pairs: [3, 1],
    draw: (random) => {
      const canvas = blank(random.int(10, 13), random.int(10, 13));
      const colour = random.pick(COLOURS);
      const sides = [[3, 3], [2, 4], [1, 1], [1, 1], [1, 1], [1, 1]];
      boxesApart(random, canvas, sides.map(([height, width]) => ({ height, width, colour })));
      return canvas;
    },
    apply: (grid) => {
      const result = copy(grid);
      for (const cells of objects(grid)) if (cells.length === 1) paint(result, cells, 0);
      return result;
    },
  },
  {
    id: "sort_rows_by_count",
    pairs: [3, 1],
    draw: (random) => {
      const width = random.int(5, 7);
      const counts = random.shuffle([1, 2, 3, 4, 5].slice(0, random.int(4, 5)));
      return counts.map((count) => {
        const colour = random.pick(COLOURS);
        return random.shuffle(Array.from({ length: width }, (_, c) => c < count ? colour : 0));
      });
    },
    apply: (grid) => copy(grid).toSorted((a, b) => coloured(a) - coloured(b)),
  },
  {
    id: "largest_object",
    pairs: [3, 2],
    draw: (random) => {
      const canvas = blank(random.int(10, 13), random.int(10, 13));
      const sides = random.shuffle([[2, 2], [3, random.int(3, 4)], [1, 4], [2, 3]]);
      const colours = random.shuffle(COLOURS);
      boxesApart(
        random,
        canvas,
        sides.map(([height, width], i) => ({ height, width, colour: colours[i] })),
      );
      return canvas;
    },
    apply: (grid) => crop(grid, largest(grid)),
  },
  {
    id: "complete_symmetry",
    pairs: [3, 1],
    draw: (random) => {
      const half = scatter(random, random.int(4, 7), random.int(2, 4), COLOURS.slice(0, 3), 3);
      half[random.int(0, half.length - 1)][0] = 4;
      return half.map((row) => [...row, ...row.map(() => 0)]);
    },
    apply: (grid) =>
      build(grid.length, grid[0].length, (r, c) => grid[r][c] || grid[r][grid[0].length - 1 - c]),
  },
  {
    id: "connect_in_rows",
    pairs: [3, 1],
    draw: (random) => {
      const canvas = blank(random.int(6, 9), random.int(7, 10));
      const rows = random.shuffle(canvas).slice(0, random.int(2, 3));
      for (const row of rows) {
        const colour = random.pick(COLOURS);
        row[random.int(0, 2)] = colour;
        row[random.int(4, row.length - 1)] = colour;
      }
      return canvas;
    },
    apply: (grid) =>
      grid.map((row) => {
        const [first, last] = [row.findIndex(Boolean), row.findLastIndex(Boolean)];
        return row.map((_, c) => first >= 0 && first <= c && c <= last ? row[first] : 0);
      }),
  },
];

function paint(canvas: Canvas, cells: readonly Cell[], colour: number): void {
  for (const [r, c] of cells) canvas[r][c] = colour;
}

function cellsWhere(grid: Grid, test: (cell: number, r: number, c: number) => boolean): Cell[] {
  return grid.flatMap((row, r) =>
    row.flatMap((cell, c) => test(cell, r, c) ? [[r, c] as const] : [])
  );
}

function isEdge(grid: Grid, [r, c]: Cell): boolean {
  return r === 0 || c === 0 || r === grid.length - 1 || c === grid[0].length - 1;
}
