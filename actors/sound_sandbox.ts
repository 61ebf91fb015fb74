/**
 * Whose fault a failure in the sandbox is: the message's, or the sandbox's own.
 *
 * @module
 */
import type { Engine } from "../sandbox/engine.ts";

/** A program that any sandbox can run. */
const HARMLESS = "def transform(grid):\n    return grid";

/** Longest time for it: a cell may have to be started first. */
const TIMEOUT_MS = 60_000;

/**
 * Whether a harmless program still runs. If so, what failed with `error` is to blame itself and may
 * be set aside.
 *
 * @throws the error when the sandbox is to blame
 */
export async function blameMessage(
  engine: Engine,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const job = { code: HARMLESS, inputs: [[[0]]], timeoutMs: TIMEOUT_MS, alone: true };
  try {
    const { frames: [frame] } = await engine.run(job, signal);
    if (frame.outcome === "ok") return;
  } catch {
    signal.throwIfAborted();
  }
  throw error;
}
