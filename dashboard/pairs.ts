/**
 * A program's grids beside the task's: input, expected, predicted with the cells that differ.
 *
 * @module
 */
import type { Grid } from "../data/grid.ts";
import { GridView } from "./grid.ts";
import { html, type View } from "./html.ts";

/** Grids of a task, and what a program made of them. */
export interface Compared {
  readonly train_input: readonly Grid[];
  readonly train_output: readonly Grid[];
  readonly test_input: readonly Grid[];
  /** Null where the run does not know them. */
  readonly test_output: readonly Grid[] | null;
  readonly predicted_train_output?: readonly (Grid | null)[] | null;
  readonly predicted_test_output?: readonly (Grid | null)[] | null;
}

/** All pairs, train then test; `predicted` says whether there is a program. */
export function Pairs(
  { of, predicted }: { readonly of: Compared; readonly predicted: boolean },
): View {
  const train = of.train_input.map((input, i) =>
    pair(`train ${i + 1}`, input, of.train_output[i], of.predicted_train_output?.[i], predicted)
  );
  const test = of.test_input.map((input, i) =>
    pair(`test ${i + 1}`, input, of.test_output?.[i], of.predicted_test_output?.[i], predicted)
  );
  return html`<div class="pairs">${train}${test}</div>`;
}

function pair(
  name: string,
  input: Grid,
  expected: Grid | null | undefined,
  output: Grid | null | undefined,
  predicted: boolean,
): View {
  return html`<div class="triple" data-pair=${name}>
    <${GridView} grid=${input} label=${`${name} input`} />
    ${
    expected
      ? html`<${GridView} grid=${expected} label="expected" />`
      : html`<p class="quiet">answer not known to the run</p>`
  }
    ${
    predicted &&
    (output
      ? html`<${GridView} grid=${output} expected=${expected ?? null} label="predicted" />`
      : html`<p class="bad">predicted: none</p>`)
  }</div>`;
}
