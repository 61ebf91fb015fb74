/**
 * Ctrl-C: the first asks the run to finish what is under way, the second cancels that too, the
 * third ends the process.
 *
 * @module
 */

import { writeError } from "./output.ts";

/** What SIGINT, SIGTERM and SIGHUP abort; disposing stops the listening. */
export interface Interrupt extends Disposable {
  /** Nothing new is begun. */
  readonly draining: AbortSignal;
  /** What is under way is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * Signals closer together than this are one: `deno task` passes on the Ctrl-C that the terminal
 * has given to the whole process group already.
 */
const ONE_PRESS_MS = 500;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens from now on. */
export function untilInterrupted(): Interrupt {
  const drain = new AbortController();
  const stop = new AbortController();
  let last = -Infinity;
  const onSignal = () => {
    const now = performance.now();
    const pressed = now - last > ONE_PRESS_MS;
    last = now;
    if (!pressed) return;
    if (stop.signal.aborted) Deno.exit(130);
    const reason = new DOMException("interrupted", "AbortError");
    if (drain.signal.aborted) return stop.abort(reason);
    drain.abort(reason);
    writeError("\nfinishing what is under way (again to stop at once)\n");
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  return {
    draining: drain.signal,
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
    },
  };
}
