/**
 * Programs: Python source that defines `transform(grid)`.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Completion } from "./records.ts";

/**
 * A 63-bit hash of the parts as a decimal string: the ids of journal, archive and store.
 * Parts are joined by a byte that cannot occur in them.
 */
export function hash63(...parts: (string | number)[]): string {
  return (BigInt(`0x${digestOf(parts).slice(0, 16)}`) >> 1n).toString();
}

/** The same as two numbers: its upper 31 bits and its lower 32. */
export function hashHalves(...parts: (string | number)[]): [high: number, low: number] {
  const digest = digestOf(parts);
  const [high, low] = [parseInt(digest.slice(0, 8), 16), parseInt(digest.slice(8, 16), 16)];
  return [high >>> 1, (high << 31 | low >>> 1) >>> 0];
}

function digestOf(parts: (string | number)[]): string {
  return hash("sha256", parts.join("\0"), "hex");
}

/** Source of a completion's program, or null when it holds none. */
export function codeOf(
  { text, span, addNumpy }: Pick<Completion, "text" | "span" | "addNumpy">,
): string | null {
  if (span === null) return null;
  const block = text.slice(...span);
  if (!addNumpy) return block;
  // Python wants `from __future__` before any other import.
  const future = /^(?:from __future__ import .*\n)+/m.exec(block);
  const at = future ? future.index + future[0].length : 0;
  return `${block.slice(0, at)}import numpy as np\n${block.slice(at)}`;
}

/** The second UTF-16 unit of a pair. */
const SECOND_UNIT = /[\udc00-\udfff]/;

/** Length of a source in characters: its UTF-16 units without the second ones of pairs. */
export function codeLength(code: string): number {
  let length = code.length;
  if (!SECOND_UNIT.test(code)) return length;
  for (let i = 1; i < code.length; i++) {
    const isSecond = (code.charCodeAt(i) & 0xfc00) === 0xdc00;
    if (isSecond && (code.charCodeAt(i - 1) & 0xfc00) === 0xd800) length--;
  }
  return length;
}
