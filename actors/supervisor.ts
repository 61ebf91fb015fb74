/**
 * Supervision: what becomes of a message whose work threw.
 *
 * A table by error class: try again with back-off, set the message aside, or stop the run. A
 * program that fails is a datum and never comes here.
 *
 * @module
 */
import { JournalError } from "../data/journal_segment.ts";
import { ModelError } from "../models/client.ts";
import { SandboxError } from "../sandbox/engine.ts";

/** What to do about an error. */
export type Verdict = "retry" | "set_aside" | "stop";

/** Times a message is tried in all, and the first pause; each further pause is twice as long. */
export const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

/** What an error means for its message. Unknown errors are faults of ours and stop the run. */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof JournalError) return "stop";
  if (error instanceof SandboxError) return "retry";
  if (error instanceof ModelError) {
    // models/ has retried already; asking yet again would multiply.
    return error.kind === "refused" || error.kind === "bad_reply" ? "set_aside" : "stop";
  }
  return "stop";
}

/** Options of {@link supervise}. */
export interface SuperviseOptions<R> {
  /** Ends the message when it is set aside. */
  readonly setAside: (error: unknown) => R | Promise<R>;
  /** Told before each pause. */
  readonly onRetry: (error: unknown, attempt: number) => void;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Does one message's work under the table. @throws what the table says stops the run */
export async function supervise<R>(
  work: () => Promise<R>,
  signal: AbortSignal,
  { setAside, onRetry, delay }: SuperviseOptions<R>,
): Promise<R> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      const verdict = verdictOn(error);
      if (verdict === "set_aside") return await setAside(error);
      if (verdict === "stop" || attempt === MAX_ATTEMPTS) throw error;
      onRetry(error, attempt);
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}
