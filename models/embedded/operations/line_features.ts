/**
 * What can be said of a cell by its row, its column, or its field of a lattice.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, mapCells, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

interface ByLine {
  readonly name: string;
  readonly meaning: string;
  /** A number for a line of cells, given the background. */
  readonly of: (line: readonly number[], b: number) => number;
  /** Python expression of line and b. */
  readonly python: string;
}

const BY_LINE: readonly ByLine[] = [
  {
    name: "filled",
    meaning: "cells that are not background",
    of: (line, b) => line.filter((v) => v !== b).length,
    python: "sum(v != b for v in line)",
  },
  {
    name: "uniform",
    meaning: "whether it is all of one colour",
    of: (line) => Number(line.every((v) => v === line[0])),
    python: "int(len(set(line)) == 1)",
  },
  {
    name: "colours",
    meaning: "number of colours",
    of: (line) => new Set(line).size,
    python: "len(set(line))",
  },
  {
    name: "colour",
    meaning: "commonest colour beside the background, else background",
    of: (line, b) => {
      const count = new Array(10).fill(0);
      for (const v of line) if (v !== b) count[v]++;
      const most = Math.max(...count);
      return most === 0 ? b : count.indexOf(most);
    },
    python: "commonest([line], b)",
  },
  {
    name: "start",
    meaning: "colour of its first cell",
    of: (line) => line[0],
    python: "line[0]",
  },
  {
    name: "end",
    meaning: "colour of its last cell",
    of: (line) => line[line.length - 1],
    python: "line[-1]",
  },
  {
    name: "mirrored",
    meaning: "whether it reads the same from both ends",
    of: (line) => Number(line.every((v, i) => v === line[line.length - 1 - i])),
    python: "int(line == line[::-1])",
  },
];

/** Operations from a grid to numbers for its cells, the same along a row or a column. */
export const LINE_FEATURES: readonly Operation[] = [
  ...BY_LINE.flatMap(({ name, meaning, of, python }) => [
    operation({
      name: `row_${name}`,
      takes: ["grid"],
      gives: "features",
      meaning: `of its row: ${meaning}`,
      apply: (g) => along(g, of),
      python: `
def row_${name}(g):
    b = background(g)
    return [[${python}] * len(line) for line in g]`,
    }),
    operation({
      name: `column_${name}`,
      takes: ["grid"],
      gives: "features",
      meaning: `of its column: ${meaning}`,
      apply: (g) => transposed(along(transposed(g), of)),
      python: `
def column_${name}(g):
    b = background(g)
    return transposed([[${python}] * len(line) for line in transposed(g)])`,
    }),
  ]),
  operation({
    name: "row_rank",
    takes: ["grid"],
    gives: "features",
    meaning: "rows that have more cells that are not background than its own",
    apply: (g) => ranks(g),
    python: `
def row_rank(g):
    return line_ranks(g)`,
  }),
  operation({
    name: "column_rank",
    takes: ["grid"],
    gives: "features",
    meaning: "columns that have more cells that are not background than its own",
    apply: (g) => transposed(ranks(transposed(g))),
    python: `
def column_rank(g):
    return transposed(line_ranks(transposed(g)))`,
  }),
];

/** Python twin of {@link ranks}. */
export const LINE_FEATURE_PARTS: Readonly<Record<string, string>> = {
  line_ranks: `
def line_ranks(g):
    b = background(g)
    count = [sum(v != b for v in row) for row in g]
    return [[sum(m > n for m in count)] * len(row) for n, row in zip(count, g)]`,
};

function along(g: Cells, of: (line: readonly number[], b: number) => number): number[][] {
  const b = background(g);
  return g.map((line) => new Array<number>(line.length).fill(of(line, b)));
}

function ranks(g: Cells): number[][] {
  const filled = along(g, (line, b) => line.filter((v) => v !== b).length);
  const more = filled.map(([n]) => filled.filter(([m]) => m > n).length);
  return mapCells(g, (_, r) => more[r]);
}
