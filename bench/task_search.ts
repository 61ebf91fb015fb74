/**
 * The search on one task by the embedded model: its programs, and the rows they give.
 *
 * @module
 */
import { encodeGrid, type Grid, gridsEqual } from "../data/grid.ts";
import type { Pair } from "../data/task.ts";
import { Evaluator } from "../models/embedded/evaluate.ts";
import type { Drawn } from "../models/embedded/draw.ts";
import { type TrainingRow } from "../models/embedded/fit.ts";
import { UNIFORM, type Weights } from "../models/embedded/grammar.ts";
import { seeded } from "../models/embedded/random.ts";
import { refinePrograms } from "../models/embedded/refine.ts";
import { samplePrograms } from "../models/embedded/sample.ts";
import { answerText, type Message, refinePrompt, samplePrompt } from "../models/prompts.ts";
import { accuracy } from "../data/candidate.ts";
import { type AllocationPolicy } from "../search/allocate.ts";
import type { Bin } from "../search/bins.ts";
import { type Compat, type CompatRules, compatRules } from "../search/compat.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import { islandOfDraw, programsOfIsland } from "../search/islands.ts";
import { isSolved, type JudgedProgram } from "../search/judged.ts";
import { keepFault } from "../search/keep.ts";
import { type ParentSelector, selectParents } from "../search/parents.ts";
import { mixAnswers, relabelRefinement, relabelTask } from "../search/relabel.ts";
import { initialArchive } from "../search/rex.ts";
import { type RefinementStrategy, selectRefinement } from "../search/select_refinement.ts";
import { type SamplingStrategy, selectSampling } from "../search/select_sampling.ts";
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
  /** @default {DEFAULT_CHOICES} */
  readonly choices?: Partial<LoopChoices>;
}

/** How a loop chooses: the words of the configuration. */
export interface LoopChoices {
  readonly compat: Compat;
  readonly strategy: SamplingStrategy;
  readonly refinementStrategy: RefinementStrategy;
  /** Most sampling and refinement rows a task and generation. */
  readonly samplingRows: number;
  readonly refinementRows: number;
  readonly parents: ParentSelector;
  readonly bin: Bin;
  readonly c: number;
  readonly islands: number;
  readonly binCap: number;
  readonly policy: AllocationPolicy;
  /** Solved programs after which a task stops; null = the rule of `compat`. */
  readonly enoughSampled: number | null;
  readonly enoughRefined: number | null;
}

/** The engine's defaults. */
export const DEFAULT_CHOICES: LoopChoices = {
  compat: "paper",
  strategy: "greedy_diverse",
  refinementStrategy: "balanced",
  samplingRows: 16,
  refinementRows: 8,
  parents: "rex",
  bin: "medium",
  c: 20,
  islands: 1,
  binCap: 300,
  policy: "fixed",
  enoughSampled: null,
  enoughRefined: null,
};

/** Programs of a refining request (SOAR appendix D.3). */
export const CHILDREN = 4;

/** A program of the search. */
export interface Program extends JudgedProgram {
  readonly generation: number;
  readonly operator: "sample" | "refine";
  /** Number of its request among those of the operator. */
  readonly draw: number;
  readonly parents: readonly string[];
  readonly code: string;
  readonly grids: readonly Grid[];
}

/** The search on one task. */
export class TaskSearch {
  readonly programs: Program[] = [];
  readonly #case: Case;
  readonly #options: LoopOptions;
  readonly #evaluator: Evaluator;
  readonly #timesChosen = new Map<string, number>();
  readonly #choices: LoopChoices;
  readonly #rules: CompatRules;
  #generation = 0;
  #weights: Weights = UNIFORM;

  constructor(one: Case, options: LoopOptions) {
    this.#case = one;
    this.#options = options;
    this.#evaluator = new Evaluator(one);
    this.#choices = { ...DEFAULT_CHOICES, ...options.choices };
    this.#rules = compatRules(this.#choices.compat);
  }

  begin(generation: number, weights: Weights): void {
    this.#generation = generation;
    this.#weights = weights;
  }

