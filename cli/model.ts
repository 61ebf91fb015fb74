/**
 * `soar model`: serves the embedded model to other programs, over the chat-completions protocol.
 *
 * It listens on loopback only and asks for no key. It serves until it is told to stop, so Ctrl-C is
 * its end, not an interruption: exit code 0.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { CompleterPool, loadWeights, modelHandler, samplePrompt, type ShownTask } from "../mod.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** Options of `soar model`. */
export interface ModelOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly weights?: string;
}

const BASE = "embedded-g000";
const FITTED = "embedded-fitted";

/** A task small enough to be shown in an example: every row is turned round. */
const EXAMPLE: ShownTask = {
  train: [{ input: [[1, 2, 0]], output: [[0, 2, 1]] }, { input: [[3, 0, 4]], output: [[4, 0, 3]] }],
  testInputs: [[[5, 6, 7]]],
};

/** Serves until SIGINT or SIGTERM. @throws UsageError */
export async function model({ port, weights }: ModelOptions): Promise<void> {
  if (port > 65535) throw new UsageError(`--port ${port}: expected 0..65535`);
  const fitted = weights === undefined ? null : await readWeights(userPath(weights));
  const given = new Map(fitted ? [[FITTED, fitted]] : []);
  const pool = new CompleterPool(navigator.hardwareConcurrency);
  const server = listen(port, modelHandler(null, Date.now, given, pool));
  const stop = () => void server.shutdown();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  console.log(announcement(`http://127.0.0.1:${server.addr.port}/v1`, fitted ? FITTED : BASE));
  await server.finished;
  pool.close();
}

function listen(port: number, handler: Deno.ServeHandler): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(`--port ${port} is in use: give another, or 0 for a free one`);
  }
}

async function readWeights(path: string): ReturnType<typeof loadWeights> {
  const folder = basename(path) === "weights.json" ? dirname(path) : path;
  try {
    return await loadWeights(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(
        `--weights ${path}: expected a model folder or its weights.json; there is none`,
      );
    }
    if (error instanceof SyntaxError) throw new UsageError(`--weights ${path}: ${error.message}`);
    throw error;
  }
}

function announcement(url: string, name: string): string {
  const body = JSON.stringify({
    model: name,
    n: 2,
    messages: samplePrompt(EXAMPLE, null).slice(1),
  });
  return `the embedded model is at ${url}, as ${name}; Ctrl-C ends it

It reads prompts as soar writes them, here a small one:
  curl ${url}/chat/completions -H 'content-type: application/json' -d '${body}'

Any client of OpenAI's protocol can ask it, soar itself too:
  deno task soar --endpoint ${url} --model ${name}`;
}
