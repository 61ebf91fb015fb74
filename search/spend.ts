/**
 * What a run may spend in all, in programs, tokens or money, and how many programs that leaves.
 *
 * @module
 */

/** Bounds of a run; what is absent is unbounded. */
export interface SpendingLimits {
  /** Programs asked for. */
  readonly programs?: number;
  /** Prompt and completion tokens together. */
  readonly tokens?: number;
  /** Requests sent, retries and top-ups included. */
  readonly requests?: number;
  /** In the currency of {@link TokenPrice}. */
  readonly money?: number;
}

/** Price of a million tokens. */
export interface TokenPrice {
  /** Of prompts. */
  readonly prompt: number;
  /** Of completions. */
  readonly completion: number;
}

/** What a run has spent. */
export interface Spending {
  /** Programs asked for. */
  readonly programs: number;
  /** Requests sent. @default {0} */
  readonly requests?: number;
  /** Tokens of the prompts, as servers counted them. */
  readonly promptTokens: number;
  /** Tokens of the completions, as servers counted them. */
  readonly completionTokens: number;
}

/** How the rest is reckoned. */
export interface SpendingOptions {
  /** Price of tokens. @default {free} */
  readonly price?: TokenPrice;
  /**
   * Tokens a program is taken to cost until some are counted, and for good where the server does
   * not count: half prompt, half completion.
   * @default {8192} twice SOAR's longest completion (section D.5)
   */
  readonly guess?: number;
}

/** What was spent, in money: the currency of the prices (not in SOAR). */
export function moneyOf(
  { promptTokens, completionTokens }: Spending,
  { prompt, completion }: TokenPrice,
): number {
  return (promptTokens * prompt + completionTokens * completion) / 1e6;
}

/**
 * Programs that may still be asked for: the tightest of the limits, tokens and money at what a
 * program has cost so far on average. A whole number of at least 0; Infinity without limits. Not in
 * SOAR, which counts programs alone.
 *
 * @throws {RangeError} If a limit or a price is negative or no number.
 */
export function programsLeft(
  limits: SpendingLimits,
  spent: Spending,
  { price = { prompt: 0, completion: 0 }, guess = 8192 }: SpendingOptions = {},
): number {
  for (const [name, value] of Object.entries({ ...limits, ...price })) {
    if (value !== undefined && !(value >= 0)) {
      throw new RangeError(`Cannot keep to a budget: expected ${name} >= 0, got ${value}`);
    }
  }
  const { programs, requests = 0, promptTokens, completionTokens } = spent;
  const counted = promptTokens + completionTokens > 0 && programs > 0;
  const used = counted
    ? spent
    : { ...spent, promptTokens: programs * guess / 2, completionTokens: programs * guess / 2 };
  const each = {
    programs: 1,
    // Until some are counted, one request a program: they may be asked for one by one.
    requests: programs > 0 && requests > 0 ? requests / programs : 1,
    promptTokens: counted ? promptTokens / programs : guess / 2,
    completionTokens: counted ? completionTokens / programs : guess / 2,
  };
  const left = (limit: number | undefined, cost: (spending: Spending) => number) =>
    limit === undefined || cost(each) === 0 ? Infinity : (limit - cost(used)) / cost(each);
  const rest = Math.min(
    left(limits.programs, (spending) => spending.programs),
    left(limits.requests, (spending) => spending.requests ?? 0),
    left(limits.tokens, (spending) => spending.promptTokens + spending.completionTokens),
    left(limits.money, (spending) => moneyOf(spending, price)),
  );
  // Rounding of sums must not lose a whole program.
  return Math.max(0, Math.floor(rest + 1e-9));
}
