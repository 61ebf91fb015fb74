/**
 * Merges several channels into one.
 *
 * @module
 */
import type { Receiver } from "./channel.ts";
import { derive, type DeriveOptions } from "./derive.ts";

/**
 * Gives the values of all sources as they come; the order within each source is kept.
 *
 * A source has at most one value waiting for room, so none can crowd out another. The output ends
 * when all sources have; the first error ends it at once and cancels the others.
 */
export function merge<T>(sources: readonly Receiver<T>[], options: DeriveOptions): Receiver<T> {
  return derive<T>(sources, options, async ({ out, signal }) => {
    await Promise.all(sources.map(forward));

    async function forward(source: Receiver<T>): Promise<void> {
      while (true) {
        const next = await source.receive(signal);
        if (next.done) return;
        await out.send(next.value, signal);
      }
    }
  });
}
