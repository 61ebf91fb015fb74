/**
 * Working a plan out on the grids of a task, with a memory for what was worked out before.
 *
 * Only what a prompt shows goes in: train pairs and test inputs. A grid is worked out when first
 * asked for, so a plan that fails on the first pair costs no more than that.
 *
 * @module
 */
import type { Grid } from "../../data/grid.ts";
import type { ShownTask } from "../prompts.ts";
import { type Facts, factsOf } from "./facts.ts";
import { sameShape } from "./parts/cells.ts";
import { INPUT } from "./registry.ts";
import { type Node, type Plan, printPlan } from "./plan.ts";
import { fitTable, lookUp, meetsNewKeys, type Table } from "./table.ts";
import { type Cells, isLegal, type Keys, type Value, valuesEqual } from "./value.ts";

/** What a plan came to on a task. */
export interface Result {
  /** Grids for the train inputs, then the test inputs. */
  readonly outputs: readonly Grid[];
  /** The fitted table of a plan that ends in one. */
  readonly table: Table | null;
  /** Whether a test input has cells whose key no train cell has. */
  readonly guesses: boolean;
}

/** How near a plan comes to the train outputs. */
export interface Score {
  /** Right pairs, and below that the share of right cells; less for a table that guesses. */
  readonly total: number;
  /** Share of right cells of each train pair; 0 where the shape is wrong. */
  readonly shares: readonly number[];
}

/** Values of an expression, as far as they were asked for. */
interface Entry {
  readonly values: (Value | undefined)[];
  /** Whether it is known to be undefined on some input, or to do nothing. */
  dead: boolean;
  /** Whether all inputs were looked at. */
  whole: boolean;
}

/** Most numbers remembered for a task (8 MB); past that the memory starts anew. */
const MAX_REMEMBERED = 1_000_000;

/** Most plans whose score is remembered for a task; past that the memory starts anew. */
const MAX_SCORES = 20_000;

/**
 * What a table is marked down by, in train pairs, when it meets new keys in a test input. Of the
 * train-perfect tables that do, 11 % are right on the tests; of the others, 95 % (measured).
 */
const GUESSING = 0.5;

/** Evaluates plans on one task. */
export class Evaluator {
  readonly facts: Facts;
  readonly inputs: readonly Cells[];
  readonly #outputs: readonly Grid[];
  readonly #memory = new Map<string, Entry>();
  readonly #scores = new Map<string, Score | null>();
  /** Places of the inputs, small grids first: what fails soon costs least there. */
  readonly #order: readonly number[];
  #remembered = 0;

  constructor(readonly task: ShownTask) {
    this.facts = factsOf(task.train);
    this.inputs = [...task.train.map((pair) => pair.input), ...task.testInputs];
    this.#outputs = task.train.map((pair) => pair.output);
    const area = (i: number) => this.inputs[i].length * this.inputs[i][0].length;
    this.#order = this.inputs.map((_, i) => i).sort((a, b) => area(a) - area(b));
  }

