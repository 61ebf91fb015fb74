/**
 * Chance as a parameter: a seeded generator and the draws made from it.
 *
 * Nothing here keeps state but the generator itself; whoever needs chance is handed a
 * {@link Random}, so equal seeds give equal choices.
 *
 * @module
 */
import { hashHalves } from "../data/program.ts";

/** A source of numbers, uniform in [0, 1). */
export type Random = () => number;

/** Rounds thrown away so that close seeds part ways (PractRand's seeding of sfc32 takes 12 to 20). */
const WARM_UP = 15;

/**
 * A generator fixed by its parts: sfc32 with 53-bit output, seeded by their hash.
 *
 * @param parts Whatever names the stream, e.g. run seed, generation, task, draw; 1 and "1" are the same.
 */
export function seededRandom(...parts: (string | number)[]): Random {
  const [high, low] = hashHalves(...parts);
  let a = low | 0;
  let b = high;
  let c = 0;
  let counter = 1;
  const next = () => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  for (let i = 0; i < WARM_UP; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** A whole number in 0..n-1. */
export function randomInt(n: number, random: Random): number {
  return Math.floor(random() * n);
}

/** The items in random order, every order as likely (Fisher and Yates); the input stays as it is. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  return choose(items, items.length, random);
}

/**
 * Distinct items, uniformly at random without replacement, in random order.
 *
 * @param count How many; all of them where there are fewer.
 */
export function choose<T>(items: readonly T[], count: number, random: Random): T[] {
  const pool = items.slice();
  const size = Math.min(count, pool.length);
  for (let i = 0; i < size; i++) {
    const j = i + randomInt(pool.length - i, random);
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  pool.length = size;
  return pool;
}

/**
 * An index with probability in proportion to its weight; -1 when no weight is positive.
 *
 * @param weights None negative.
 */
export function weightedIndex(weights: readonly number[], random: Random): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let rest = random() * total;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] <= 0) continue;
    last = i;
    rest -= weights[i];
    if (rest < 0) return i;
  }
  // Rounding may leave a rest of about 1e-16 of the total: it belongs to the last index.
  return last;
}

/** A draw from the standard normal distribution (Marsaglia's polar method). */
export function normalDraw(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1;
    const v = 2 * random() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt(-2 * Math.log(s) / s);
  }
}

/**
 * A draw from the gamma distribution of scale 1 (Marsaglia and Tsang, ACM TOMS 26, 2000).
 *
 * @param shape Above 0.
 * @throws {RangeError} If shape is not above 0.
 */
export function gammaDraw(shape: number, random: Random): number {
  if (!(shape > 0)) {
    throw new RangeError(`Cannot draw from gamma: expected shape > 0, got ${shape}`);
  }
  // Shapes below 1 are drawn one higher and brought back by a power of a uniform number.
  if (shape < 1) return gammaDraw(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalDraw(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random();
    if (Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}

/**
 * A draw from Beta(alpha, beta).
 *
 * @throws {RangeError} If a parameter is not above 0.
 */
export function betaDraw(alpha: number, beta: number, random: Random): number {
  const x = gammaDraw(alpha, random);
  const y = gammaDraw(beta, random);
  // Both underflow only for tiny parameters, where the distribution is a coin on {0, 1}.
  if (x + y === 0) return random() * (alpha + beta) < alpha ? 1 : 0;
  return x / (x + y);
}
