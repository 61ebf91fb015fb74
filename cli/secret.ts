/**
 * Comparing secrets.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";

/** Compares in a time that does not tell how much is right. */
export function isSecret(given: string, wanted: string): boolean {
  const encoder = new TextEncoder();
  const [a, b] = [encoder.encode(given), encoder.encode(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
