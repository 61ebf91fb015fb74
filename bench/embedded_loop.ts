/**
 * SOAR's loop on the embedded model in this process: sample, refine, select, fit, again.
 *
 * Choices are those of the engine (search/); programs are evaluated by their plans (a test holds
 * that these compute what their Python does), so a run takes minutes instead of hours.
 *
 * @module
 */
import { encodeGrid, type Grid, gridsEqual } from "../data/grid.ts";
import type { Pair } from "../data/task.ts";
import { Evaluator } from "../models/embedded/evaluate.ts";
import type { Drawn } from "../models/embedded/draw.ts";
import { fitModel, type TrainingRow } from "../models/embedded/fit.ts";
import { UNIFORM, type Weights } from "../models/embedded/grammar.ts";
import { seeded } from "../models/embedded/random.ts";
import { refinePrograms } from "../models/embedded/refine.ts";
import { samplePrograms } from "../models/embedded/sample.ts";
import { answerText, type Message, refinePrompt, samplePrompt } from "../models/prompts.ts";
import { accuracy } from "../data/candidate.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import { isSolved, type JudgedProgram } from "../search/judged.ts";
import { relabelRefinement, relabelTask } from "../search/relabel.ts";
import { chooseParent, initialArchive } from "../search/rex.ts";
import { collectPairs, selectPairsBalanced } from "../search/select_refinement.ts";
import { selectSampling } from "../search/select_sampling.ts";
import { vote } from "../search/vote.ts";

/** A task with its answers. */
export interface Case {
  readonly id: string;
  readonly train: readonly Pair[];
  readonly testInputs: readonly Grid[];
  readonly answers: readonly Grid[];
}

/** Budgets and choices of a loop. */
export interface LoopOptions {
  readonly seed: number;
  readonly generations: number;
  /** Programs sampled a task and generation. */
  readonly samples: number;
  /** Programs refined a task and generation. */
  readonly refinements: number;
  /** Programs a sampling request. */
  readonly request: number;
  /** Whether each generation after the first asks a model fitted to those before it. */
  readonly learn: boolean;
  /** Whether tasks are asked of a model fitted to the other half of them alone. */
  readonly transfer: boolean;
  /** Exchanges tried for each plan drawn. */
  readonly exchanges?: number;
}

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
}

/** Programs of a refining request (SOAR appendix D.3). */
const CHILDREN = 4;
/** Most sampling and refinement rows a task and generation: the engine's defaults. */
const SAMPLING_ROWS = 16;
const REFINEMENT_ROWS = 8;

interface Program extends JudgedProgram {
  readonly operator: "sample" | "refine";
  readonly parents: readonly string[];
  readonly code: string;
  readonly grids: readonly Grid[];
}

