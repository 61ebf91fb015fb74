/**
 * Choosing one of several pieces, by place or by measure.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, counts, rankedColours, sameShape } from "../parts/cells.ts";
import { enclosed } from "../parts/components.ts";
import { type Cells, valuesEqual } from "../value.ts";

/** A number for a piece among pieces. */
export interface Measure {
  readonly name: string;
  readonly meaning: string;
  readonly of: (piece: Cells, all: readonly Cells[]) => number;
  readonly python: string;
}

/** What pieces are compared by. */
export const PIECE_MEASURES: readonly Measure[] = [
  {
    name: "filled",
    meaning: "cells that are not background",
    of: (p) => p.length * p[0].length - counts(p)[background(p)],
    python: `
def filled(p, pieces):
    b = background(p)
    return sum(v != b for row in p for v in row)`,
  },
  {
    name: "area",
    meaning: "cells",
    of: (p) => p.length * p[0].length,
    python: `
def area(p, pieces):
    return len(p) * len(p[0])`,
  },
  {
    name: "tall",
    meaning: "rows",
    of: (p) => p.length,
    python: `
def tall(p, pieces):
    return len(p)`,
  },
  {
    name: "wide",
    meaning: "columns",
    of: (p) => p[0].length,
    python: `
def wide(p, pieces):
    return len(p[0])`,
  },
  {
    name: "colourful",
    meaning: "colours beside the background",
    of: (p) => rankedColours(p).length,
    python: `
def colourful(p, pieces):
    return len(ranked_colours(p))`,
  },
  {
    name: "repeated",
    meaning: "pieces equal to it",
    of: (p, all) => all.filter((q) => valuesEqual(p, q)).length,
    python: `
def repeated(p, pieces):
    return pieces.count(p)`,
  },
  {
    name: "symmetric",
    meaning: "mirror symmetries among left-right and up-down",
    of: (p) =>
      Number(valuesEqual(p, p.map((row) => row.toReversed()))) +
      Number(valuesEqual(p, p.toReversed())),
    python: `
def symmetric(p, pieces):
    return (p == [row[::-1] for row in p]) + (p == p[::-1])`,
  },
  {
    name: "holed",
    meaning: "enclosed background areas",
    of: (p) => enclosed(p).length,
    python: `
def holed(p, pieces):
    return len(enclosed(p))`,
  },
  {
    name: "patterned",
    meaning: "pieces of its shape, colours left aside",
    of: (p, all) => all.filter((q) => samePattern(p, q)).length,
    python: `
def patterned(p, pieces):
    return sum(pattern(p) == pattern(q) for q in pieces)`,
  },
];

/** Python twins: the measures, and the ways to choose by one. */
export const PICK_PARTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(PIECE_MEASURES.map(({ name, python }) => [name, python])),
  pattern: `
def pattern(p):
    b = background(p)
    return [[v != b for v in row] for row in p]`,
  most: `
def most(pieces, measure):
    return max(pieces, key=measure)`,
  least: `
def least(pieces, measure):
    return min(pieces, key=measure)`,
  single: `
def single(pieces, measure):
    values = [measure(p) for p in pieces]
    return [p for p, v in zip(pieces, values) if values.count(v) == 1 < len(pieces)][0]`,
};

/** Operations from pieces to one of them. */
export const PICK: readonly Operation[] = [
  ...PIECE_MEASURES.flatMap((measure) => [
    operation({
      name: `most_${measure.name}`,
      takes: ["pieces"],
      gives: "grid",
      meaning: `the piece with most ${measure.meaning}, the first of equals`,
      apply: (pieces) => extreme(pieces, measure, 1),
      python: choice("most", measure),
    }),
    operation({
      name: `least_${measure.name}`,
      takes: ["pieces"],
      gives: "grid",
      meaning: `the piece with fewest ${measure.meaning}, the first of equals`,
      apply: (pieces) => extreme(pieces, measure, -1),
      python: choice("least", measure),
    }),
    operation({
      name: `single_${measure.name}`,
      takes: ["pieces"],
      gives: "grid",
      meaning: `the first piece that alone has its number of ${measure.meaning}`,
      apply: (pieces) => {
        const values = pieces.map((piece) => measure.of(piece, pieces));
        if (pieces.length < 2) return null;
        return pieces.find((_, i) => values.filter((v) => v === values[i]).length === 1) ?? null;
      },
      python: choice("single", measure),
    }),
  ]),
  operation({
    name: "first",
    takes: ["pieces"],
    gives: "grid",
    meaning: "the first piece",
    apply: (pieces) => pieces[0] ?? null,
    python: `
def first(pieces):
    return pieces[0]`,
  }),
  operation({
    name: "second",
    takes: ["pieces"],
    gives: "grid",
    meaning: "the second piece",
    apply: (pieces) => pieces[1] ?? null,
    python: `
def second(pieces):
    return pieces[1]`,
  }),
  operation({
    name: "last",
    takes: ["pieces"],
    gives: "grid",
    meaning: "the last piece",
    apply: (pieces) => pieces.at(-1) ?? null,
    python: `
def last(pieces):
    return pieces[-1]`,
  }),
];

function choice(by: string, { name }: Measure): string {
  return `
def ${by}_${name}(pieces):
    return ${by}(pieces, lambda p: ${name}(p, pieces))`;
}

function extreme(pieces: readonly Cells[], { of }: Measure, sign: number): Cells | null {
  let best: Cells | null = null;
  let score = -Infinity;
  for (const piece of pieces) {
    const value = sign * of(piece, pieces);
    if (value > score) [best, score] = [piece, value];
  }
  return best;
}

function samePattern(p: Cells, q: Cells): boolean {
  if (!sameShape(p, q)) return false;
  const [b, d] = [background(p), background(q)];
  return p.every((row, r) => row.every((v, c) => (v !== b) === (q[r][c] !== d)));
}
