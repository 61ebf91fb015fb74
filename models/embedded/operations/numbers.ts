/**
 * Colours and integers: roles in the task, plain literals, and values read from a grid.
 *
 * @module
 */
import { literal, type Operation, operation } from "../operation.ts";
import { background, rankedColours } from "../parts/cells.ts";

/** Colours. */
export const COLOURS: readonly Operation[] = [
  ...([
    ["new_colour", "the commonest output colour that no input has", "newColour"],
    ["second_new_colour", "the next output colour that no input has", "secondNewColour"],
    ["gone_colour", "the commonest colour of the inputs that no output has", "goneColour"],
    ["output_colour", "the commonest colour of all outputs", "outputColour"],
    ["input_colour", "the commonest colour of all inputs", "inputColour"],
    ["second_input_colour", "the next colour of all inputs", "secondInputColour"],
  ] as const).map(([name, meaning, fact]) =>
    literal({ name, gives: "colour", meaning, group: "role", value: (facts) => facts[fact] })
  ),
  ...["black", "blue", "red", "green", "yellow", "grey", "magenta", "orange", "azure", "maroon"]
    .map((name, colour) =>
      literal({ name, gives: "colour", meaning: `${colour}`, group: "fixed", value: () => colour })
    ),
  operation({
    name: "background",
    takes: ["grid"],
    gives: "colour",
    meaning: "black where it occurs, else the commonest colour",
    apply: (g) => background(g),
    python: `
def background(g):
    flat = [v for row in g for v in row]
    return 0 if 0 in flat else max(range(10), key=lambda v: (flat.count(v), -v))`,
  }),
  operation({
    name: "common_colour",
    takes: ["grid"],
    gives: "colour",
    meaning: "the commonest colour beside the background",
    apply: (g) => rankedColours(g)[0] ?? null,
    python: `
def common_colour(g):
    return ranked_colours(g)[0]`,
  }),
  operation({
    name: "second_colour",
    takes: ["grid"],
    gives: "colour",
    meaning: "the second commonest colour beside the background",
    apply: (g) => rankedColours(g)[1] ?? null,
    python: `
def second_colour(g):
    return ranked_colours(g)[1]`,
  }),
  operation({
    name: "rare_colour",
    takes: ["grid"],
    gives: "colour",
    meaning: "the rarest colour beside the background",
    apply: (g) => rankedColours(g).at(-1) ?? null,
    python: `
def rare_colour(g):
    return ranked_colours(g)[-1]`,
  }),
];

/** Integers. */
export const INTEGERS: readonly Operation[] = [
  ...([
    ["height_ratio", "output height / input height", "heightRatio"],
    ["width_ratio", "output width / input width", "widthRatio"],
    ["shrink_ratio", "input height / output height", "heightShrink"],
    ["output_height", "output height", "outputHeight"],
    ["output_width", "output width", "outputWidth"],
  ] as const).map(([name, meaning, fact]) =>
    literal({ name, gives: "int", meaning, group: "role", value: (facts) => facts[fact] })
  ),
  ...["one", "two", "three", "four"].map((name, i) =>
    literal({ name, gives: "int", meaning: `${i + 1}`, group: "fixed", value: () => i + 1 })
  ),
  operation({
    name: "number_of_colours",
    takes: ["grid"],
    gives: "int",
    meaning: "number of colours beside the background",
    apply: (g) => rankedColours(g).length,
    python: `
def number_of_colours(g):
    return len(ranked_colours(g))`,
  }),
  operation({
    name: "number_of_pieces",
    takes: ["pieces"],
    gives: "int",
    meaning: "number of pieces",
    apply: (pieces) => pieces.length,
    python: `
def number_of_pieces(pieces):
    return len(pieces)`,
  }),
  operation({
    name: "filled_cells",
    takes: ["grid"],
    gives: "int",
    meaning: "number of cells that are not background",
    apply: (g) => {
      const b = background(g);
      return g.reduce((sum, row) => sum + row.filter((v) => v !== b).length, 0);
    },
    python: `
def filled_cells(g):
    b = background(g)
    return sum(v != b for row in g for v in row)`,
  }),
  ...([["height_of", "rows", "len(g)"], ["width_of", "columns", "len(g[0])"]] as const).map(
    ([name, what, python]) =>
      operation({
        name,
        takes: ["grid"],
        gives: "int",
        meaning: `number of its ${what}`,
        apply: (g) => (what === "rows" ? g.length : g[0].length),
        python: `
def ${name}(g):
    return ${python}`,
      }),
  ),
];
