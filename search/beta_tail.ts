/**
 * The upper tail of a Beta distribution and its inverse, for drawing the largest of many draws at
 * the price of one.
 *
 * The tail is the regularised incomplete beta function by Lentz's continued fraction (Press et al.,
 * Numerical Recipes, section 6.4); good to about 1e-13.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** Levels of the tail an octave that are remembered: enough for two of Newton's steps between them. */
const PER_OCTAVE = 16;

/** The last level: tails below 2^-40 are not told apart by it. */
const LEVELS = 40 * PER_OCTAVE;

/** A step of Newton's method that small, against x and 1 - x, leaves an error of its square. */
const LAST_STEP = 1e-8;

/** Steps of the continued fraction, and of the inversion: both need some twenty. */
const MAX_STEPS = 1000;

/** Beta(alpha, beta), with what was found out about it so far. */
export class BetaTail {
  readonly #alpha: number;
  readonly #beta: number;
  /** ln of 1 / B(alpha, beta). */
  readonly #scale: number;
  /** Where the tail is 2^(-level / PER_OCTAVE); NaN until it was asked for. */
  readonly #levels = new Float64Array(LEVELS + 1).fill(NaN);

  /**
   * Takes the parameters of the distribution.
   *
   * @throws {RangeError} If a parameter is not above 0.
   */
  constructor(alpha: number, beta: number) {
    if (!(alpha > 0 && beta > 0)) {
      throw new RangeError(`Cannot take Beta(${alpha}, ${beta}): expected parameters > 0`);
    }
    this.#alpha = alpha;
    this.#beta = beta;
    this.#scale = logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta);
    this.#levels[0] = 0;
  }

  /** The chance that a draw is above x, 0..1. */
  above(x: number): number {
    if (x <= 0) return 1;
    if (x >= 1) return 0;
    return this.#above(x, this.#front(x));
  }

  /** The density times x (1 - x). */
  #front(x: number): number {
    return Math.exp(this.#scale + this.#alpha * Math.log(x) + this.#beta * Math.log1p(-x));
  }

  #above(x: number, front: number): number {
    const [a, b] = [this.#alpha, this.#beta];
    // Each fraction is used on the side where it ends soon.
    return x < (a + 1) / (a + b + 2)
      ? 1 - front * fraction(a, b, x) / a
      : front * fraction(b, a, 1 - x) / b;
  }

  /** Where the chance to be above is that of a {@link levelOf}; 1 beyond the last. */
  atLevel(level: number): number {
    if (level > LEVELS) return 1;
    const known = this.#levels[level];
    if (!Number.isNaN(known)) return known;
    const found = this.#solve(2 ** (-level / PER_OCTAVE), 0, 0.5, 1);
    return this.#levels[level] = found;
  }

  /** No less than {@link inverse} of `tail`, 0..1, up to an octave off, found without a logarithm. */
  atMost(tail: number): number {
    const bits = tail * 2 ** 32 >>> 0;
    return bits === 0 ? 1 : this.atLevel((Math.clz32(bits) + 1) * PER_OCTAVE);
  }

  /** Where the chance to be above is `tail`, 0..1. */
  inverse(tail: number): number {
    if (tail <= 0) return 1;
    const level = levelOf(tail);
    const [low, high] = [this.atLevel(level), this.atLevel(level + 1)];
    const part = -Math.log2(tail) * PER_OCTAVE - level;
    return this.#solve(tail, low, low + (high - low) * (part < 1 ? part : 0.5), high);
  }

  /** Newton's method, halving where it would leave the bracket. */
  #solve(tail: number, low: number, start: number, high: number): number {
    let x = start;
    for (let i = 0; i < MAX_STEPS; i++) {
      const front = this.#front(x);
      const rest = this.#above(x, front) - tail;
      if (rest === 0) return x;
      if (rest > 0) low = x;
      else high = x;
      const next = x + rest * x * (1 - x) / front;
      const isNewton = next > low && next < high;
      const to = isNewton ? next : low + (high - low) / 2;
      const step = Math.abs(to - x);
      if (step <= 1e-15 + 1e-13 * x) return to;
      if (isNewton && step <= LAST_STEP * Math.min(x, 1 - x)) return to;
      x = to;
    }
    return x;
  }
}

/**
 * The level of a tail, 0..1: {@link BetaTail.inverse} lies between {@link BetaTail.atLevel} of it and
 * of the next. A whole number of at least 0.
 */
export function levelOf(tail: number): number {
  return Math.min(Math.floor(-Math.log2(tail) * PER_OCTAVE), LEVELS);
}

/**
 * The chance that a draw is above the largest of `count` draws, itself drawn: {@link BetaTail.inverse}
 * of it is that largest draw.
 *
 * @param count A whole number of at least 1.
 */
export function tailOfLargest(count: number, random: Random): number {
  return largestTail(random(), count);
}

/** The same of a given uniform number: at least `uniform / count` (Bernoulli's inequality). */
export function largestTail(uniform: number, count: number): number {
  // The largest of n draws has the distribution function F^n, so its F is the n-th root of a
  // uniform number; 1 - F is written so that it keeps its digits near 0.
  return -Math.expm1(Math.log1p(-uniform) / count);
}

function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = notZero(1 - (a + b) * x / (a + 1));
  d = 1 / d;
  let value = d;
  for (let m = 1; m <= MAX_STEPS; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    value *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}

function notZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** Lanczos' coefficients for g = 7, n = 9 (Godfrey). */
const LANCZOS = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** ln of the gamma function, for arguments from 0.5. */
export function logGamma(x: number): number {
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
