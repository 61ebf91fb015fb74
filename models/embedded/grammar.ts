/**
 * The grammar: at every choice a distribution over productions, uniform in the base model and
 * log-linear in the features of the task after fitting.
 *
 * A choice belongs to a site: how the plan ends (`root`), what is returned (`answer`), and one for
 * each kind of value. The base chooses a group of alternatives first (a leaf or an operation; a
 * role, a number or an operation), then a member, both uniformly:
 *
 *   p(production | task) ∝ base(production) · exp(Σ weight(production, feature) / temperature)
 *
 * so weights of nought are the base, and so is an infinite temperature.
 *
 * @module
 */
import type { Operation } from "./operation.ts";
import type { Root } from "./plan.ts";
import { INPUT, OPERATIONS } from "./registry.ts";
import type { Kind } from "./value.ts";

/** Name of a place where the grammar chooses. */
export type SiteName = "root" | "answer" | Kind;

/** A place where the grammar chooses. */
export interface Site {
  readonly name: SiteName;
  /** Names of the productions. */
  readonly names: readonly string[];
  /** The operations, by production; empty for `root`. */
  readonly operations: readonly Operation[];
  /** Log of the base probability of each production. */
  readonly logBase: readonly number[];
}

/** Scores that fitting adds: site → production → one weight a task feature. */
export interface Weights {
  /** Names of the task features, in the order of the weights. */
  readonly features: readonly string[];
  /** One weight a feature, by site and production; what is absent weighs nought. */
  readonly sites: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** The base model: every score nought. */
export const UNIFORM: Weights = { features: [], sites: {} };

const ROOTS: readonly Root[] = ["answer", "paint"];

/** All sites. */
export const SITES: ReadonlyMap<SiteName, Site> = new Map([
  ["root", {
    name: "root",
    names: ROOTS,
    operations: [],
    logBase: ROOTS.map(() => -Math.log(ROOTS.length)),
  }],
  ["answer", siteOver("answer", OPERATIONS.filter((o) => o.gives === "grid" && o !== INPUT))],
  ...[...new Set(OPERATIONS.map((operation) => operation.gives))].map((kind) =>
    [kind, siteOver(kind, OPERATIONS.filter((o) => o.gives === kind))] as const
  ),
]);

/** The site of an expression: its kind, except for what `answer` returns. */
export function siteOf(kind: Kind, under: Root | null): SiteName {
  return under === "answer" ? "answer" : kind;
}

/** Probabilities of each site's productions for one task. */
export type Distribution = ReadonlyMap<SiteName, Float64Array>;

/**
 * The distribution for a task.
 *
 * @param features Indices into `weights.features` of the features the task has
 * @param temperature Divides what was learned; above 0
 */
export function distribution(
  weights: Weights,
  features: readonly number[],
  temperature: number,
): Distribution {
  return new Map(Array.from(SITES, ([name, site]) => {
    const learned = weights.sites[name] ?? {};
    const scores = site.names.map((production, i) => {
      const row = learned[production];
      const score = row ? features.reduce((sum, feature) => sum + row[feature], 0) : 0;
      return site.logBase[i] + score / temperature;
    });
    return [name, softmax(scores)];
  }));
}

function softmax(scores: readonly number[]): Float64Array {
  const most = Math.max(...scores);
  const shares = Float64Array.from(scores, (score) => Math.exp(score - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

function siteOver(name: SiteName, operations: readonly Operation[]): Site {
  const groups = new Map<string, number>();
  for (const { group } of operations) groups.set(group, (groups.get(group) ?? 0) + 1);
  return {
    name,
    names: operations.map((operation) => operation.name),
    operations,
    logBase: operations.map(({ group }) => -Math.log(groups.size * groups.get(group)!)),
  };
}
