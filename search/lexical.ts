/**
 * Near-duplicate sources by their tokens: what stands in for embeddings where no endpoint gives
 * any.
 *
 * A source is the set of its runs of three tokens, comments and layout aside. Two are alike when
 * the sets overlap by at least 0.8 of their union (Jaccard). That is stricter than a cosine of
 * 0.9 between code embeddings: a changed constant is found, a rewriting is not. Candidates are
 * found by min-hashing in bands (Broder 1997), then compared exactly.
 *
 * @module
 */
import { dropAlike } from "./lsh.ts";

/** Overlap from which two sources are alike; our choice, see above. */
const LEXICAL_THRESHOLD = 0.8;

/** Tokens of a run. */
const RUN = 3;

/** Bands of rows: sources that overlap by 0.8 meet with 1 − (1 − 0.8⁵)²⁰ = 0.9996, by 0.4 with 0.19. */
const BANDS = 20;
const ROWS = 5;

const TOKEN = /#[^\n]*|[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w]/g;

/**
 * Indices of the sources that stay when each that stays removes all later ones like it; ascending.
 * Two sources without tokens are alike. Stands in for SOAR's embeddings (appendix F).
 */
export function dedupLexically(sources: readonly string[]): number[] {
  const runs = sources.map(tokenRuns);
  return dropAlike({
    items: sources.length,
    tables: BANDS,
    bucketsOf: (item) => bands(runs[item]),
    alike: (a, b) => overlap(runs[a], runs[b]) >= LEXICAL_THRESHOLD,
  });
}

/** Hashes of a source's runs of tokens, each once, ascending. */
function tokenRuns(source: string): Uint32Array {
  const tokens = (source.match(TOKEN) ?? []).filter((token) => !token.startsWith("#")).map(hash);
  const runs = new Set<number>();
  for (let i = 0; i < Math.max(1, tokens.length - RUN + 1) && tokens.length > 0; i++) {
    let run = 0;
    for (let k = i; k < Math.min(i + RUN, tokens.length); k++) run = mix(run ^ tokens[k]);
    runs.add(run);
  }
  return Uint32Array.from(runs).sort();
}

function overlap(a: Uint32Array, b: Uint32Array): number {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) common++;
    const step = a[i] - b[j];
    if (step <= 0) i++;
    if (step >= 0) j++;
  }
  const union = a.length + b.length - common;
  return union === 0 ? 1 : common / union;
}

/** Odd factors: times one of them, mod 2³², hashed runs come in another order (multiply-shift). */
const FACTORS = Array.from({ length: BANDS * ROWS }, (_, i) => mix(i + 1) | 1);

function bands(runs: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: BANDS }, (_, band) => {
    let bucket = 0;
    for (let row = 0; row < ROWS; row++) {
      const factor = FACTORS[band * ROWS + row];
      let least = 0xffffffff;
      for (let i = 0; i < runs.length; i++) {
        const value = Math.imul(runs[i], factor) >>> 0;
        if (value < least) least = value;
      }
      bucket = mix(bucket ^ least);
    }
    return bucket;
  });
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** A bijection of 32-bit numbers that spreads their bits (the last steps of MurmurHash3). */
function mix(value: number): number {
  let x = (value + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
