/**
 * The frame of every channel operator: one output channel, one abort signal, one clean-up.
 *
 * An operator owns its sources. It ends in one of three ways, and each leaves nothing behind: its
 * body returns (the output closes), its body throws (the output fails with the reason), or the
 * receiver of the output cancels. In all three the sources are cancelled, which tells their
 * producers.
 *
 * @module
 */
import { Channel, type Receiver, type Sender } from "./channel.ts";

/** Options every operator takes. */
export interface DeriveOptions {
  /** Results held before the operator waits. */
  readonly highWaterMark: number;
  /** Stops the operator: the output fails with its reason. */
  readonly signal?: AbortSignal;
  /** Name of the output channel. @default "channel" */
  readonly name?: string;
}

/** What an operator's body works with. */
export interface Frame<R> {
  readonly out: Sender<R>;
  /** Aborted when the operator is to stop, whatever the cause. */
  readonly signal: AbortSignal;
  /** Ends the operator with `reason` from work that the body does not await. */
  fail(reason: unknown): void;
}

/** Runs `body` between `sources` and a new channel, whose receiving half it returns. */
export function derive<R>(
  sources: readonly Receiver<unknown>[],
  { highWaterMark, signal, name }: DeriveOptions,
  body: (frame: Frame<R>) => Promise<void>,
): Receiver<R> {
  const out = new Channel<R>({ highWaterMark, name });
  const stop = new AbortController();
  const causes = [stop.signal, out.cancelled];
  if (signal) causes.push(signal);
  const frame = { out, signal: AbortSignal.any(causes), fail };
  void run();
  return out.receiver;

  function fail(reason: unknown): void {
    out.fail(reason);
    stop.abort(reason);
  }

  async function run(): Promise<void> {
    try {
      await body(frame);
      out.close();
    } catch (reason) {
      fail(reason);
    } finally {
      for (const source of sources) source.cancel();
    }
  }
}
