/**
 * The embedded model as processes of their own: one that serves, one for each fitting.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
// @ts-types="../std/async_delay.d.ts"
import { delay } from "@std/async/delay";
import { type TrainerBackend, TrainerError } from "../mod.ts";
import { textLines } from "./text_lines.ts";

/** A model server under way. */
export interface ModelProcess {
  /** Base URL for an OpenAI client. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

const SERVE = new URL("../models/embedded/serve.ts", import.meta.url).href;
/** Folders of its own code, which its workers load. */
const SOURCES = ["../models/", "../data/"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url))
);
const MAIN = new URL("./main.ts", import.meta.url).href;

/** Restarts of the server in a row, and the first pause; each further pause is twice as long. */
const MAX_RESTARTS = 5;
const FIRST_PAUSE_MS = 200;

/** A server that lived so long had recovered from what ended the one before it. */
const STEADY_MS = 30_000;

/**
 * Starts the embedded model's server; it ends with this process. A server that dies is started again
 * on the same port, with back-off.
 *
 * @param warn told of each restart, and when no more are made: then requests fail as at a lost endpoint
 */
export async function startEmbeddedModel(
  modelsDirectory: string,
  warn: (message: string) => void = () => {},
): Promise<ModelProcess> {
  await Deno.mkdir(modelsDirectory, { recursive: true });
  const closing = new AbortController();
  let server: ModelServer | null = await startServer(modelsDirectory, 0);
  const { port } = server;
  const kept = keep();
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      closing.abort();
      await server?.close();
      await kept;
    },
  };

  async function keep(): Promise<void> {
    for (let deaths = 0;;) {
      const started = performance.now();
      const how = server ? await server.ended : "did not start";
      if (closing.signal.aborted) return;
      if (performance.now() - started > STEADY_MS) deaths = 0;
      if (++deaths > MAX_RESTARTS) {
        return warn(`the embedded model died ${deaths} times in a row; it is not started again`);
      }
      const pauseMs = FIRST_PAUSE_MS * 2 ** (deaths - 1);
      warn(`the embedded model ${how}; restart ${deaths} of ${MAX_RESTARTS} after ${pauseMs} ms`);
      await delay(pauseMs, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      server = await startServer(modelsDirectory, port).catch(() => null);
      if (closing.signal.aborted) await server?.close();
    }
  }
}

interface ModelServer {
  readonly port: number;
  /** How it ended. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** @param port to listen on; 0 takes a free one */
async function startServer(modelsDirectory: string, port: number): Promise<ModelServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `--allow-read=${modelsDirectory},${SOURCES}`,
      SERVE,
      ...["--port", String(port)],
      ...["--models", modelsDirectory],
      ...["--workers", String(navigator.hardwareConcurrency)],
    ],
    // It lives as long as this pipe is open, so it cannot outlive us, however we end.
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = textLines(child.stdout).getReader();
  const { value, done } = await lines.read();
  if (done) throw new Error(`the embedded model did not start (exit ${(await child.status).code})`);
  return {
    port: JSON.parse(value).port,
    ended: child.status.then(({ code, signal }) => `ended by ${signal ?? `exit ${code}`}`),
    close: async () => {
      // Its input is broken when it has died.
      await child.stdin.close().catch(() => {});
      await lines.cancel();
      await child.status;
    },
  };
}

/**
 * Fits the embedded model by `train` in a process of its own.
 *
 * @param proposer folder of the fitted model that generation 0 asks; null for the uniform one
 */
export function embeddedTrainer(proposer: string | null): TrainerBackend {
  return {
    name: "embedded",
    async train(shards, model, signal) {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--allow-env",
          `--allow-read`,
          `--allow-write=${model}`,
          MAIN,
          "train",
          "--shards",
          shards,
          "--out",
          model,
          ...(proposer === null ? [] : ["--proposer", proposer]),
        ],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        signal,
      }).output();
      signal.throwIfAborted();
      if (code !== 0) {
        throw new TrainerError(
          `fitting ended with exit ${code}: ${new TextDecoder().decode(stderr)}`,
        );
      }
    },
  };
}
