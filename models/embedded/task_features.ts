/**
 * Cheap yes-or-no features of a task: what the grammar's weights are conditioned on.
 *
 * @module
 */
import type { Pair } from "../../data/task.ts";
import { background, boxOf, counts, placesWhere, sameShape } from "./parts/cells.ts";
import { components, enclosed } from "./parts/components.ts";
import { fields } from "./operations/split.ts";
import { type Cells, type Place, valuesEqual } from "./value.ts";

/** A train pair and what several tests ask of it, worked out when first asked. */
class Look {
  readonly input: Cells;
  readonly output: Cells;
  readonly sameShape: boolean;
  readonly background: number;
  readonly inputPalette: readonly number[];
  readonly outputPalette: readonly number[];
  #objects: Place[][] | null = null;
  #holes: Place[][] | null = null;
  #fields: Cells[][] | null | undefined = undefined;
  #changes: [number, number][] | null = null;

  constructor({ input, output }: Pair) {
    this.input = input;
    this.output = output;
    this.sameShape = sameShape(input, output);
    this.background = background(input);
    this.inputPalette = palette(input);
    this.outputPalette = palette(output);
  }

  /** Objects of one colour, joined also at corners. */
  get objects(): Place[][] {
    return this.#objects ??= components(this.input, {
      diagonal: true,
      oneColour: true,
      skip: this.background,
    });
  }

  get holes(): Place[][] {
    return this.#holes ??= enclosed(this.input);
  }

  /** Fields of a lattice of lines; null when there is none. */
  get fields(): Cells[][] | null {
    if (this.#fields === undefined) this.#fields = fields(this.input);
    return this.#fields;
  }

  /** Colours before and after of the cells that differ; only for pairs of one shape. */
  get changes(): [number, number][] {
    return this.#changes ??= this.input.flatMap((row, r) =>
      row.flatMap((v, c): [number, number][] =>
        v === this.output[r][c] ? [] : [[v, this.output[r][c]]]
      )
    );
  }

  /** Whether some box of the input has the shape of the output. */
  hasBox(places: readonly Place[]): boolean {
    const box = boxOf(places);
    return !this.sameShape && box?.[2] === this.output.length && box[3] === this.output[0].length;
  }
}

/** Tests that hold for a task when they hold for every train pair. */
const FOR_ALL: Readonly<Record<string, (pair: Look) => boolean>> = {
  same_shape: (pair) => pair.sameShape,
  smaller: (pair) => !pair.sameShape && isWithin(pair.output, pair.input),
  larger: (pair) => !pair.sameShape && isWithin(pair.input, pair.output),
  whole_ratio: ({ sameShape, input, output }) =>
    !sameShape && output.length % input.length === 0 && output[0].length % input[0].length === 0,
  whole_shrink: ({ sameShape, input, output }) =>
    !sameShape && input.length % output.length === 0 && input[0].length % output[0].length === 0,
  squared: ({ input, output }) =>
    output.length === input.length ** 2 && output[0].length === input[0].length ** 2 &&
    input.length > 1,
  doubled: ({ input, output }) =>
    output.length * output[0].length === 2 * input.length * input[0].length,
  doubled_both: ({ input, output }) =>
    output.length === 2 * input.length && output[0].length === 2 * input[0].length,
  tripled: ({ input, output }) =>
    output.length === 3 * input.length || output[0].length === 3 * input[0].length,
  half_wide: ({ input, output }) =>
    input.length === output.length && output[0].length === Math.floor(input[0].length / 2),
  half_high: ({ input, output }) =>
    input[0].length === output[0].length && output.length === Math.floor(input.length / 2),
  third: ({ input, output }) =>
    [[input.length, output.length], [input[0].length, output[0].length]].some(([a, b]) =>
      a === 3 * b || a === 3 * b + 2
    ),
  one_more_around: ({ input, output }) =>
    output.length === input.length + 2 && output[0].length === input[0].length + 2,
  transposed_shape: ({ sameShape, input, output }) =>
    !sameShape && input.length === output[0].length && input[0].length === output.length,
  single_cell: ({ output }) => output.length * output[0].length === 1,
  one_line: ({ output }) => (output.length === 1) !== (output[0].length === 1),
  square_output: ({ output }) => output.length === output[0].length,
  square_input: ({ input }) => input.length === input[0].length,
  three_by_three: ({ output }) => output.length === 3 && output[0].length === 3,
  content_shape: (pair) => pair.hasBox(placesWhere(pair.input, (v) => v !== pair.background)),
  object_shape: (pair) => !pair.sameShape && pair.objects.some((places) => pair.hasBox(places)),
  colour_shape: (pair) =>
    !pair.sameShape &&
    pair.inputPalette.some((colour) =>
      colour !== pair.background && pair.hasBox(placesWhere(pair.input, (v) => v === colour))
    ),
  within_input: (pair) => !pair.sameShape && occursIn(pair.output, pair.input),
  same_palette: (pair) => valuesEqual(pair.inputPalette, pair.outputPalette),
  fewer_colours: ({ inputPalette, outputPalette }) =>
    outputPalette.length < inputPalette.length &&
    outputPalette.every((v) => inputPalette.includes(v)),
  colour_gone: ({ inputPalette, outputPalette }) =>
    inputPalette.some((v) => !outputPalette.includes(v)),
  one_input_colour: ({ inputPalette }) => inputPalette.length === 2,
  two_input_colours: ({ inputPalette }) => inputPalette.length === 3,
  many_input_colours: ({ inputPalette }) => inputPalette.length >= 5,
  one_output_colour: ({ outputPalette }) => outputPalette.length === 1,
  two_output_colours: ({ outputPalette }) => outputPalette.length === 2,
  black_in_input: ({ inputPalette }) => inputPalette[0] === 0,
  black_in_output: ({ outputPalette }) => outputPalette[0] === 0,
  same_counts: ({ input, output }) => valuesEqual(counts(input), counts(output)),
  additive: (pair) => pair.sameShape && pair.changes.every(([was]) => was === pair.background),
  subtractive: (pair) => pair.sameShape && pair.changes.every(([, now]) => now === pair.background),
  recolouring: (pair) =>
    pair.sameShape &&
    pair.changes.every((colours) => !colours.includes(pair.background)),
  few_changed: (pair) => pair.sameShape && share(pair) < 0.1,
  most_changed: (pair) => pair.sameShape && share(pair) > 0.4,
  one_colour_painted: (pair) =>
    pair.sameShape && new Set(pair.changes.map(([, now]) => now)).size === 1,
  one_colour_changed: (pair) =>
    pair.sameShape && new Set(pair.changes.map(([was]) => was)).size === 1,
  holes: (pair) => pair.holes.length > 0,
  holes_painted: ({ sameShape, holes, input, output }) =>
    sameShape && holes.length > 0 &&
    holes.every((area) => area.some(([r, c]) => output[r][c] !== input[r][c])),
  one_object: (pair) => pair.objects.length === 1,
  few_objects: (pair) => pair.objects.length >= 2 && pair.objects.length <= 4,
  many_objects: (pair) => pair.objects.length > 8,
  lattice: (pair) => (pair.fields?.flat().length ?? 0) >= 2,
  lattice_summary_shape: ({ fields, output }) =>
    fields !== null && fields.length === output.length && fields[0].length === output[0].length,
  field_shape: ({ fields, output }) => fields !== null && sameShape(fields[0][0], output),
  symmetric_output_h: ({ output }) => output.every((row) => valuesEqual(row, row.toReversed())),
  symmetric_output_v: ({ output }) => valuesEqual(output, output.toReversed()),
  symmetric_input_h: ({ input }) => input.every((row) => valuesEqual(row, row.toReversed())),
  equal_rows: ({ output }) => output.every((row) => valuesEqual(row, output[0])),
  equal_columns: ({ output }) => output.every((row) => row.every((v) => v === row[0])),
  small_input: ({ input }) => input.length * input[0].length <= 16,
  large_input: ({ input }) => input.length * input[0].length >= 150,
};

