/**
 * Fitting the grammar to training rows: what fine-tuning is for the embedded model.
 *
 * Every fit starts from the base (all weights nought, or those of the fitted model that a run began
 * with) and minimises the weighted negative
 * log-likelihood of the choices that the rows' plans made, given the features of their tasks, plus
 * a penalty on the weights that keeps rare evidence near the base. Rows are sorted and shuffled by
 * a seed, so the same rows give the same weights.
 *
 * @module
 */
import type { Message } from "../prompts.ts";
import { type SiteName, siteOf, SITES, type Weights } from "./grammar.ts";
import { type Node, type Plan, planInCode, type Root } from "./plan.ts";
import { seeded } from "./random.ts";
import { PromptError, readPrompt } from "./read_prompt.ts";
import { FEATURE_NAMES, taskFeatures } from "./task_features.ts";

/** A conversational prompt + completion row of a shard. */
export interface TrainingRow {
  /** What the model is shown. */
  readonly prompt: readonly Message[];
  /** What it shall answer: a program in a fenced block. */
  readonly completion: readonly Message[];
  /** JSON: `{taskId, relabelled, correct, operator, weight?}`. */
  readonly meta: string;
}

/** How to fit; the defaults are what measured best on held-out training tasks. */
export interface FitOptions {
  /** Passes over the rows. @default 8 */
  readonly epochs?: number;
  /** Rows a step. @default 32 */
  readonly batch?: number;
  /** Step size of Adagrad. @default 0.4 */
  readonly rate?: number;
  /** Strength of the pull to the base, on all rows together. @default 0.1 */
  readonly penalty?: number;
  /** Of the order of rows. @default 0 */
  readonly seed?: number;
  /** Where the fit starts, and what the penalty pulls to. @default the uniform grammar */
  readonly base?: Weights;
}

/** What a fit came to. */
export interface Fit {
  /** The fitted model. */
  readonly weights: Weights;
  /** Mean negative log-likelihood of a plan, in nats, at the end of each pass, and of the base first. */
  readonly loss: readonly { readonly step: number; readonly loss: number }[];
  /** Rows learned from. */
  readonly rows: number;
  /** Rows that held no readable task or no plan of this grammar. */
  readonly skipped: number;
}

/** What a row teaches. */
interface Example {
  readonly weight: number;
  readonly features: readonly number[];
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly site: SiteName;
  readonly production: number;
}

/** Weight of a row whose program is right on its own task (measured: ×8 beats ×1). */
const CORRECT_WEIGHT = 8;
/** Weight of a row whose task was made to fit its program. */
const RELABELLED_WEIGHT = 0.25;

const INDEX = new Map(Array.from(SITES, ([name, site]) => [
  name,
  new Map(site.names.map((production, i) => [production, i])),
]));

/**
 * Fits weights to rows.
 *
 * @throws {RangeError} when an option is out of range, or the base knows other features
 */
export function fitModel(rows: Iterable<TrainingRow>, options: FitOptions = {}): Fit {
  const { epochs = 8, batch = 32, rate = 0.4, penalty = 0.1, seed = 0, base } = options;
  for (const [name, value] of Object.entries({ epochs, batch, rate })) {
    if (!(value > 0)) throw new RangeError(`fit: expected ${name} above 0, got ${value}`);
  }
  if (base && base.features.join() !== FEATURE_NAMES.join()) {
    throw new RangeError("fit: the base model knows other features than this version; fit it anew");
  }
  const examples: Example[] = [];
  let skipped = 0;
  for (const row of sorted(rows)) {
    const example = exampleOf(row);
    if (example) examples.push(example);
    else skipped++;
  }
  const learner = new Learner(rate, penalty / Math.max(1, totalWeight(examples)), base);
  const loss = [{ step: 0, loss: learner.loss(examples) }];
  const random = seeded("fit", seed);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffle(examples, random);
    for (let at = 0; at < examples.length; at += batch) {
      learner.step(examples.slice(at, at + batch));
    }
    loss.push({ step: epoch, loss: learner.loss(examples) });
  }
  return { weights: learner.weights(), loss, rows: examples.length, skipped };
}

/** Mean negative log-likelihood of the rows' plans under weights, in nats; 0 without rows. */
export function lossOf(weights: Weights, rows: Iterable<TrainingRow>): number {
  const learner = new Learner(1, 0, weights);
  return learner.loss([...rows].map(exampleOf).filter((example) => example !== null));
}

/** The choices that make up a plan. */
export function choicesOf({ root, body }: Plan): Choice[] {
  const choices: Choice[] = [{ site: "root", production: INDEX.get("root")!.get(root)! }];
  const walk = ({ operation, args }: Node, under: Root | null) => {
    const site = siteOf(operation.gives, under);
    const production = INDEX.get(site)!.get(operation.name);
    if (production !== undefined) choices.push({ site, production });
    for (const arg of args) walk(arg, null);
  };
  walk(body, root);
  return choices;
}

