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
import { INPUT } from "./registry.ts";
import type { Node, Plan } from "./plan.ts";
import { fitTable, lookUp, type Table } from "./table.ts";
import { type Cells, isLegal, type Keys, type Value, valuesEqual } from "./value.ts";

/** What a plan came to on a task. */
export interface Result {
  /** Grids for the train inputs, then the test inputs. */
  readonly outputs: readonly Grid[];
  /** The fitted table of a plan that ends in one. */
  readonly table: Table | null;
}

/** Most numbers remembered for a task (a few megabytes); past that the memory starts anew. */
const MAX_REMEMBERED = 400_000;

/** Evaluates plans on one task. */
export class Evaluator {
  readonly facts: Facts;
  readonly inputs: readonly Cells[];
  readonly #trainOutputs: readonly Grid[];
  readonly #memory = new Map<string, readonly Value[] | null>();
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
      return sameAll(values, this.inputs) ? null : { outputs: values as Cells[], table: null };
    }
    const keys = values as Keys[];
    const table = fitTable(keys.slice(0, this.#trainOutputs.length), this.#trainOutputs);
    if (!table) return null;
    const outputs = keys.map((key) => lookUp(table, key));
    return sameAll(outputs, this.inputs) ? null : { outputs, table };
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
    }
    if (operation.gives !== "grid") return values;
    return columns.some((column) => sameAll(values, column)) ? null : values;
  }
}

function sameAll(values: readonly Value[], others: readonly Value[]): boolean {
  return values.every((value, i) => valuesEqual(value, others[i]));
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
