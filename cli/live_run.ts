/**
 * Finding the process that runs a run.
 *
 * @module
 */
import type { RunDirectory } from "../mod.ts";
import { runState } from "./run_state.ts";

/** How to ask a run's own process. */
export interface LiveRun {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** Longest wait for an answer: a port may have passed to something that is silent. */
const ANSWER_MS = 2_000;

/** The same where the run's lock is held: who holds it lives, and is busy. */
const BUSY_MS = 30_000;

/**
 * The server of a run that is running, or null; a run file left by a crash counts as none.
 *
 * @param answerMs longest wait for a server that may be none
 */
export async function liveRun(
  directory: RunDirectory,
  answerMs = ANSWER_MS,
): Promise<LiveRun | null> {
  const { server } = directory.readRunFile();
  if (!server) return null;
  const url = `http://127.0.0.1:${server.port}`;
  const headers = { authorization: `Bearer ${server.token}` };
  try {
    const response = await fetch(`${url}/health`, {
      headers,
      signal: AbortSignal.timeout(answerMs),
    });
    await response.body?.cancel();
    return response.ok ? { url, headers } : null;
  } catch (error) {
    const isSilent = error instanceof DOMException && error.name === "TimeoutError";
    if (isSilent && answerMs < BUSY_MS && runState(directory) === "running") {
      return await liveRun(directory, BUSY_MS);
    }
    // Nobody listens there any more.
    return null;
  }
}
