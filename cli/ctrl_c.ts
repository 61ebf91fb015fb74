/**
 * Ctrl-C for commands that only look: it cancels what they wait for, and they end with 130.
 *
 * @module
 */
import { Interrupted } from "./exit_code.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs work that Ctrl-C cancels.
 *
 * @throws Interrupted when it was, else what the work throws
 */
export async function untilCtrlC<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const stop = new AbortController();
  const abort = () => stop.abort(new DOMException("interrupted", "AbortError"));
  for (const name of SIGNALS) Deno.addSignalListener(name, abort);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw new Interrupted("interrupted", { cause: error });
    throw error;
  } finally {
    for (const name of SIGNALS) Deno.removeSignalListener(name, abort);
  }
}
