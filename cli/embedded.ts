/**
 * The embedded model as processes of their own: one that serves, one for each fitting.
 *
 * @module
 */
import { type TrainerBackend, TrainerError } from "../mod.ts";
import { textLines } from "./text_lines.ts";

/** A model server under way. */
export interface ModelProcess {
  /** Base URL for an OpenAI client. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

const SERVE = new URL("../models/embedded/serve.ts", import.meta.url).href;
const MAIN = new URL("./main.ts", import.meta.url).href;

/** Starts the embedded model's server; it ends with this process. */
export async function startEmbeddedModel(modelsDirectory: string): Promise<ModelProcess> {
  await Deno.mkdir(modelsDirectory, { recursive: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `--allow-read=${modelsDirectory}`,
      SERVE,
      "--port",
      "0",
      "--models",
      modelsDirectory,
    ],
    // It lives as long as this pipe is open, so it cannot outlive us, however we end.
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = textLines(child.stdout).getReader();
  const { value, done } = await lines.read();
  if (done) throw new Error(`the embedded model did not start (exit ${(await child.status).code})`);
  const { port } = JSON.parse(value);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      await child.stdin.close();
      await lines.cancel();
      await child.status;
    },
  };
}

/** Fits the embedded model by `train` in a process of its own. */
export function embeddedTrainer(): TrainerBackend {
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
