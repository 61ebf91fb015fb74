/**
 * Programs: Python source that defines `transform(grid)`.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Source of a program; `transform(grid: list[list[int]]) -> list[list[int]]`. */
export interface Program {
  readonly code: string;
}

/**
 * A 63-bit hash of the parts as a decimal string: the ids of journal, archive and store.
 * Parts are joined by a byte that cannot occur in them.
 */
export function hash63(...parts: (string | number)[]): string {
  const digest = createHash("sha256").update(parts.join("\0")).digest();
  return (digest.readBigUInt64BE(0) >> 1n).toString();
}
