/**
 * `transformers serve` for the time of a run; it opens whatever folder a request names.
 *
 * @module
 */
// @ts-types="../../std/async_delay.d.ts"
import { delay } from "@std/async/delay";
import { dirname } from "node:path";
import { trainerPython } from "../../cli/trainer_venv.ts";

/** A server under way. */
export interface ServedModel {
  /** Base URL for an OpenAI client. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Longest time until it answers: it loads torch first. */
const START_MS = 300_000;
const POLL_MS = 500;

/**
 * Starts it on a port of loopback, 0 for any that is free.
 *
 * @throws Error when it ends or does not answer
 */
export async function serveModel(home: string, wanted: number): Promise<ServedModel> {
  await Deno.mkdir(`${home}/hub`, { recursive: true });
  const port = wanted || freePort();
  const child = new Deno.Command(`${dirname(await trainerPython())}/transformers`, {
    args: ["serve", "--device", "cpu", "--dtype", "bfloat16", "--log-level", "error"]
      .concat(["--host", "127.0.0.1", "--port", String(port), "--model-timeout", "3600"]),
    // A second thread spins while it waits for a busy core, and costs more than it gives.
    env: { HF_HOME: home, HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const end = child.status.then(() => ended = true);
  const origin = `http://127.0.0.1:${port}`;
  for (let waited = 0; !await healthy(`${origin}/health`); waited += POLL_MS) {
    if (ended || waited > START_MS) {
      throw new Error(`transformers serve ${ended ? "ended" : "does not answer"} (${origin})`);
    }
    await delay(POLL_MS);
  }
  return {
    baseUrl: `${origin}/v1`,
    close: async () => {
      if (!ended) child.kill("SIGTERM");
      await end;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function healthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.text();
    return answer.ok;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}
