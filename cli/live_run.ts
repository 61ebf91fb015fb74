/**
 * Finding the process that runs a run.
 *
 * @module
 */
import type { RunDirectory } from "../mod.ts";

/** How to ask a run's own process. */
export interface LiveRun {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** Longest wait for an answer: a port may have passed to something that is silent. */
const ANSWER_MS = 2_000;

/** The server of a run that is running, or null; a run file left by a crash counts as none. */
export async function liveRun(directory: RunDirectory): Promise<LiveRun | null> {
  const { server } = directory.readRunFile();
  if (!server) return null;
  const url = `http://127.0.0.1:${server.port}`;
  const headers = { authorization: `Bearer ${server.token}` };
  try {
    const response = await fetch(`${url}/health`, {
      headers,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.body?.cancel();
    return response.ok ? { url, headers } : null;
  } catch {
    // Nobody listens there any more.
    return null;
  }
}