  /**
   * The values of an expression for every input; null when it is undefined on any of them, or
   * does nothing: a grid that is the same as the grid it was made from, everywhere.
   */
  values(expression: Node): readonly Value[] | null {
    const entry = this.#entry(expression);
    if (!entry.whole) {
      for (const i of this.#order) this.#at(expression, entry, i);
      entry.whole = true;
      entry.dead ||= expression.args.some((arg) => {
        const given = this.values(arg);
        return given === null ||
          expression.operation.gives === "grid" && sameAll(entry.values as Value[], given);
      });
    }
    return entry.dead ? null : entry.values as Value[];
  }

  /** Outputs of a plan, its table fitted; null when it is undefined or gives back the inputs. */
  result({ root, body }: Plan): Result | null {
    if (root === "answer") {
      const values = this.values(body);
      return !values || sameAll(values, this.inputs)
        ? null
        : { outputs: values as Cells[], table: null, guesses: false };
    }
    const keys = this.values(body) as readonly Keys[] | null;
    if (!keys || keys.some(({ sources }) => sources.length !== keys[0].sources.length)) return null;
    const pairs = this.#outputs.length;
    const fitted = fitTable(keys.slice(0, pairs), this.#outputs);
    if (!fitted) return null;
    const { table } = fitted;
    const outputs = keys.map((key) => lookUp(table, key));
    if (sameAll(outputs, this.inputs)) return null;
    return { outputs, table, guesses: keys.slice(pairs).some((key) => meetsNewKeys(fitted, key)) };
  }

  /**
   * How near a plan comes to the train outputs.
   *
   * @param least What it must not fall behind on any pair: most plans do on the first, and are given
   * up there. Whatever is remembered, the answer is the same.
   * @returns null when it has no result, or none that reaches them
   */
  score(plan: Plan, least: Score | null = null): Score | null {
    const text = printPlan(plan);
    let score = this.#scores.get(text);
    if (score === undefined) {
      if (least && !this.#mayReach(plan, least.shares)) return null;
      const result = this.result(plan);
      score = result && scoreOf(result, this.#outputs);
      if (this.#scores.size >= MAX_SCORES) this.#scores.clear();
      this.#scores.set(text, score);
    }
    return least && score?.shares.some((part, i) => part < least.shares[i]) ? null : score;
  }

  /** Whether the plan may reach shares, pair by pair: a table fitted to one pair fits it best. */
  #mayReach({ root, body }: Plan, least: readonly number[]): boolean {
    const entry = this.#entry(body);
    for (const i of this.#order) {
      if (i >= least.length) continue;
      const value = this.#at(body, entry, i);
      if (value === null) return false;
      const output = this.#outputs[i];
      if (root === "answer") {
        if (share(value as Cells, output) < least[i]) return false;
      } else if (least[i] > 0 && bestShare(value as Keys, output) < least[i]) return false;
    }
    return true;
  }

  #entry({ text, operation }: Node): Entry {
    let entry = this.#memory.get(text);
    if (!entry) {
      entry = { values: operation === INPUT ? [...this.inputs] : [], dead: false, whole: false };
      if (this.#remembered > MAX_REMEMBERED) {
        this.#memory.clear();
        this.#remembered = 0;
      }
      this.#memory.set(text, entry);
    }
    return entry;
  }

  #at(expression: Node, entry: Entry, i: number): Value | null {
    if (entry.dead) return null;
    const known = entry.values[i];
    if (known !== undefined) return known;
    const { operation, args } = expression;
    const given: Value[] = [];
    for (const arg of args) {
      const value = this.#at(arg, this.#entry(arg), i);
      if (value === null) {
        entry.dead = true;
        return null;
      }
      given.push(value);
    }
    const value = operation.apply(given, this.facts);
    const wanted = operation.gives !== "keys" || i >= this.#outputs.length ||
      value !== null && sameShape((value as Keys).codes, this.#outputs[i]);
    // Keys of another shape than the output make no table: the rest need not be worked out.
    if (!wanted || !isLegal(operation.gives, value)) {
      entry.dead = true;
      return null;
    }
    this.#remembered += weightOf(value!);
    entry.values[i] = value!;
    return value;
  }
}

function sameAll(values: readonly Value[], others: readonly Value[]): boolean {
  return values.every((value, i) => valuesEqual(value, others[i]));
}

function scoreOf({ outputs, guesses }: Result, expected: readonly Grid[]): Score {
  const shares = expected.map((grid, i) => share(outputs[i], grid));
  const right = shares.filter((part) => part === 1).length;
  const rest = shares.reduce((sum, part) => sum + (part === 1 ? 0 : part), 0);
  const total = right + rest / (expected.length + 1) - (guesses ? GUESSING : 0);
  return { total, shares };
}

/** Share of right cells; 0 for another shape. */
function share(grid: Cells, expected: Grid): number {
  if (!sameShape(grid, expected)) return 0;
  let same = 0;
  for (let r = 0; r < expected.length; r++) {
    const [row, other] = [grid[r], expected[r]];
    for (let c = 0; c < row.length; c++) if (row[c] === other[c]) same++;
  }
  return same / (expected.length * expected[0].length);
}

/** Share of cells that a table fitted to this pair alone gets right. */
function bestShare(keys: Keys, expected: Grid): number {
  const fitted = fitTable([keys], [expected]);
  return fitted ? share(lookUp(fitted.table, keys), expected) : 1;
}

/** About how many numbers a value holds; a place counts for six, being an array of its own. */
function weightOf(value: Value): number {
  if (typeof value === "number") return 1;
  if (Array.isArray(value)) {
    if (typeof value[0] === "number") return value.length;
    return value.reduce<number>((sum, part) => sum + weightOf(part), 0);
  }
  if ("items" in value) return value.items.reduce((sum, item) => sum + 6 * item.length, 0);
  return weightOf((value as Keys).codes) * 2;
}
