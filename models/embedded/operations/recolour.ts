/**
 * Changing colours in place, and laying one grid over another.
 *
 * @module
 */
import { type Operation, operation } from "../operation.ts";
import { background, counts, mapCells, rankedColours, sameShape } from "../parts/cells.ts";

/** Operations on the colours of whole grids. */
export const RECOLOUR: readonly Operation[] = [
  operation({
    name: "keep_colour",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "all cells but those of a colour become background",
    apply: (g, colour) => {
      const b = background(g);
      return mapCells(g, (v) => (v === colour ? v : b));
    },
    python: `
def keep_colour(g, colour):
    b = background(g)
    return [[v if v == colour else b for v in row] for row in g]`,
  }),
  operation({
    name: "erase_colour",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the cells of a colour become background",
    apply: (g, colour) => {
      const b = background(g);
      return mapCells(g, (v) => (v === colour ? b : v));
    },
    python: `
def erase_colour(g, colour):
    b = background(g)
    return [[b if v == colour else v for v in row] for row in g]`,
  }),
  operation({
    name: "paint_content",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "all that is not background gets one colour",
    apply: (g, colour) => {
      const b = background(g);
      return mapCells(g, (v) => (v === b ? b : colour));
    },
    python: `
def paint_content(g, colour):
    b = background(g)
    return [[b if v == b else colour for v in row] for row in g]`,
  }),
  operation({
    name: "paint_background",
    takes: ["grid", "colour"],
    gives: "grid",
    meaning: "the background gets a colour",
    apply: (g, colour) => {
      const b = background(g);
      return mapCells(g, (v) => (v === b ? colour : v));
    },
    python: `
def paint_background(g, colour):
    b = background(g)
    return [[colour if v == b else v for v in row] for row in g]`,
  }),
  operation({
    name: "replace_colour",
    takes: ["grid", "colour", "colour"],
    gives: "grid",
    meaning: "one colour becomes another",
    apply: (g, from, to) => mapCells(g, (v) => (v === from ? to : v)),
    python: `
def replace_colour(g, old, new):
    return [[new if v == old else v for v in row] for row in g]`,
  }),
  operation({
    name: "invert",
    takes: ["grid"],
    gives: "grid",
    meaning: "background and the commonest other colour change places",
    apply: (g) => {
      const b = background(g);
      const top = rankedColours(g)[0];
      if (top === undefined) return null;
      return mapCells(g, (v) => (v === b ? top : v === top ? b : v));
    },
    python: `
def invert(g):
    b, top = background(g), ranked_colours(g)[0]
    return [[top if v == b else b if v == top else v for v in row] for row in g]`,
  }),
  operation({
    name: "keep_commonest",
    takes: ["grid"],
    gives: "grid",
    meaning: "only the commonest colour that is not background is kept",
    apply: (g) => {
      const b = background(g);
      const top = rankedColours(g)[0];
      return top === undefined ? null : mapCells(g, (v) => (v === top ? v : b));
    },
    python: `
def keep_commonest(g):
    b, top = background(g), ranked_colours(g)[0]
    return [[v if v == top else b for v in row] for row in g]`,
  }),
  operation({
    name: "keep_rarest",
    takes: ["grid"],
    gives: "grid",
    meaning: "only the rarest colour is kept",
    apply: (g) => {
      const b = background(g);
      const last = rankedColours(g).at(-1);
      return last === undefined ? null : mapCells(g, (v) => (v === last ? v : b));
    },
    python: `
def keep_rarest(g):
    b, last = background(g), ranked_colours(g)[-1]
    return [[v if v == last else b for v in row] for row in g]`,
  }),
  operation({
    name: "solid_commonest",
    takes: ["grid"],
    gives: "grid",
    meaning: "every cell gets the grid's commonest colour, the smaller of equals",
    apply: (g) => {
      const count = counts(g);
      const top = count.indexOf(Math.max(...count));
      return mapCells(g, () => top);
    },
    python: `
def solid_commonest(g):
    flat = [v for row in g for v in row]
    top = max(range(10), key=lambda v: (flat.count(v), -v))
    return [[top] * len(row) for row in g]`,
  }),
  operation({
    name: "over",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "the first grid laid over the second, its background being transparent",
    apply: (a, b) => {
      if (!sameShape(a, b)) return null;
      const clear = background(a);
      return mapCells(a, (v, r, c) => (v === clear ? b[r][c] : v));
    },
    python: `
def over(a, b):
    check_same_shape(a, b)
    clear = background(a)
    return [[y if x == clear else x for x, y in zip(p, q)] for p, q in zip(a, b)]`,
  }),
  operation({
    name: "mask",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "the first grid where the second is not background",
    apply: (a, b) => {
      if (!sameShape(a, b)) return null;
      const clear = background(a);
      const off = background(b);
      return mapCells(a, (v, r, c) => (b[r][c] === off ? clear : v));
    },
    python: `
def mask(a, b):
    check_same_shape(a, b)
    clear, off = background(a), background(b)
    return [[clear if y == off else x for x, y in zip(p, q)] for p, q in zip(a, b)]`,
  }),
  operation({
    name: "without",
    takes: ["grid", "grid"],
    gives: "grid",
    meaning: "the first grid where the second is background",
    apply: (a, b) => {
      if (!sameShape(a, b)) return null;
      const clear = background(a);
      const off = background(b);
      return mapCells(a, (v, r, c) => (b[r][c] === off ? v : clear));
    },
    python: `
def without(a, b):
    check_same_shape(a, b)
    clear, off = background(a), background(b)
    return [[x if y == off else clear for x, y in zip(p, q)] for p, q in zip(a, b)]`,
  }),
];
