/**
 * Putting pieces together: laid over one another, compared, or side by side.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, make, mapCells, sameShape } from "../parts/cells.ts";
import type { Cells } from "../value.ts";
import { fields } from "./split.ts";

/** Operations from pieces, or from the fields of a lattice, to one grid. */
export const COMBINE: readonly Operation[] = [
  operation({
    name: "overlay",
    takes: ["pieces"],
    gives: "grid",
    meaning: "pieces laid over one another, earlier ones on top, black being transparent",
    apply: (pieces) => foldCells(pieces, (values) => values.find((v) => v !== 0) ?? 0),
    python: `
def overlay(pieces):
    return fold_cells(pieces, lambda values: next((v for v in values if v), 0))`,
  }),
  operation({
    name: "underlay",
    takes: ["pieces"],
    gives: "grid",
    meaning: "pieces laid over one another, later ones on top, black being transparent",
    apply: (pieces) => foldCells(pieces, (values) => values.findLast((v) => v !== 0) ?? 0),
    python: `
def underlay(pieces):
    return fold_cells(pieces, lambda values: next((v for v in values[::-1] if v), 0))`,
  }),
  operation({
    name: "everywhere",
    takes: ["pieces"],
    gives: "grid",
    meaning: "the first piece's cells where none of the pieces is black",
    apply: (pieces) => foldCells(pieces, (values) => (values.includes(0) ? 0 : values[0])),
    python: `
def everywhere(pieces):
    return fold_cells(pieces, lambda values: 0 if 0 in values else values[0])`,
  }),
  operation({
    name: "nowhere",
    takes: ["pieces"],
    gives: "grid",
    meaning: "blue where all pieces are black",
    apply: (pieces) => foldCells(pieces, (values) => (values.every((v) => v === 0) ? 1 : 0)),
    python: `
def nowhere(pieces):
    return fold_cells(pieces, lambda values: int(not any(values)))`,
  }),
  operation({
    name: "only_once",
    takes: ["pieces"],
    gives: "grid",
    meaning: "the cells that just one of the pieces has, the others being black there",
    apply: (pieces) =>
      foldCells(pieces, (values) => {
        const filled = values.filter((v) => v !== 0);
        return filled.length === 1 ? filled[0] : 0;
      }),
    python: `
def only_once(pieces):
    return fold_cells(pieces, lambda values: sum(values) if sum(v > 0 for v in values) == 1 else 0)`,
  }),
  operation({
    name: "line_up_h",
    takes: ["pieces"],
    gives: "grid",
    meaning: "pieces of one height side by side",
    apply: (pieces) =>
      pieces.length > 0 && pieces.every((p) => p.length === pieces[0].length)
        ? pieces[0].map((_, r) => pieces.flatMap((p) => p[r]))
        : null,
    python: `
def line_up_h(pieces):
    if len({len(p) for p in pieces}) != 1:
        raise ValueError("heights differ")
    return [sum((p[r] for p in pieces), []) for r in range(len(pieces[0]))]`,
  }),
  operation({
    name: "line_up_v",
    takes: ["pieces"],
    gives: "grid",
    meaning: "pieces of one width below one another",
    apply: (pieces) => pieces.length > 0 ? pieces.flat() : null,
    python: `
def line_up_v(pieces):
    return sum(pieces, [])`,
  }),
  operation({
    name: "lattice_summary",
    takes: ["grid"],
    gives: "grid",
    meaning: "one cell for each field of a lattice: its commonest colour beside the background",
    apply: (g) => {
      const b = background(g);
      return fields(g)?.map((row) => row.map((field) => commonest(field, b))) ?? null;
    },
    python: `
def lattice_summary(g):
    b = background(g)
    return [[commonest(field, b) for field in row] for row in fields(g)]`,
  }),
  operation({
    name: "piece_counts",
    takes: ["pieces"],
    gives: "grid",
    meaning: "one row a piece: its commonest colour, once for each of its cells",
    apply: (pieces) => {
      const bars = pieces.map((p) => {
        const b = background(p);
        const cells = p.flat().filter((v) => v !== b).length;
        return new Array<number>(cells).fill(commonest(p, b));
      });
      const w = Math.max(0, ...bars.map((bar) => bar.length));
      return bars.length > 0 ? make(bars.length, w, (r, c) => bars[r][c] ?? 0) : null;
    },
    python: `
def piece_counts(pieces):
    bars = []
    for p in pieces:
        b = background(p)
        bars.append([commonest(p, b)] * sum(v != b for row in p for v in row))
    w = max(map(len, bars))
    return [bar + [0] * (w - len(bar)) for bar in bars]`,
  }),
  operation({
    name: "piece_colours",
    takes: ["pieces"],
    gives: "grid",
    meaning: "a column with the commonest colour of each piece",
    apply: (pieces) => pieces.length > 0 ? pieces.map((p) => [commonest(p, background(p))]) : null,
    python: `
def piece_colours(pieces):
    return [[commonest(p, background(p))] for p in pieces]`,
  }),
];

/** Python twins of the functions below. */
export const COMBINE_PARTS: Readonly<Record<string, string>> = {
  fold_cells: `
def fold_cells(pieces, choose):
    for p in pieces:
        check_same_shape(p, pieces[0])
    h, w = len(pieces[0]), len(pieces[0][0])
    return [[choose([p[r][c] for p in pieces]) for c in range(w)] for r in range(h)]`,
  commonest: `
def commonest(p, skip):
    flat = [v for row in p for v in row if v != skip]
    return min(flat, key=lambda v: (-flat.count(v), v)) if flat else skip`,
};

function foldCells(
  pieces: readonly Cells[],
  choose: (values: number[]) => number,
): Cells | null {
  const [top] = pieces;
  if (!top || !pieces.every((p) => sameShape(p, top))) return null;
  return mapCells(top, (_, r, c) => choose(pieces.map((p) => p[r][c])));
}

function commonest(p: Cells, skip: number): number {
  const others = p.map((row) => row.filter((v) => v !== skip)).filter((row) => row.length > 0);
  if (others.length === 0) return skip;
  const flat = others.flat();
  const count = new Array(10).fill(0);
  for (const v of flat) count[v]++;
  return count.indexOf(Math.max(...count));
}
