/**
 * Working a plan out on the grids of a task, with a memory for what was worked out before.
 *
 * Only what a prompt shows goes in: train pairs and test inputs.
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

/** Most numbers remembered for a task (a few megabytes); past that the memory starts anew. */
const MAX_REMEMBERED = 400_000;

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
  readonly #trainOutputs: readonly Grid[];
  readonly #memory = new Map<string, readonly Value[] | null>();
  readonly #scores = new Map<string, number | null>();
  #remembered = 0;

  constructor(readonly task: ShownTask) {
    this.facts = factsOf(task.train);
    this.inputs = [...task.train.map((pair) => pair.input), ...task.testInputs];
    this.#trainOutputs = task.train.map((pair) => pair.output);
  }

  /**
   * The values of an expression for every input; null when it is undefined on any of them, or
   * does nothing: a grid that is the same as the grid it was made from, everywhere.
   */
  values(expression: Node): readonly Value[] | null {
    const known = this.#memory.get(expression.text);
    if (known !== undefined) return known;
    const values = this.#compute(expression);
    // Keys are large, and nothing is made of them but the table at the end.
    if (expression.operation.gives !== "keys") this.#remember(expression.text, values);
    return values;
  }

  /** Outputs of a plan, its table fitted; null when it is undefined or gives back the inputs. */
  result({ root, body }: Plan): Result | null {
    const values = this.values(body);
    if (!values) return null;
    if (root === "answer") {
      return sameAll(values, this.inputs)
        ? null
        : { outputs: values as Cells[], table: null, guesses: false };
    }
    const keys = values as Keys[];
    const pairs = this.#trainOutputs.length;
    const fitted = fitTable(keys.slice(0, pairs), this.#trainOutputs);
    if (!fitted) return null;
    const { table } = fitted;
    const outputs = keys.map((key) => lookUp(table, key));
    if (sameAll(outputs, this.inputs)) return null;
    return { outputs, table, guesses: keys.slice(pairs).some((key) => meetsNewKeys(fitted, key)) };
  }

  /**
   * How near a plan comes to the train outputs: the number of pairs it gets right, and below that
   * the mean share of right cells; {@link GUESSING} less where a table guesses. Null: no result.
   */
  score(plan: Plan): number | null {
    const text = printPlan(plan);
    const known = this.#scores.get(text);
    if (known !== undefined) return known;
    const result = this.result(plan);
    const score = result && nearness(result.outputs, this.#trainOutputs) -
        (result.guesses ? GUESSING : 0);
    if (this.#scores.size >= MAX_SCORES) this.#scores.clear();
    this.#scores.set(text, score);
    return score;
  }

  #remember(text: string, values: readonly Value[] | null): void {
    this.#remembered += values?.reduce<number>((sum, value) => sum + weightOf(value), 1) ?? 1;
    if (this.#remembered > MAX_REMEMBERED) {
      this.#memory.clear();
      this.#remembered = 0;
    }
    this.#memory.set(text, values);
  }

  #compute({ operation, args }: Node): readonly Value[] | null {
    if (operation === INPUT) return this.inputs;
    const columns: (readonly Value[])[] = [];
    for (const arg of args) {
      const values = this.values(arg);
      if (!values) return null;
      columns.push(values);
    }
    const values: Value[] = [];
    for (let i = 0; i < this.inputs.length; i++) {
      const value = operation.apply(columns.map((column) => column[i]), this.facts);
      if (!isLegal(operation.gives, value)) return null;
      values.push(value!);
      // Keys of another shape than the output make no table: the rest need not be worked out.
      if (operation.gives === "keys" && i < this.#trainOutputs.length) {
        if (!sameShape((value as Keys).base, this.#trainOutputs[i])) return null;
      }
    }
    if (operation.gives !== "grid") return values;
    return columns.some((column) => sameAll(values, column)) ? null : values;
  }
}

function sameAll(values: readonly Value[], others: readonly Value[]): boolean {
  return values.every((value, i) => valuesEqual(value, others[i]));
}

function nearness(outputs: readonly Grid[], expected: readonly Grid[]): number {
  let right = 0;
  let shares = 0;
  for (const [i, grid] of expected.entries()) {
    if (!sameShape(outputs[i], grid)) continue;
    let same = 0;
    for (let r = 0; r < grid.length; r++) {
      for (let c = 0; c < grid[r].length; c++) if (outputs[i][r][c] === grid[r][c]) same++;
    }
    const share = same / (grid.length * grid[0].length);
    if (share === 1) right++;
    else shares += share;
  }
  return right + shares / (expected.length + 1);
}

/** About how many numbers a value holds; a place counts for six, being an array of its own. */
function weightOf(value: Value): number {
  if (typeof value === "number") return 1;
  if (Array.isArray(value)) {
    if (typeof value[0] === "number") return value.length;
    return value.reduce<number>((sum, part) => sum + weightOf(part), 0);
  }
  return "items" in value ? value.items.reduce((sum, item) => sum + 6 * item.length, 0) : 0;
}
