/**
 * Crossover: plans made of two.
 *
 * @module
 */
import { type Node, node, nodesOf, type Plan, replaced } from "./plan.ts";
import { pick } from "./random.ts";
import { OPERATIONS } from "./registry.ts";

/** Operations that make one grid of two and need nothing else. */
const JOINING = OPERATIONS.filter(({ takes, gives }) =>
  gives === "grid" && takes.join() === "grid,grid"
);

/** The plan with a part of the other's in the place of one of the same kind; null where none fits. */
export function grafted(plan: Plan, other: Plan, random: () => number): Plan | null {
  const old = pick(nodesOf(plan.body), random);
  const parts = nodesOf(other.body).filter((part) => mayStandFor(old, part));
  return parts.length === 0
    ? null
    : { root: plan.root, body: replaced(plan.body, old, pick(parts, random)) };
}

/** Both plans' grids made into one; null where one of them ends in a table. */
export function joined(plan: Plan, other: Plan, random: () => number): Plan | null {
  if (plan.root !== "answer" || other.root !== "answer") return null;
  const bodies = random() < 0.5 ? [plan.body, other.body] : [other.body, plan.body];
  return { root: "answer", body: node(pick(JOINING, random), bodies) };
}

function mayStandFor(old: Node, part: Node): boolean {
  return part.operation.gives === old.operation.gives && part.text !== old.text;
}
