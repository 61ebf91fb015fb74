/**
 * Near-duplicate embeddings by cosine (SOAR appendix F), also where there are too many to compare
 * all pairs.
 *
 * Beyond a thousand vectors, only those in the same cell of some random hyperplanes are compared
 * (Charikar 2002). Embeddings of programs all point in much the same direction, so their mean is
 * taken off before they are hashed, else they would share their cells.
 *
 * @module
 */
import { dropAlike, tablesFor } from "./lsh.ts";
import { type Random, seededRandom } from "./random.ts";
import { type Signs, signsOf } from "./sign_hash.ts";

/** Cosine above which two programs are the same (SOAR appendix F). */
export const SIMILARITY_THRESHOLD = 0.9;

/** Up to here all pairs are compared, and nothing can be missed. */
const ALL_PAIRS = 1000;

/** Chance that two vectors just at the threshold meet; more alike ones meet more surely. */
const RECALL = 0.98;

/** Most tables: each holds a word an item; where recall asks for more, cells are wider instead. */
const MOST_TABLES = 128;

/** Standard deviations by which the share of equal signs may fall short before a pair is passed over. */
const SLACK = 4;

/** Words of signs, 32 each, that are compared first. */
const FIRST_WORDS = 8;

/** An embedding of length 1. */
export type Vector = readonly number[] | Float32Array;

/**
 * Indices of the vectors that stay when each that stays removes all later ones too like it;
 * ascending (SOAR appendix F). Exact up to 1,000 vectors; beyond, a pair just above the threshold is missed with a
 * chance of about 2 %, more alike ones less, and no pair below it is ever removed.
 *
 * @param vectors One embedding a program, of length 1, all with as many numbers.
 * @param threshold A dot product above it means "the same", in (0, 1].
 * @param random Draws the hyperplanes; fixed unless told, so that the same vectors give the same.
 */
export function dedupBySimilarity(
  vectors: readonly Vector[],
  threshold: number = SIMILARITY_THRESHOLD,
  random: Random = seededRandom("hyperplanes"),
): number[] {
  const items = vectors.length;
  const alike = (a: number, b: number) => dot(vectors[a], vectors[b]) > threshold;
  if (items <= ALL_PAIRS) return dropAlike({ items, tables: 1, bucketsOf: () => [0], alike });
  const mean = meanOf(vectors);
  const shared = dot(mean, mean);
  // The cosine that a pair at the threshold has left without the mean.
  const cosine = Math.max(0, Math.min(1, (threshold - shared) / (1 - shared)));
  const agree = 1 - Math.acos(cosine) / Math.PI;
  const { bits, tables } = cellsFor(items, agree);
  const signs = signsOf(vectors, mean, bits * tables, random);
  const mayBeAlike = signFilter(signs, agree);
  return dropAlike({
    items,
    tables,
    bucketsOf: (item) => signs.cells(item, bits, tables),
    alike: (a, b) => mayBeAlike(a, b) && alike(a, b),
  });
}

/** Cells about as many as vectors, as far as the tables allow that recall asks for. */
function cellsFor(items: number, agree: number): { bits: number; tables: number } {
  for (let bits = Math.ceil(Math.log2(items));; bits--) {
    const tables = tablesFor(agree ** bits, RECALL);
    if (tables <= MOST_TABLES || bits === 1) return { bits, tables };
  }
}

/** Passes over pairs whose signs differ more than chance allows those of alike ones to. */
function signFilter(
  { words, stride }: Signs,
  agree: number,
): (a: number, b: number) => boolean {
  const most = (signs: number) =>
    signs * (1 - agree) + SLACK * Math.sqrt(signs * agree * (1 - agree));
  // A part of the signs tells most unlike pairs; only the others are looked at to the end.
  const part = Math.min(stride, FIRST_WORDS);
  const [mostOfPart, mostOfAll] = [most(32 * part), most(32 * stride)];
  return (a, b) => {
    let different = 0;
    const [from, against] = [a * stride, b * stride];
    for (let i = 0; i < part; i++) different += bitCount(words[from + i] ^ words[against + i]);
    if (different > mostOfPart) return false;
    for (let i = part; i < stride; i++) different += bitCount(words[from + i] ^ words[against + i]);
    return different <= mostOfAll;
  };
}

function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function meanOf(vectors: readonly Vector[]): Float32Array {
  const sums = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < sums.length; i++) sums[i] += vector[i];
  return Float32Array.from(sums, (sum) => sum / vectors.length);
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