/** Tests of the train pairs together. */
const TOGETHER: Readonly<Record<string, (pairs: readonly Look[]) => boolean>> = {
  any: () => true,
  new_colour: (pairs) => {
    const given = new Set(pairs.flatMap((pair) => pair.inputPalette));
    return pairs.some((pair) => pair.outputPalette.some((v) => !given.has(v)));
  },
  constant_output_shape: (pairs) => pairs.every((p) => sameShape(p.output, pairs[0].output)),
  constant_input_shape: (pairs) => pairs.every((p) => sameShape(p.input, pairs[0].input)),
  constant_input_palette: (pairs) =>
    pairs.every((p) => valuesEqual(p.inputPalette, pairs[0].inputPalette)),
  constant_output_palette: (pairs) =>
    pairs.every((p) => valuesEqual(p.outputPalette, pairs[0].outputPalette)),
  colour_map: (pairs) => {
    const to: (number | undefined)[] = [];
    return pairs.every((p) =>
      p.sameShape &&
      p.input.every((row, r) => row.every((v, c) => (to[v] ??= p.output[r][c]) === p.output[r][c]))
    );
  },
};

/** Names of the features, in the order of {@link taskFeatures}. */
export const FEATURE_NAMES: readonly string[] = [...Object.keys(TOGETHER), ...Object.keys(FOR_ALL)];

/** Indices, ascending, of the features that a task has. */
export function taskFeatures(train: readonly Pair[]): number[] {
  const pairs = train.map((pair) => new Look(pair));
  const held = [
    ...Object.values(TOGETHER).map((test) => test(pairs)),
    ...Object.values(FOR_ALL).map((test) => pairs.every(test)),
  ];
  return held.flatMap((holds, i) => (holds ? [i] : []));
}

function isWithin(a: Cells, b: Cells): boolean {
  return a.length <= b.length && a[0].length <= b[0].length;
}

function palette(g: Cells): number[] {
  return counts(g).flatMap((count, v) => (count > 0 ? [v] : []));
}

/** Share of the cells that change. */
function share({ changes, input }: Look): number {
  return changes.length / (input.length * input[0].length);
}

function occursIn(part: Cells, whole: Cells): boolean {
  for (let top = 0; top + part.length <= whole.length; top++) {
    for (let left = 0; left + part[0].length <= whole[0].length; left++) {
      if (part.every((row, r) => row.every((v, c) => v === whole[top + r][left + c]))) return true;
    }
  }
  return false;
}