  /** Programs of the generation under way. */
  fresh(): Program[] {
    return this.programs.filter(({ generation }) => generation === this.#generation);
  }

  /** Solved programs that the stop rule counts: all, or those refined, of this generation. */
  solvedBy(operator: Program["operator"]): number {
    return this.fresh().filter((one) => {
      return (operator === "sample" || one.operator === "refine") && isSolved(one);
    }).length;
  }

  /** Asks for `n` programs; false when there is nothing to refine. */
  ask(operator: Program["operator"], n: number, at: number): boolean {
    const { seed, exchanges } = this.#options;
    const stream = (what: string) => seeded(this.#case.id, seed, this.#generation, what, at);
    const asked = { n, temperature: 1, random: stream(operator), exchanges };
    if (operator === "sample") {
      this.#add(samplePrograms(this.#evaluator, this.#weights, asked), "sample", at, []);
      return true;
    }
    const draw = Math.floor(at / CHILDREN);
    const parents = this.#choose(draw, stream("choose"));
    if (parents.length === 0) return false;
    const [parent, second] = parents;
    const drawn = refinePrograms(this.#evaluator, this.#weights, {
      code: parent.code,
      given: this.#case.train.map((_, i) => parent.correctTrain[i] ? "right" : parent.grids[i]),
      second: second?.code ?? null,
    }, asked);
    this.#add(drawn, "refine", draw, parents.map(({ id }) => id));
    return true;
  }

  /** Whether one of the two attempts is right, tests kept from the vote. */
  voted(programs: readonly Program[]): boolean {
    const expected = this.#case.answers.map(encodeGrid);
    const blind = programs.map((program) => ({ ...program, correctTest: null }));
    const attempts = vote(blind);
    return expected.every((answer, i) => attempts.some(({ outputs }) => outputs[i] === answer));
  }

  rows(generation: number): TrainingRow[] {
    const { seed } = this.#options;
    const { id: taskId } = this.#case;
    const random = seeded(taskId, seed, generation, "select");
    const { strategy, samplingRows, refinementStrategy, refinementRows } = this.#choices;
    const rules = this.#rules;
    const { train } = this.#case;
    const kept = this.programs.filter(({ grids }) =>
      !rules.keepRules || keepFault(train, grids) === null
    );
    const bySource = [...new Map(kept.map((program) => [program.code, program])).values()];
    const distinct = [
      ...bySource.filter(isSolved),
      ...dedupByOutputs(bySource.filter((program) => !isSolved(program))),
    ];
    const row = (prompt: readonly Message[], code: string, correct: boolean, operator: string) => ({
      prompt,
      completion: [{ role: "assistant" as const, content: answerText(code) }],
      meta: JSON.stringify({ taskId, operator, relabelled: !correct, correct }),
    });
    const ran = (program: Program) => ({ ...program, outputs: program.grids });
    const sampled = selectSampling(strategy, distinct, samplingRows, random, rules)
      .map((program) => {
        const example = relabelTask(this.#case, ran(program), random)!;
        const shown = rules.showTestOutputs ? example.testOutputs : [];
        return row(samplePrompt(example, null, shown), program.code, isSolved(program), "sample");
      });
    const pairs = selectRefinement(refinementStrategy, kept, refinementRows, random, rules);
    const examples = pairs.map(({ parent, child }) => {
      return relabelRefinement(this.#case, { parent: ran(parent), child: ran(child) }, random)!;
    });
    const answered = rules.mixAnswers ? mixAnswers(examples, random) : examples;
    const refined = answered.map((example, i) => {
      const prompt = refinePrompt(example, example.parent, null);
      return row(prompt, example.code, isSolved(pairs[i].child), "refine");
    });
    return [...sampled, ...refined];
  }

  #choose(draw: number, random: () => number): Program[] {
    const { parents, bin, c, islands, binCap } = this.#choices;
    const island = programsOfIsland(this.programs, islandOfDraw(draw, islands), islands, {
      shared: this.#rules.sharedIslands,
    });
    const open = initialArchive(dedupByOutputs(island), random, binCap);
    const arms = open.map(({ id, correctTrain }) => ({
      id,
      correctTrain,
      h: accuracy(correctTrain),
      timesChosen: this.#timesChosen.get(id) ?? 0,
    }));
    const chosen = selectParents(parents, arms, random, { bin, c });
    return chosen.map(({ id, timesChosen }) => {
      if (this.#rules.countChoices) this.#timesChosen.set(id, timesChosen + 1);
      return open.find((program) => program.id === id)!;
    });
  }

  #add(
    drawn: readonly Drawn[],
    operator: Program["operator"],
    draw: number,
    parents: readonly string[],
  ): void {
    const { train, answers } = this.#case;
    for (const { code, outputs: grids } of drawn) {
      this.programs.push({
        id: `${this.programs.length}`,
        generation: this.#generation,
        operator,
        draw,
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
