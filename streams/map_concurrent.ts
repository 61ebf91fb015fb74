/**
 * Maps the values of a channel with at most N projections under way.
 *
 * A place is taken before a value is, and given back once its result is in the output channel. So
 * at most N values are between the two channels, and a full output stops the reading of the source.
 *
 * @module
 */
import { Channel, type Receiver } from "./channel.ts";
import { derive, type DeriveOptions } from "./derive.ts";

/** Options of {@link mapConcurrent}. */
export interface MapConcurrentOptions extends DeriveOptions {
  /** Projections under way at once; an integer of at least 1. */
  readonly concurrency: number;
  /**
   * Whether results keep the order of the source. If so, a slow value holds back the ones behind
   * it, and an error is received after the results of all values before it.
   * @default true
   */
  readonly ordered?: boolean;
}

/**
 * Makes an operator that turns each value into one result.
 *
 * @param project Its signal is aborted when the operator stops; what it then returns is dropped.
 * @throws {RangeError} If `concurrency` is not an integer of at least 1.
 */
export function mapConcurrent<T, R>(
  project: (value: T, signal: AbortSignal) => R | Promise<R>,
  { concurrency, ordered = true, ...options }: MapConcurrentOptions,
): (source: Receiver<T>) => Receiver<R> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`Cannot map: concurrency must be an integer >= 1, got ${concurrency}`);
  }
  return (source) =>
    derive<R>([source], options, async ({ out, signal, fail }) => {
      // Sending takes a place, receiving gives one back.
      const places = new Channel<undefined>({ highWaterMark: concurrency });
      let turn: Promise<void> = Promise.resolve();
      while (true) {
        await places.send(undefined, signal);
        const next = await source.receive(signal);
        if (next.done) break;
        turn = run(next.value, turn);
      }
      // The loop holds one place; having all the others means that nothing is under way.
      for (let i = 1; i < concurrency; i++) await places.send(undefined, signal);

      async function run(value: T, before: Promise<void>): Promise<void> {
        try {
          const result = await project(value, signal);
          if (ordered) await before;
          await out.send(result, signal);
        } catch (reason) {
          if (ordered) await before;
          fail(reason);
        } finally {
          void places.receive();
        }
      }
    });
}
