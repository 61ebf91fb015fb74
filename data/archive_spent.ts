/**
 * What the requests of a run have cost, by generation and endpoint.
 *
 * @module
 */

/** What the requests of some generations have cost. */
export interface Spent {
  /** Programs asked for. */
  readonly asked: number;
  /** Those of them whose request was replied to or failed. */
  readonly replied: number;
  /** Requests sent, top-ups and retries of those answered among them. */
  readonly requests: number;
  /** Tokens of the prompts, as servers counted them. */
  readonly promptTokens: number;
  /** Tokens of the completions, as servers counted them. */
  readonly completionTokens: number;
}

const NOTHING_SPENT: Spent = {
  asked: 0,
  replied: 0,
  requests: 0,
  promptTokens: 0,
  completionTokens: 0,
};

function addSpent(sum: Spent, more: Partial<Spent>): Spent {
  return {
    asked: sum.asked + (more.asked ?? 0),
    replied: sum.replied + (more.replied ?? 0),
    requests: sum.requests + (more.requests ?? 0),
    promptTokens: sum.promptTokens + (more.promptTokens ?? 0),
    completionTokens: sum.completionTokens + (more.completionTokens ?? 0),
  };
}

/** Sums by generation and endpoint. */
export class SpentTable {
  readonly #byGeneration = new Map<number, Map<string, Spent>>();

  /** Adds to a generation's cost at an endpoint; "" where the run has but one. */
  add(generation: number, endpoint: string, more: Partial<Spent>): void {
    let spent = this.#byGeneration.get(generation);
    if (!spent) this.#byGeneration.set(generation, spent = new Map());
    spent.set(endpoint, addSpent(spent.get(endpoint) ?? NOTHING_SPENT, more));
  }

  /** What the generations before one have cost. */
  total(before: number): Spent {
    return [...this.byEndpoint(before).values()].reduce(addSpent, NOTHING_SPENT);
  }

  /** The same by the name of the endpoint. */
  byEndpoint(before: number): ReadonlyMap<string, Spent> {
    const sums = new Map<string, Spent>();
    for (const [generation, spent] of this.#byGeneration) {
      if (generation >= before) continue;
      for (const [endpoint, more] of spent) {
        sums.set(endpoint, addSpent(sums.get(endpoint) ?? NOTHING_SPENT, more));
      }
    }
    return sums;
  }
}
