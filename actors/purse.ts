/**
 * The purse: how many programs the tokens and the money of a run still pay for.
 *
 * What is under way is taken to cost what programs have cost so far on average, so that a run ends
 * near its limit and not a whole reply of every connection beyond it.
 *
 * @module
 */
import type { Archive, Spent } from "../data/archive.ts";
import { programsLeft, type SpendingLimits, type TokenPrice } from "../search/spend.ts";

/** Options of {@link Purse}. */
export interface PurseOptions {
  readonly archive: Pick<Archive, "spent">;
  readonly limits: Omit<SpendingLimits, "programs">;
  readonly price: TokenPrice;
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
    const { archive, limits, price } = this.#options;
    return programsLeft(limits, reckoned(archive.spent(before), unasked), { price });
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
function reckoned({ asked, replied, promptTokens, completionTokens }: Spent, unasked: number) {
  const programs = asked + unasked;
  const times = replied > 0 ? programs / replied : 0;
  return {
    programs,
    promptTokens: promptTokens * times,
    completionTokens: completionTokens * times,
  };
}
