/**
 * Seeded randomness.
 *
 * @module
 */

/** A stream of numbers in [0, 1), fixed by its seed texts (FNV-1a into mulberry32). */
export function seeded(...seeds: (string | number)[]): () => number {
  let state = 0x811c9dc5;
  for (const char of seeds.join("\0")) {
    state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the items, uniformly. @throws {RangeError} when there are none */
export function pick<T>(items: readonly T[], random: () => number): T {
  if (items.length === 0) throw new RangeError("pick: expected at least 1 item, got 0");
  return items[Math.floor(random() * items.length)];
}
