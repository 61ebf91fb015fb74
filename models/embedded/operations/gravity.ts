/**
 * Cells and lines that fall or are put in order.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, transposed } from "../parts/cells.ts";
import type { Cells } from "../value.ts";

/** Operations that move what is not background. */
export const GRAVITY: readonly Operation[] = [
  operation({
    name: "fall_left",
    takes: ["grid"],
    gives: "grid",
    meaning: "the cells of each row slide to the left",
    apply: (g) => settled(g, true),
    python: `
def fall_left(g):
    return settled(g, True)`,
  }),
  operation({
    name: "fall_right",
    takes: ["grid"],
    gives: "grid",
    meaning: "the cells of each row slide to the right",
    apply: (g) => settled(g, false),
    python: `
def fall_right(g):
    return settled(g, False)`,
  }),
  operation({
    name: "fall_up",
    takes: ["grid"],
    gives: "grid",
    meaning: "the cells of each column slide up",
    apply: (g) => transposed(settled(transposed(g), true)),
    python: `
def fall_up(g):
    return transposed(settled(transposed(g), True))`,
  }),
  operation({
    name: "fall_down",
    takes: ["grid"],
    gives: "grid",
    meaning: "the cells of each column slide down",
    apply: (g) => transposed(settled(transposed(g), false)),
    python: `
def fall_down(g):
    return transposed(settled(transposed(g), False))`,
  }),
  operation({
    name: "sort_rows",
    takes: ["grid"],
    gives: "grid",
    meaning: "rows in order of how many of their cells are not background, fewest first",
    apply: (g) => ordered(g),
    python: `
def sort_rows(g):
    return ordered(g)`,
  }),
  operation({
    name: "sort_columns",
    takes: ["grid"],
    gives: "grid",
    meaning: "columns in order of how many of their cells are not background, fewest first",
    apply: (g) => transposed(ordered(transposed(g))),
    python: `
def sort_columns(g):
    return transposed(ordered(transposed(g)))`,
  }),
];

/** Python twins of the functions below. */
export const GRAVITY_PARTS: Readonly<Record<string, string>> = {
  settled: `
def settled(g, left):
    b = background(g)
    return [sorted(row, key=lambda v: (v == b) == left) for row in g]`,
  ordered: `
def ordered(g):
    b = background(g)
    return sorted(g, key=lambda row: sum(v != b for v in row))`,
};

function settled(g: Cells, left: boolean): Cells {
  const b = background(g);
  return g.map((row) => {
    const cells = row.filter((v) => v !== b);
    const empty = row.filter((v) => v === b);
    return left ? [...cells, ...empty] : [...empty, ...cells];
  });
}

function ordered(g: Cells): Cells {
  const b = background(g);
  const filled = (row: readonly number[]) => row.filter((v) => v !== b).length;
  return g.toSorted((p, q) => filled(p) - filled(q));
}
