/**
 * Which of several endpoints a request goes to, by their weights.
 *
 * Two ways: at fixed counts, so that a deterministic run chooses alike whatever the timing; and by
 * who has room, so that a slow endpoint does not slow the others.
 *
 * @module
 */

/** The golden ratio's fraction: its multiples fall as evenly into [0, 1) as any do. */
const GOLDEN = 0.6180339887498949;

/**
 * The choice at fixed counts for request `position` of a series: a function of the arguments alone.
 * Over any stretch of the series the counts follow the weights, off by a request or two.
 *
 * @param offset of the series, in [0, 1): different series begin at different endpoints
 * @returns index into `weights`
 */
export function fixedChoice(weights: readonly number[], position: number, offset: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = ((offset + position * GOLDEN) % 1) * total;
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/** An endpoint as {@link Turns} sees it. */
export interface Turn {
  readonly weight: number;
  /** Whether it may be chosen now. */
  readonly ready: boolean;
}

/**
 * Turns by weight among those that are ready: start-time fair queueing, as in streams/credits.ts. An
 * endpoint that was not ready for a while gets no arrears.
 */
export class Turns {
  readonly #next: number[];
  #virtualTime = 0;

  constructor(count: number) {
    this.#next = Array(count).fill(0);
  }

  /** Index of the one whose turn it is; null when none is ready. */
  take(turns: readonly Turn[]): number | null {
    let best: number | null = null;
    for (const [i, { ready }] of turns.entries()) {
      if (!ready) this.#next[i] = Math.max(this.#next[i], this.#virtualTime);
      else if (best === null || this.#next[i] < this.#next[best]) best = i;
    }
    if (best === null) return null;
    this.#virtualTime = this.#next[best];
    this.#next[best] += 1 / turns[best].weight;
    return best;
  }
}