/** Runs the loop and tells after each generation where it stands. */
export function* runLoop(cases: readonly Case[], options: LoopOptions): Generator<Standing> {
  const searches = cases.map((one) => new Search(one, options));
  const rows: TrainingRow[][] = cases.map(() => []);
  for (let generation = 0; generation < options.generations; generation++) {
    const weightsOf = modelsFor(generation === 0 || !options.learn ? null : rows, options.transfer);
    searches.forEach((search, i) => search.run(generation, weightsOf(i)));
    if (options.learn) searches.forEach((search, i) => rows[i] = search.rows(generation));
    yield {
      programs: searches.reduce((sum, { programs }) => sum + programs.length, 0),
      solved: searches.map(({ programs }) => programs.some(isSolved)),
      voted: searches.map((search) => search.voted()),
      trainPerfect: searches.map(({ programs }) =>
        programs.some(({ correctTrain }) => correctTrain.every(Boolean))
      ),
      rows: rows.flat().length,
    };
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

/** The search on one task. */
class Search {
  readonly programs: Program[] = [];
  readonly #case: Case;
  readonly #options: LoopOptions;
  readonly #evaluator: Evaluator;
  readonly #timesChosen = new Map<string, number>();

  constructor(one: Case, options: LoopOptions) {
    this.#case = one;
    this.#options = options;
    this.#evaluator = new Evaluator(one);
  }

  run(generation: number, weights: Weights): void {
    const { samples, refinements, request, seed, exchanges } = this.#options;
    const ask = (n: number, ...what: (string | number)[]) => {
      return {
        n,
        temperature: 1,
        random: seeded(this.#case.id, seed, generation, ...what),
        exchanges,
      };
    };
    for (let at = 0; at < samples; at += request) {
      const n = Math.min(request, samples - at);
      const drawn = samplePrograms(this.#evaluator, weights, ask(n, "sample", at));
      this.#add(drawn, "sample", []);
    }
    for (let at = 0; at < refinements; at += CHILDREN) {
      const random = seeded(this.#case.id, seed, generation, "choose", at);
      const parent = this.#choose(random);
      if (!parent) break;
      const n = Math.min(CHILDREN, refinements - at);
      const drawn = refinePrograms(this.#evaluator, weights, {
        code: parent.code,
        given: this.#case.train.map((_, i) => parent.correctTrain[i] ? "right" : parent.grids[i]),
      }, ask(n, "refine", at));
      this.#add(drawn, "refine", [parent.id]);
    }
  }

  /** Whether one of the two attempts is right, tests kept from the vote. */
  voted(): boolean {
    const expected = this.#case.answers.map(encodeGrid);
    const blind = this.programs.map((program) => ({ ...program, correctTest: null }));
    const attempts = vote(blind);
    return expected.every((answer, i) => attempts.some(({ outputs }) => outputs[i] === answer));
  }

  rows(generation: number): TrainingRow[] {
    const { seed } = this.#options;
    const { id: taskId } = this.#case;
    const random = seeded(taskId, seed, generation, "select");
    const bySource = [...new Map(this.programs.map((program) => [program.code, program])).values()];
    const distinct = [
      ...bySource.filter(isSolved),
      ...dedupByOutputs(bySource.filter((program) => !isSolved(program))),
    ];
    const row = (prompt: readonly Message[], program: Program, operator: string): TrainingRow => {
      const correct = isSolved(program);
      return {
        prompt,
        completion: [{ role: "assistant", content: answerText(program.code) }],
        meta: JSON.stringify({ taskId, operator, relabelled: !correct, correct }),
      };
    };
    const ran = (program: Program) => ({ ...program, outputs: program.grids });
    const sampled = selectSampling("greedy_diverse", distinct, SAMPLING_ROWS, random)
      .map((program) => {
        const example = relabelTask(this.#case, ran(program), random)!;
        return row(samplePrompt(example, null), program, "sample");
      });
    const pairs = collectPairs(this.programs);
    const refined = selectPairsBalanced(pairs, REFINEMENT_ROWS, random).map((pair) => {
      const { parent, child } = pair;
      const both = { parent: ran(parent), child: ran(child) };
      const example = relabelRefinement(this.#case, both, random)!;
      return row(refinePrompt(example, example.parent, null), child, "refine");
    });
    return [...sampled, ...refined];
  }

  #choose(random: () => number): Program | null {
    const open = initialArchive(dedupByOutputs(this.programs), random);
    const arms = open.map((program) => ({
      id: program.id,
      h: accuracy(program.correctTrain),
      timesChosen: this.#timesChosen.get(program.id) ?? 0,
    }));
    const chosen = chooseParent(arms, random);
    if (!chosen) return null;
    this.#timesChosen.set(chosen.id, chosen.timesChosen + 1);
    return open.find(({ id }) => id === chosen.id)!;
  }

  #add(drawn: readonly Drawn[], operator: Program["operator"], parents: readonly string[]): void {
    const { train, answers } = this.#case;
    for (const { code, outputs: grids } of drawn) {
      this.programs.push({
        id: `${this.programs.length}`,
        operator,
        parents,
        code,
        codeLength: code.length,
        grids,
        outputs: grids.map(encodeGrid),
        correctTrain: train.map(({ output }, i) => gridsEqual(output, grids[i])),
        correctTest: answers.map((answer, i) => gridsEqual(answer, grids[train.length + i])),
      });
    }
  }
}
