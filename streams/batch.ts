/**
 * Groups the values of a channel, so that a store is written in lots.
 *
 * A batch is sent when it is full, when its first value has waited long enough, or when the source
 * ends (also by an error, which follows it). Nothing is read while a batch waits to be sent.
 *
 * @module
 */
import type { Receiver } from "./channel.ts";
import { derive, type DeriveOptions } from "./derive.ts";

/** Options of {@link batch}. */
export interface BatchOptions extends DeriveOptions {
  /** Values in a full batch; an integer of at least 1. */
  readonly maxSize: number;
  /** Longest time the first value of a batch waits for others, in milliseconds. */
  readonly maxWaitMs: number;
}

/**
 * Makes an operator that groups values, never empty and in order.
 * @throws {RangeError} If `maxSize` or `maxWaitMs` is out of bounds.
 */
export function batch<T>(
  { maxSize, maxWaitMs, ...options }: BatchOptions,
): (source: Receiver<T>) => Receiver<T[]> {
  if (!Number.isInteger(maxSize) || maxSize < 1) {
    throw new RangeError(`Cannot batch: maxSize must be an integer >= 1, got ${maxSize}`);
  }
  if (!(maxWaitMs >= 0)) {
    throw new RangeError(`Cannot batch: maxWaitMs must be >= 0, got ${maxWaitMs}`);
  }
  return (source) =>
    derive<T[]>([source], options, async ({ out, signal }) => {
      while (true) {
        const first = await source.receive(signal);
        if (first.done) return;
        const values = [first.value];
        await fill(source, values, signal);
        await out.send(values, signal);
      }
    });

  async function fill(source: Receiver<T>, values: T[], signal: AbortSignal): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), maxWaitMs);
    const either = AbortSignal.any([late.signal, signal]);
    try {
      while (values.length < maxSize) {
        const next = await source.receive(either);
        if (next.done) return;
        values.push(next.value);
      }
    } catch (reason) {
      // The batch goes out first. Lateness ends here; an ended source or an aborted signal says so
      // again at the next receive.
      void reason;
    } finally {
      clearTimeout(timer);
    }
  }
}
