/**
 * Ctrl-C: the first asks the run to finish what is under way, the second cancels that too, the
 * third ends the process.
 *
 * @module
 */

/** What SIGINT and SIGTERM abort; disposing stops the listening. */
export interface Interrupt extends Disposable {
  /** Nothing new is begun. */
  readonly draining: AbortSignal;
  /** What is under way is cancelled. */
  readonly signal: AbortSignal;
}

/** Listens from now on. */
export function untilInterrupted(): Interrupt {
  const drain = new AbortController();
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) Deno.exit(130);
    const reason = new DOMException("interrupted", "AbortError");
    if (drain.signal.aborted) return stop.abort(reason);
    console.error("\nfinishing what is under way (again to stop at once)");
    drain.abort(reason);
  };
  Deno.addSignalListener("SIGINT", onSignal);
  Deno.addSignalListener("SIGTERM", onSignal);
  return {
    draining: drain.signal,
    signal: stop.signal,
    [Symbol.dispose]() {
      Deno.removeSignalListener("SIGINT", onSignal);
      Deno.removeSignalListener("SIGTERM", onSignal);
    },
  };
}
