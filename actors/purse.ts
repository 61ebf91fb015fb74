/**
 * The purse: how many programs the tokens and the money of a run still pay for.
 *
 * What is under way is taken to cost what programs have cost so far on average, so that a run ends
 * near its limit and not a whole reply of every connection beyond it.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import type { Spent } from "../data/archive_spent.ts";
import { programsLeft, type SpendingLimits, type TokenPrice } from "../search/spend.ts";

/** Options of {@link Purse}. */
export interface PurseOptions {
  readonly archive: Pick<Archive, "spent" | "spentAt">;
  readonly limits: Omit<SpendingLimits, "programs">;
  /** Price at an endpoint; "" where the run has but one. */
  readonly priceAt: (endpoint: string) => TokenPrice;
}

/** What is left of a run's tokens and money. */
export class Purse {
  readonly #options: PurseOptions;

  constructor(options: PurseOptions) {
    this.#options = options;
  }

  /**
   * Programs that may still be asked for; Infinity without limits.
   *
   * @param unasked Programs about to be asked for, which the archive does not know of.
   * @param before Counts only the generations before this one. @default all
   */
  programsLeft(unasked: number, before?: number): number {
    const { archive, limits } = this.#options;
    const spent = reckoned(archive.spent(before), unasked);
    return programsLeft(limits, spent, { price: this.#price(before) });
  }

  /** What a token has cost on average, over all endpoints. */
  #price(before?: number): TokenPrice {
    const { archive, priceAt } = this.#options;
    const spent = [...archive.spentAt(before)];
    const all = archive.spent(before);
    const average = (kind: keyof TokenPrice, tokens: "promptTokens" | "completionTokens") => {
      if (all[tokens] === 0) return Math.max(0, ...spent.map(([at]) => priceAt(at)[kind]));
      return spent.reduce((sum, [at, one]) => sum + priceAt(at)[kind] * one[tokens], 0) /
        all[tokens];
    };
    return {
      prompt: average("prompt", "promptTokens"),
      completion: average("completion", "completionTokens"),
    };
  }

  /**
   * Whether a request of `n` programs is paid for: it may have to wait, as what is under way may
   * cost less than it is taken for. The run's first is always made, to learn the price.
   */
  verdict(n: number, unasked: number): "ask" | "wait" | "cancel" {
    const { asked, replied } = this.#options.archive.spent();
    if (asked + unasked === 0 || n <= this.programsLeft(unasked)) return "ask";
    return asked + unasked > replied ? "wait" : "cancel";
  }
}

/** Spending when all that is under way has come, at what was paid so far. */
function reckoned(spent: Spent, unasked: number) {
  const { asked, replied, requests, promptTokens, completionTokens } = spent;
  const programs = asked + unasked;
  const times = replied > 0 ? programs / replied : 0;
  return {
    programs,
    requests: asked > 0 ? requests * programs / asked : 0,
    promptTokens: promptTokens * times,
    completionTokens: completionTokens * times,
  };
}
