/**
 * Pieces put in another order, or fewer of them.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { type Cells, valuesEqual } from "../value.ts";
import { PIECE_MEASURES } from "./pick.ts";

/** Operations from pieces to pieces. */
export const ORDER: readonly Operation[] = [
  ...PIECE_MEASURES.filter(({ name }) => ["filled", "area", "holed", "repeated"].includes(name))
    .map(({ name, meaning, of }) =>
      operation({
        name: `ordered_by_${name}`,
        takes: ["pieces"],
        gives: "pieces",
        meaning: `in order of their number of ${meaning}, fewest first`,
        apply: (pieces) =>
          pieces.map((piece) => ({ piece, value: of(piece, pieces) }))
            .sort((p, q) => p.value - q.value).map(({ piece }) => piece),
        python: `
def ordered_by_${name}(pieces):
    return sorted(pieces, key=lambda p: ${name}(p, pieces))`,
      })
    ),
  operation({
    name: "reversed_pieces",
    takes: ["pieces"],
    gives: "pieces",
    meaning: "in the opposite order",
    apply: (pieces) => pieces.toReversed(),
    python: `
def reversed_pieces(pieces):
    return pieces[::-1]`,
  }),
  operation({
    name: "distinct_pieces",
    takes: ["pieces"],
    gives: "pieces",
    meaning: "without those equal to an earlier one",
    apply: (pieces) =>
      pieces.filter((p, i) => !pieces.slice(0, i).some((q: Cells) => valuesEqual(p, q))),
    python: `
def distinct_pieces(pieces):
    return [p for i, p in enumerate(pieces) if p not in pieces[:i]]`,
  }),
  operation({
    name: "filled_pieces",
    takes: ["pieces"],
    gives: "pieces",
    meaning: "without those of a single colour",
    apply: (pieces) => pieces.filter((p) => p.some((row) => row.some((v) => v !== p[0][0]))),
    python: `
def filled_pieces(pieces):
    return [p for p in pieces if any(v != p[0][0] for row in p for v in row)]`,
  }),
];
