/**
 * Edits: better versions of a program, by changing its plan in one place.
 *
 * What the program gave tells which edits are likelier. An edited plan is filled in like a drawn
 * one: its parts are exchanged for others as long as fewer cells of the train outputs are wrong.
 *
 * @module
 */
import { grafted, joined } from "./cross.ts";
import { type Drawn, drawNode, drawPlan, drawPrograms, MAX_DEPTH } from "./draw.ts";
import type { Evaluator } from "./evaluate.ts";
import { fillIn } from "./fill_in.ts";
import { type Distribution, siteOf, type Weights } from "./grammar.ts";
import type { Operation } from "./operation.ts";
import { type Node, node, nodesOf, type Plan, planInCode, replaced } from "./plan.ts";
import { pick } from "./random.ts";
import type { ReadAttempt } from "./read_prompt.ts";
import { OPERATIONS } from "./registry.ts";
import { chancesFor, type DrawOptions, EXCHANGES, samplePrograms } from "./sample.ts";

/** An edit: a changed plan, or null where it does not apply. */
type Edit = (plan: Plan, chances: Distribution, random: () => number) => Plan | null;

/** Draws improved versions of a program; new programs when it holds no plan to improve. */
export function refinePrograms(
  evaluator: Evaluator,
  weights: Weights,
  attempt: ReadAttempt,
  options: DrawOptions,
): Drawn[] {
  const parent = planInCode(attempt.code);
  if (!parent) return samplePrograms(evaluator, weights, options);
  const { n, random, exchanges = EXCHANGES } = options;
  const chances = chancesFor(evaluator, weights, options);
  const second = attempt.second === null ? null : planInCode(attempt.second);
  const edits = [...likelyEdits(parent, attempt, evaluator), ...(second ? crossings(second) : [])];
  return drawPrograms(n, evaluator, () => {
    const shares = chances();
    const edited = pick(edits, random)(parent, shares, random);
    return edited && fillIn(edited, evaluator, shares, random, exchanges);
  }, second ? [parent, second] : [parent]);
}

/** The edits to choose from, the likelier ones several times. */
function likelyEdits({ root }: Plan, { given }: ReadAttempt, { task }: Evaluator): Edit[] {
  const shapesRight = given.every((grid, i) => {
    const { output } = task.train[i];
    return grid === "right" ||
      (grid !== null && grid.length === output.length && grid[0].length === output[0].length);
  });
  const edits = [redraw, redraw, exchange, exchange, wrap, wrap, unwrap, resample];
  if (root === "paint") return [...edits, otherKeys, otherKeys, otherKeys, withoutTable];
  return shapesRight
    ? [...edits, withTable, withTable, withTable, withTable]
    : [...edits, withTable];
}

/** As many as of all other edits: both programs were chosen for what they do together. */
function crossings(other: Plan): Edit[] {
  const graft: Edit = (plan, _, random) => grafted(plan, other, random);
  const join: Edit = (plan, _, random) => joined(plan, other, random);
  return [graft, graft, graft, graft, graft, join, join, join];
}

/** Draws one part of the plan anew. */
function redraw({ root, body }: Plan, chances: Distribution, random: () => number): Plan {
  const old = pick(nodesOf(body), random);
  const under = old === body ? root : null;
  const fresh = drawNode(chances, random, old.operation.gives, under, depthOf(body, old));
  return { root, body: replaced(body, old, fresh) };
}

/** Puts another operation of the same kinds, or another literal, in place of one. */
function exchange({ root, body }: Plan, _chances: Distribution, random: () => number): Plan | null {
  const old = pick(nodesOf(body), random);
  const { operation: { name, takes, gives, group } } = old;
  const others = OPERATIONS.filter((other) =>
    other.name !== name && other.gives === gives && other.group === group &&
    other.takes.join() === takes.join()
  );
  if (others.length === 0) return null;
  return { root, body: replaced(body, old, node(pick(others, random), old.args)) };
}

/** Puts an operation around a part of the plan. */
function wrap({ root, body }: Plan, chances: Distribution, random: () => number): Plan | null {
  const inner = pick(nodesOf(body), random);
  const { gives } = inner.operation;
  const site = chances.get(siteOf(gives, null))!;
  const around = OPERATIONS.filter((operation) => operation.gives === gives)
    .map((operation, i) => ({ operation, share: site[i] }))
    .filter(({ operation }) => operation.takes.includes(gives));
  const operation = weighted(around, random);
  if (!operation) return null;
  return { root, body: replaced(body, inner, filled(operation, [inner], chances, random)) };
}

/** Takes an operation away, leaving an argument of the kind it gave. */
function unwrap({ root, body }: Plan, _chances: Distribution, random: () => number): Plan | null {
  const options = nodesOf(body).flatMap((outer) =>
    outer.args.filter((arg) => arg.operation.gives === outer.operation.gives)
      .map((arg) => ({ outer, arg }))
  );
  if (options.length === 0) return null;
  const { outer, arg } = pick(options, random);
  return { root, body: replaced(body, outer, arg) };
}

/** Ends the plan in a fitted table over what it gave. */
function withTable({ root, body }: Plan, chances: Distribution, random: () => number): Plan | null {
  if (root !== "answer") return null;
  const operation = keysTaking(["grid"], chances, random);
  return operation && { root: "paint", body: filled(operation, [body], chances, random) };
}

/** Looks the table up by other keys, made of what they were made of as far as it fits. */
function otherKeys({ root, body }: Plan, chances: Distribution, random: () => number): Plan | null {
  if (root !== "paint") return null;
  const kinds = body.args.map((arg) => arg.operation.gives);
  const operation = keysTaking(kinds, chances, random);
  return operation && { root, body: filled(operation, body.args, chances, random) };
}

/** Returns a grid that the table was looked up by. */
function withoutTable({ body }: Plan, _chances: Distribution, random: () => number): Plan | null {
  const grids = nodesOf(body).filter((part) =>
    part.operation.gives === "grid" && part.args.length > 0
  );
  return grids.length === 0 ? null : { root: "answer", body: pick(grids, random) };
}

function resample(_plan: Plan, chances: Distribution, random: () => number): Plan {
  return drawPlan(chances, random);
}

function keysTaking(
  kinds: readonly string[],
  chances: Distribution,
  random: () => number,
): Operation | null {
  const shares = chances.get("keys")!;
  return weighted(
    OPERATIONS.filter((operation) => operation.gives === "keys")
      .map((operation, i) => ({ operation, share: shares[i] }))
      .filter(({ operation }) => operation.takes.some((kind) => kinds.includes(kind))),
    random,
  );
}

/** A node of an operation: given parts where their kind is wanted, the rest drawn. */
function filled(
  operation: Operation,
  parts: readonly Node[],
  chances: Distribution,
  random: () => number,
): Node {
  const left = [...parts];
  return node(
    operation,
    operation.takes.map((kind) => {
      const at = left.findIndex((part) => part.operation.gives === kind);
      return at >= 0 ? left.splice(at, 1)[0] : drawNode(chances, random, kind, null, MAX_DEPTH - 3);
    }),
  );
}

function weighted(
  options: readonly { operation: Operation; share: number }[],
  random: () => number,
): Operation | null {
  let left = random() * options.reduce((sum, { share }) => sum + share, 0);
  for (const { operation, share } of options) {
    left -= share;
    if (left <= 0) return operation;
  }
  return null;
}

function depthOf(body: Node, part: Node): number {
  if (body === part) return 0;
  const depths = body.args.map((arg) => depthOf(arg, part)).filter((depth) => depth >= 0);
  return depths.length > 0 ? depths[0] + 1 : -1;
}
