/**
 * A 64-bit key of an output grid: equal grids, equal keys.
 *
 * For telling the outputs of one task apart, millions of times: two multiplicative hashes over the
 * text (the constants are those of MurmurHash3's finalizer and of SplitMix64, public domain). It is no
 * cryptographic hash; ids and source hashes are those of data/program.ts.
 *
 * @module
 */

/** The two halves of a key; both 0 stands for no output. */
export type OutputKey = readonly [high: number, low: number];

/** Key of no output. */
export const NO_OUTPUT: OutputKey = [0, 0];

/** The key of a grid's compact text, or of none. */
export function outputKey(text: string | null): OutputKey {
  if (text === null) return NO_OUTPUT;
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    a = a << 13 | a >>> 19;
    b = Math.imul(b ^ unit, 0xc2b2ae35);
    b = b << 15 | b >>> 17;
  }
  a = mixed(a ^ b >>> 16);
  b = mixed(b ^ a);
  return a === 0 && b === 0 ? [0, 1] : [a, b];
}

/** A key as text of 11 characters, six bits each; null for that of no output. */
export function keyText(high: number, low: number): string | null {
  if (high === 0 && low === 0) return null;
  return String.fromCharCode(
    FIRST + (high >>> 26),
    FIRST + (high >>> 20 & 63),
    FIRST + (high >>> 14 & 63),
    FIRST + (high >>> 8 & 63),
    FIRST + (high >>> 2 & 63),
    FIRST + ((high & 3) << 4 | low >>> 28),
    FIRST + (low >>> 22 & 63),
    FIRST + (low >>> 16 & 63),
    FIRST + (low >>> 10 & 63),
    FIRST + (low >>> 4 & 63),
    FIRST + (low & 15),
  );
}

/** "0": the characters from here on can be printed. */
const FIRST = 48;

function mixed(value: number): number {
  value = Math.imul(value ^ value >>> 16, 0x85ebca6b);
  value = Math.imul(value ^ value >>> 13, 0xc2b2ae35);
  return (value ^ value >>> 16) >>> 0;
}
