/**
 * The trainer of language models, `trainer/`, as a process of its own.
 *
 * @module
 */
import { type TrainerBackend, TrainerError } from "../mod.ts";
import { textLines } from "./text_lines.ts";
import { TRAINER } from "./trainer_venv.ts";

/** How to fine-tune. */
export interface TrlOptions {
  /** Interpreter of the trainer's virtual environment. */
  readonly python: string;
  /** Base model: a folder, or a name of the hub. */
  readonly base: string;
  /** Shard folders that every generation learns from beside its own. */
  readonly shards: readonly string[];
  /** Further flags of `soar-trainer`. */
  readonly args: readonly string[];
  /** Told of each step. */
  readonly tell: (line: string) => void;
}

/** Lines of the trainer's errors that are told when it fails. */
const KEPT_LINES = 12;

/** Fine-tunes `base` on each generation's shards. It goes on from its checkpoint when interrupted. */
export function trlTrainer(
  { python, base, shards: others, args, tell }: TrlOptions,
): TrainerBackend {
  return {
    name: "trl",
    async train(shards, model, signal) {
      const child = new Deno.Command(python, {
        args: [
          ...["-m", "soar_trainer", "--shards", shards, ...others, "--base", base],
          ...["--out", model],
          ...args,
        ],
        env: { PYTHONPATH: TRAINER, PYTHONDONTWRITEBYTECODE: "1", TOKENIZERS_PARALLELISM: "false" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        signal,
      }).spawn();
      const [errors] = await Promise.all([
        lastLines(child.stderr),
        tellSteps(child.stdout, tell),
      ]);
      const { code } = await child.status;
      signal.throwIfAborted();
      if (code !== 0) throw new TrainerError(`fine-tuning ended with exit ${code}:\n${errors}`);
    },
  };
}

async function tellSteps(stdout: ReadableStream<Uint8Array>, tell: (line: string) => void) {
  for await (const line of textLines(stdout)) {
    if (!line.startsWith('{"event"')) continue; // a library's own words
    const { event, rows, tokens, overlong, step, steps, loss } = JSON.parse(line);
    if (event === "rows") {
      tell(`fine-tuning on ${rows} rows, ${tokens} tokens, ${overlong} too long`);
    } else if (event === "step") {
      tell(`fine-tuning: step ${step} of ${steps}, loss ${loss.toFixed(3)}`);
    }
  }
}

async function lastLines(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const kept: string[] = [];
  for await (const line of textLines(stderr)) {
    kept.push(line.split("\r").at(-1)!); // a progress bar rewrites its line
    if (kept.length > KEPT_LINES) kept.shift();
  }
  return kept.join("\n");
}
