/**
 * SOAR's loop on the embedded model in this process: sample, refine, select, fit, again.
 *
 * Choices are those of the engine (search/); programs are evaluated by their plans (a test holds
 * that these compute what their Python does), so a run takes minutes instead of hours.
 *
 * @module
 */
import { fitModel, type TrainingRow } from "../models/embedded/fit.ts";
import { UNIFORM, type Weights } from "../models/embedded/grammar.ts";
import { allowances } from "../search/allocate.ts";
import { compatRules } from "../search/compat.ts";
import { isSolved } from "../search/judged.ts";
import {
  type Case,
  CHILDREN,
  DEFAULT_CHOICES,
  type LoopOptions,
  type Program,
  TaskSearch,
} from "./task_search.ts";

/** Where a loop stands after a generation; one entry a task. */
export interface Standing {
  /** Programs so far, all tasks together. */
  readonly programs: number;
  /** Whether some program is right on all train and test pairs. */
  readonly solved: readonly boolean[];
  /** Whether one of two attempts by vote is right on all tests. */
  readonly voted: readonly boolean[];
  /** Whether some program is right on all train pairs. */
  readonly trainPerfect: readonly boolean[];
  /** Rows that the generation's model was fitted to. */
  readonly rows: number;
  /** As `solved` and `voted`, of this generation's programs alone. */
  readonly fresh: { readonly solved: readonly boolean[]; readonly voted: readonly boolean[] };
}

/** Runs the loop and tells after each generation where it stands. */
export function* runLoop(cases: readonly Case[], options: LoopOptions): Generator<Standing> {
  const searches = cases.map((one) => new TaskSearch(one, options));
  const rows: TrainingRow[][] = cases.map(() => []);
  for (let generation = 0; generation < options.generations; generation++) {
    const weightsOf = modelsFor(generation === 0 || !options.learn ? null : rows, options.transfer);
    searches.forEach((search, i) => search.begin(generation, weightsOf(i)));
    spend(searches, "sample", options);
    spend(searches, "refine", options);
    if (options.learn) searches.forEach((search, i) => rows[i] = search.rows(generation));
    const solved = (programs: readonly Program[]) => programs.some(isSolved);
    yield {
      programs: searches.reduce((sum, { programs }) => sum + programs.length, 0),
      solved: searches.map(({ programs }) => solved(programs)),
      voted: searches.map((search) => search.voted(search.programs)),
      trainPerfect: searches.map(({ programs }) =>
        programs.some(({ correctTrain }) => correctTrain.every(Boolean))
      ),
      rows: rows.flat().length,
      fresh: {
        solved: searches.map((search) => solved(search.fresh())),
        voted: searches.map((search) => search.voted(search.fresh())),
      },
    };
  }
}

/** Spends an operator's budget of a generation, request by request, task after task. */
function spend(
  searches: readonly TaskSearch[],
  operator: Program["operator"],
  { samples, refinements, request, choices }: LoopOptions,
): void {
  const { policy, compat, enoughSampled, enoughRefined } = { ...DEFAULT_CHOICES, ...choices };
  const rules = compatRules(compat);
  const sampling = operator === "sample";
  const total = searches.length * (sampling ? samples : refinements);
  const enough = sampling
    ? enoughSampled ?? rules.enoughSampled
    : enoughRefined ?? rules.enoughRefined;
  const spent = searches.map(() => 0);
  // A task with nothing to refine can spend no more either.
  const barren = searches.map(() => false);
  for (let asked = true; asked;) {
    asked = false;
    const states = searches.map((search, i) => {
      return { spent: spent[i], closed: barren[i] || search.solvedBy(operator) >= enough };
    });
    const allowed = allowances(policy, states, total);
    searches.forEach((search, i) => {
      const n = Math.min(sampling ? request : CHILDREN, allowed[i] - spent[i]);
      if (n <= 0) return;
      barren[i] = !search.ask(operator, n, spent[i]);
      if (!barren[i]) spent[i] += n;
      asked = true;
    });
  }
}

/**
 * The model of each task: one for all, or for each half of them one fitted to the other half.
 *
 * @param rows Rows by task; null for the base model
 */
export function modelsFor(
  rows: readonly TrainingRow[][] | null,
  transfer: boolean,
): (task: number) => Weights {
  if (!rows) return () => UNIFORM;
  const fitTo = (some: readonly TrainingRow[][]) => fitModel(some.flat()).weights;
  if (!transfer) {
    const weights = fitTo(rows);
    return () => weights;
  }
  const halves = [1, 0].map((half) => fitTo(rows.filter((_, i) => i % 2 === half)));
  return (task) => halves[task % 2];
}
