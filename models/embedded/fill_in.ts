/**
 * Filling in: choosing the parts of a drawn plan by what they give on the train pairs.
 *
 * Which colour, number, predicate or feature a plan needs is cheap to find out and unlikely to be
 * drawn. So the skeleton of a plan is drawn, and its operations are then exchanged, one at a time,
 * for others that take and give the same, as long as that comes nearer to the train outputs.
 *
 * @module
 */
import type { Evaluator } from "./evaluate.ts";
import { type Distribution, siteOf, SITES } from "./grammar.ts";
import type { Operation } from "./operation.ts";
import { type Node, node, type Plan } from "./plan.ts";
import { INPUT, OPERATIONS } from "./registry.ts";

/** A place in a plan: which argument to follow at each step from the outermost operation. */
type Path = readonly number[];

/** Operations that can stand in another's place. */
const EXCHANGES = new Map(
  OPERATIONS.map((operation) => [operation, OPERATIONS.filter((o) => mayReplace(operation, o))]),
);

/**
 * The plan, or the best one found by exchanging its operations.
 *
 * @param chances Decides which exchanges are tried first
 * @param tries Most exchanges tried
 */
export function fillIn(
  plan: Plan,
  evaluator: Evaluator,
  chances: Distribution,
  random: () => number,
  tries: number,
): Plan {
  const perfect = evaluator.task.train.length;
  let best = plan;
  let score = evaluator.score(plan);
  let left = tries;
  for (const path of inOrder(pathsOf(plan.body), () => 1, random)) {
    let chosen = best;
    for (const operation of exchangesAt(best, path, chances, random)) {
      if (score && score.total >= perfect || left === 0) return chosen;
      left--;
      const other = { root: best.root, body: exchanged(best.body, path, operation) };
      const reached = evaluator.score(other, score);
      if (reached && reached.total > (score?.total ?? -Infinity)) {
        [chosen, score] = [other, reached];
      }
    }
    best = chosen;
  }
  return best;
}

function mayReplace(operation: Operation, other: Operation): boolean {
  return other !== operation && operation !== INPUT && other !== INPUT &&
    other.gives === operation.gives && other.takes.join() === operation.takes.join();
}

function exchangesAt(
  { root, body }: Plan,
  path: Path,
  chances: Distribution,
  random: () => number,
): Operation[] {
  const { operation } = path.reduce((part, i) => part.args[i], body);
  const site = SITES.get(siteOf(operation.gives, path.length === 0 ? root : null))!;
  const shares = chances.get(site.name)!;
  return inOrder(
    EXCHANGES.get(operation)!,
    (other) => shares[site.names.indexOf(other.name)],
    random,
  );
}

/** All items in a random order, as if drawn one after another by their shares. */
function inOrder<T>(items: readonly T[], share: (item: T) => number, random: () => number): T[] {
  return items.map((item) => ({ item, at: -Math.log(1 - random()) / share(item) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function pathsOf(body: Node): Path[] {
  const below = body.args.flatMap((arg, i) => pathsOf(arg).map((path) => [i, ...path]));
  return EXCHANGES.get(body.operation)!.length > 0 ? [[], ...below] : below;
}

function exchanged(body: Node, [first, ...rest]: Path, operation: Operation): Node {
  if (first === undefined) return node(operation, body.args);
  return node(
    body.operation,
    body.args.map((arg, i) => (i === first ? exchanged(arg, rest, operation) : arg)),
  );
}
