/**
 * A channel of values that are all there already.
 *
 * @module
 */
import { Channel, type Receiver } from "./channel.ts";

/** The values in order, then the end. */
export function channelOf<T>(values: readonly T[]): Receiver<T> {
  const channel = new Channel<T>({ highWaterMark: Math.max(1, values.length) });
  for (const value of values) void channel.send(value);
  channel.close();
  return channel.receiver;
}