/** Multinomial logistic regression at every site, trained by Adagrad. */
class Learner {
  readonly #rate: number;
  readonly #penalty: number;
  /** Feature-major weights by site: feature × productions. */
  readonly #weights = new Map<SiteName, Float64Array>();
  readonly #start = new Map<SiteName, Float64Array>();
  readonly #squares = new Map<SiteName, Float64Array>();
  readonly #slopes = new Map<SiteName, Float64Array>();
  readonly #touched = new Map<SiteName, Set<number>>();

  constructor(rate: number, penalty: number, start?: Weights) {
    this.#rate = rate;
    this.#penalty = penalty;
    for (const [name, { names }] of SITES) {
      const weights = new Float64Array(names.length * FEATURE_NAMES.length);
      names.forEach((production, i) => {
        start?.sites[name]?.[production]?.forEach((weight, f) => {
          weights[f * names.length + i] = weight;
        });
      });
      this.#weights.set(name, weights);
      this.#start.set(name, weights.slice());
      this.#squares.set(name, new Float64Array(weights.length).fill(1e-2));
      this.#slopes.set(name, new Float64Array(weights.length));
      this.#touched.set(name, new Set());
    }
  }

  loss(examples: readonly Example[]): number {
    let sum = 0;
    for (const { features, choices, weight } of examples) {
      for (const { site, production } of choices) {
        sum -= weight * Math.log(this.#shares(site, features)[production]);
      }
    }
    return sum / (totalWeight(examples) || 1);
  }

  step(examples: readonly Example[]): void {
    let total = 0;
    for (const { weight, features, choices } of examples) {
      total += weight;
      for (const { site, production } of choices) {
        const slope = this.#shares(site, features);
        slope[production] -= 1;
        const slopes = this.#slopes.get(site)!;
        const touched = this.#touched.get(site)!;
        for (const feature of features) {
          touched.add(feature);
          const at = feature * slope.length;
          for (let i = 0; i < slope.length; i++) slopes[at + i] += weight * slope[i];
        }
      }
    }
    this.#update(total);
  }

  weights(): Weights {
    const sites: Record<string, Record<string, number[]>> = {};
    for (const [name, { names }] of SITES) {
      const weights = this.#weights.get(name)!;
      sites[name] = Object.fromEntries(names.map((production, i) => [
        production,
        FEATURE_NAMES.map((_, f) => weights[f * names.length + i]),
      ]));
    }
    return { features: FEATURE_NAMES, sites };
  }

  /** Probabilities of a site's productions. */
  #shares(name: SiteName, features: readonly number[]): Float64Array {
    const { logBase } = SITES.get(name)!;
    const weights = this.#weights.get(name)!;
    const shares = Float64Array.from(logBase);
    const n = shares.length;
    for (const feature of features) {
      const at = feature * n;
      for (let i = 0; i < n; i++) shares[i] += weights[at + i];
    }
    let most = -Infinity;
    for (let i = 0; i < n; i++) if (shares[i] > most) most = shares[i];
    let total = 0;
    for (let i = 0; i < n; i++) total += shares[i] = Math.exp(shares[i] - most);
    for (let i = 0; i < n; i++) shares[i] /= total;
    return shares;
  }

  #update(total: number): void {
    for (const [name, touched] of this.#touched) {
      const n = SITES.get(name)!.names.length;
      const weights = this.#weights.get(name)!;
      const start = this.#start.get(name)!;
      const squares = this.#squares.get(name)!;
      const slopes = this.#slopes.get(name)!;
      for (const feature of touched) {
        for (let at = feature * n; at < feature * n + n; at++) {
          const slope = slopes[at] / total + this.#penalty * (weights[at] - start[at]);
          squares[at] += slope * slope;
          weights[at] -= this.#rate * slope / Math.sqrt(squares[at]);
          slopes[at] = 0;
        }
      }
      touched.clear();
    }
  }
}

function sorted(rows: Iterable<TrainingRow>): TrainingRow[] {
  return Array.from(rows, (row) => ({ row, key: JSON.stringify(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

function exampleOf({ prompt, completion, meta }: TrainingRow): Example | null {
  const code = completion.at(-1)?.content.match(/```python\n([\s\S]*?)```/)?.[1];
  const plan = code === undefined ? null : planInCode(code);
  if (!plan) return null;
  try {
    const { task } = readPrompt(prompt);
    return { weight: weightOf(meta), features: taskFeatures(task.train), choices: choicesOf(plan) };
  } catch (error) {
    if (error instanceof PromptError) return null;
    throw error;
  }
}

function weightOf(meta: string): number {
  const { weight, relabelled } = JSON.parse(meta) as { weight?: number; relabelled: boolean };
  return weight ?? (relabelled ? RELABELLED_WEIGHT : CORRECT_WEIGHT);
}

function totalWeight(examples: readonly Example[]): number {
  return examples.reduce((sum, { weight }) => sum + weight, 0);
}

function shuffle<T>(items: T[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}
