/**
 * What a task says about colours and sizes before any program runs: the values of role literals.
 *
 * @module
 */
import type { Pair } from "../../data/task.ts";
import { background, counts, rankedColours } from "./parts/cells.ts";

/** Values of role literals; null where the task has none. */
export interface Facts {
  /** Commonest colour of the outputs that no input has. */
  readonly newColour: number | null;
  /** The next such colour. */
  readonly secondNewColour: number | null;
  /** Commonest colour that every input has and no output. */
  readonly goneColour: number | null;
  /** Commonest colour, beside the background, of every output. */
  readonly outputColour: number | null;
  /** Commonest colour, beside the background, of every input. */
  readonly inputColour: number | null;
  /** The next such colour. */
  readonly secondInputColour: number | null;
  /** Output height divided by input height, when a whole number above 1 for every pair. */
  readonly heightRatio: number | null;
  readonly widthRatio: number | null;
  /** Input height divided by output height, when a whole number above 1 for every pair. */
  readonly heightShrink: number | null;
  /** Output height and width, when the same for every pair. */
  readonly outputHeight: number | null;
  readonly outputWidth: number | null;
}

/** The facts of a task's train pairs. */
export function factsOf(train: readonly Pair[]): Facts {
  const inputs = train.map((pair) => counts(pair.input));
  const outputs = train.map((pair) => counts(pair.output));
  const total = (all: number[][], v: number) => all.reduce((sum, count) => sum + count[v], 0);
  const ranked = (all: number[][], test: (v: number) => boolean) =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((v) => total(all, v) > 0 && test(v))
      .sort((a, b) => total(all, b) - total(all, a) || a - b);
  const fresh = ranked(outputs, (v) => inputs.every((count) => count[v] === 0));
  const gone = ranked(
    inputs,
    (v) => inputs.every((count) => count[v] > 0) && outputs.every((count) => count[v] === 0),
  );
  const empty = new Set(train.map((pair) => background(pair.input)));
  const shown = ranked(
    outputs,
    (v) => outputs.every((count) => count[v] > 0) && !empty.has(v),
  );
  const given = ranked(inputs, (v) => train.every((p) => rankedColours(p.input).includes(v)));
  return {
    newColour: fresh[0] ?? null,
    secondNewColour: fresh[1] ?? null,
    goneColour: gone[0] ?? null,
    outputColour: shown[0] ?? null,
    inputColour: given[0] ?? null,
    secondInputColour: given[1] ?? null,
    heightRatio: same(train, (p) => ratio(p.output.length, p.input.length)),
    widthRatio: same(train, (p) => ratio(p.output[0].length, p.input[0].length)),
    heightShrink: same(train, (p) => ratio(p.input.length, p.output.length)),
    outputHeight: same(train, (p) => p.output.length),
    outputWidth: same(train, (p) => p.output[0].length),
  };
}

function ratio(a: number, b: number): number | null {
  return a > b && a % b === 0 ? a / b : null;
}

function same(train: readonly Pair[], value: (pair: Pair) => number | null): number | null {
  const first = value(train[0]);
  return train.every((pair) => value(pair) === first) ? first : null;
}
