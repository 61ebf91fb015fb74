/**
 * Plans: the expressions that programs are written from, and their one-line notation.
 *
 * A plan is `answer(grid)`, which returns the grid, or `paint(keys)`, which looks every cell up in
 * a table fitted to the train pairs. Inside stand operations, e.g.
 * `paint(by_colour_and_feature(input, object_size(objects_4(input))))`.
 *
 * @module
 */
import type { Operation } from "./operation.ts";
import { operationNamed } from "./registry.ts";
import type { Kind } from "./value.ts";

/** How a plan ends. */
export type Root = "answer" | "paint";

/** An operation and its arguments. */
export interface Node {
  readonly operation: Operation;
  readonly args: readonly Node[];
  /** Its notation. */
  readonly text: string;
  /** Number of operations in it. */
  readonly size: number;
}

/** What a program does, without the table it ends in. */
export interface Plan {
  readonly root: Root;
  readonly body: Node;
}

/** Longest notation a program carries: with its quotes it must stay within a line of 200. */
export const MAX_PLAN_CHARS = 170;

/** The kind of value each root takes. */
export const ROOT_TAKES: Readonly<Record<Root, Kind>> = { answer: "grid", paint: "keys" };

/** Makes a node; the arguments must be of the kinds that the operation takes. */
export function node(operation: Operation, args: readonly Node[] = []): Node {
  const text = args.length === 0
    ? operation.name
    : `${operation.name}(${args.map((arg) => arg.text).join(", ")})`;
  return { operation, args, text, size: args.reduce((sum, arg) => sum + arg.size, 1) };
}

/** The notation of a plan. */
export function printPlan({ root, body }: Plan): string {
  return `${root}(${body.text})`;
}

/**
 * Reads a plan from its notation.
 *
 * @throws {SyntaxError} when it is no plan: an unknown name, or arguments of the wrong kinds
 */
export function parsePlan(text: string): Plan {
  const tokens = text.match(/[a-z_0-9]+|[(),]|\S/g) ?? [];
  let at = 0;
  const expect = (token: string) => {
    if (tokens[at] !== token) {
      throw new SyntaxError(`plan: expected "${token}", got "${tokens[at] ?? "its end"}"`);
    }
    at++;
  };
  const read = (kind: Kind): Node => {
    const name = tokens[at++] ?? "";
    const operation = operationNamed(name);
    if (!operation || operation.gives !== kind) {
      throw new SyntaxError(`plan: expected a ${kind}, got "${name}"`);
    }
    if (operation.takes.length === 0) return node(operation);
    const args = operation.takes.map((argument, i) => {
      expect(i === 0 ? "(" : ",");
      return read(argument);
    });
    expect(")");
    return node(operation, args);
  };
  const root = tokens[at++];
  if (root !== "answer" && root !== "paint") {
    throw new SyntaxError(`plan: expected "answer" or "paint", got "${root ?? ""}"`);
  }
  expect("(");
  const body = read(ROOT_TAKES[root]);
  expect(")");
  if (at < tokens.length) throw new SyntaxError(`plan: expected its end, got "${tokens[at]}"`);
  return { root, body };
}

/** The plan in the docstring of a program's `transform`; null when it carries none that reads. */
export function planInCode(code: string): Plan | null {
  const found = code.match(/^\s*(["']{1,3})plan: ([^"'\n]*)\1\s*$/m);
  if (!found) return null;
  try {
    return parsePlan(found[2]);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** All nodes of an expression, outermost first. */
export function nodesOf(body: Node): Node[] {
  return [body, ...body.args.flatMap(nodesOf)];
}

/** The expression with one of its nodes, found by identity, replaced. */
export function replaced(body: Node, old: Node, by: Node): Node {
  if (body === old) return by;
  let changed = false;
  const args = body.args.map((arg) => {
    const after = changed ? arg : replaced(arg, old, by);
    if (after !== arg) changed = true;
    return after;
  });
  return changed ? node(body.operation, args) : body;
}
