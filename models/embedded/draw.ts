/**
 * Drawing plans from the grammar, and turning a plan into a program.
 *
 * A draw that is undefined on a shown grid, does nothing, gives what an earlier one of its request
 * gave or would be caught by the hard-coding filter is thrown away and drawn again, and so are most
 * that end in a table which would have to guess on a test input.
 *
 * @module
 */
import { type Distribution, type Site, siteOf, SITES } from "./grammar.ts";
import type { Evaluator } from "./evaluate.ts";
import {
  MAX_PLAN_CHARS,
  type Node,
  node,
  type Plan,
  printPlan,
  type Root,
  ROOT_TAKES,
} from "./plan.ts";
import { seeded } from "./random.ts";
import type { Kind } from "./value.ts";
import { isHardCoded, writeProgram } from "./write_program.ts";

/** Deepest nesting of operations; below it only leaves are drawn. */
export const MAX_DEPTH = 6;

/** Draws a plan. */
export function drawPlan(chances: Distribution, random: () => number): Plan {
  const root = SITES.get("root")!.names[choose(chances.get("root")!, random)] as Root;
  return { root, body: drawNode(chances, random, ROOT_TAKES[root], root, 0) };
}

/**
 * Draws an expression of a kind.
 *
 * @param under The root it stands directly under, or null
 * @param depth Number of operations around it
 */
export function drawNode(
  chances: Distribution,
  random: () => number,
  kind: Kind,
  under: Root | null,
  depth: number,
): Node {
  const site = SITES.get(siteOf(kind, under))!;
  const shares = chances.get(site.name)!;
  const at = choose(depth < MAX_DEPTH ? shares : leavesOf(site, shares), random);
  const operation = site.operations[at];
  const args = operation.takes.map((taken) => drawNode(chances, random, taken, null, depth + 1));
  return node(operation, args);
}

/** A plan that holds on a task, written out. */
export interface Drawn {
  readonly plan: Plan;
  readonly code: string;
  readonly outputs: readonly (readonly (readonly number[])[])[];
}

/**
 * Share of the plans that is kept of those whose table meets new keys in a test input. Seldom
 * right ({@link Evaluator.score}), but some tasks have no other.
 */
const GUESSES_KEPT = 0.2;

/** The program of a plan; null when the plan is no good on the task. */
export function realise(plan: Plan, evaluator: Evaluator): Drawn | null {
  if (printPlan(plan).length > MAX_PLAN_CHARS) return null;
  const result = evaluator.result(plan);
  if (!result) return null;
  // By the plan's own hash, so that a plan is always kept or never.
  if (result.guesses && seeded(printPlan(plan))() >= GUESSES_KEPT) return null;
  const code = writeProgram(plan, result.table, evaluator.facts);
  const trainOutputs = evaluator.task.train.map((pair) => pair.output);
  if (isHardCoded(code, result.outputs, trainOutputs)) return null;
  return { plan, code, outputs: result.outputs };
}

/** Draws tried for each program asked for before giving up on more. */
const TRIES = 200;

/**
 * Programs for a task, no two of which give the same grids; fewer where the grammar gives no more.
 *
 * @param next Proposes a plan, or null
 * @param except Plans not wanted
 */
export function drawPrograms(
  n: number,
  evaluator: Evaluator,
  next: () => Plan | null,
  except: readonly Plan[] = [],
): Drawn[] {
  const found = new Map<string, Drawn>();
  const tried = new Set(except.map(printPlan));
  for (let tries = 0; found.size < n && tries < n * TRIES; tries++) {
    const plan = next();
    if (!plan) continue;
    const text = printPlan(plan);
    if (tried.has(text)) continue;
    tried.add(text);
    const drawn = realise(plan, evaluator);
    if (!drawn) continue;
    const behaviour = JSON.stringify(drawn.outputs);
    if (!found.has(behaviour)) found.set(behaviour, drawn);
  }
  return [...found.values()];
}

function leavesOf(site: Site, shares: Float64Array): Float64Array {
  const leaves = shares.map((share, i) => (site.operations[i].takes.length === 0 ? share : 0));
  const total = leaves.reduce((sum, share) => sum + share, 0);
  return total > 0 ? leaves.map((share) => share / total) : shares;
}

function choose(shares: Float64Array, random: () => number): number {
  let left = random();
  for (let i = 0; i < shares.length; i++) {
    left -= shares[i];
    if (left < 0) return i;
  }
  // Rounding may leave a rest; it goes to the last production that has a share.
  return shares.findLastIndex((share) => share > 0);
}
