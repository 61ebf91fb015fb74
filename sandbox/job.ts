/**
 * Rules of jobs that do not depend on the engine.
 *
 * @module
 */
import { type Job, MAX_INPUTS } from "./engine.ts";

/** Longest source that is run, in bytes; a longer one is a `syntax_error`. */
export const MAX_CODE_BYTES = 1 << 20;

/** Longest deadline: an hour, in milliseconds. */
export const MAX_TIMEOUT_MS = 3_600_000;

/**
 * Checks what an engine is given.
 * @throws {RangeError} when there are no inputs, too many, or the deadline is not a whole number of
 * milliseconds up to {@link MAX_TIMEOUT_MS}.
 */
export function checkJob({ inputs, timeoutMs }: Job): void {
  if (inputs.length < 1 || inputs.length > MAX_INPUTS) {
    throw new RangeError(`inputs must number 1..${MAX_INPUTS}, got ${inputs.length}`);
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new RangeError(`timeoutMs must be a whole number 1..${MAX_TIMEOUT_MS}, got ${timeoutMs}`);
  }
}

/** 0..n−1 in random order (Fisher and Yates); `random` gives 0 ≤ x < 1. */
export function shuffled(n: number, random: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
