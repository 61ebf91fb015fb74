/**
 * The trainer: has a model made from a generation's shards.
 *
 * All trainers keep one contract: shards in, `models/gNNN/` with its `training.json` out, `READY`
 * written last. A generation that is not READY is never asked.
 *
 * @module
 */
import { z } from "zod";
import { PipelineActor } from "./actor.ts";
import type { Recorder } from "./recorder.ts";

/** Who makes models: a process of its own that reads shards and writes a model folder. */
export interface TrainerBackend {
  /** Journalled with what it trained. */
  readonly name: string;
  /** Resolves when READY is written. @throws TrainerError */
  train(shards: string, model: string, signal: AbortSignal): Promise<void>;
}

/** A training that did not end in a READY model. */
export class TrainerError extends Error {
  /** Tells it from other errors. */
  override readonly name = "TrainerError";
}

/** `training.json` of a model folder. */
export const TrainingReport = z.object({
  rows: z.number().int(),
  skipped: z.number().int(),
  overlong: z.number().int().optional(),
  tokens: z.number().int().optional(),
  loss: z.array(z.object({ step: z.number().int(), loss: z.number() })),
});

/** Options of {@link Trainer}. */
export interface TrainerOptions {
  /** Generation to make. */
  readonly generation: number;
  /** Folder of the rows, sealed. */
  readonly shards: string;
  /** Folder of the model to make. */
  readonly model: string;
  /** Who makes it. */
  readonly backend: TrainerBackend;
  /** Journals what came of it. */
  readonly recorder: Recorder;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Makes the model of one generation. */
export class Trainer extends PipelineActor {
  /** Name of the actor. */
  readonly name = "trainer";
  readonly #options: TrainerOptions;

  /** Trains nothing yet: that is `run`. */
  constructor(options: TrainerOptions) {
    super();
    this.#options = options;
  }

  /** Trains, checks READY, and journals the report. */
  protected override async work(signal: AbortSignal): Promise<void> {
    const { generation, shards, model, backend, recorder, now } = this.#options;
    const start = now();
    await backend.train(shards, model, signal);
    if (!isReady(model)) throw new TrainerError(`trainer ${backend.name} left no ${model}/READY`);
    const report = TrainingReport.parse(
      JSON.parse(await Deno.readTextFile(`${model}/training.json`)),
    );
    const ms = now() - start;
    const { rows, loss, skipped, overlong, tokens } = report;
    await recorder.record({
      kind: "trained",
      generation,
      trainer: backend.name,
      rows,
      skipped,
      ...(overlong === undefined ? {} : { overlong }),
      ...(tokens === undefined ? {} : { tokens }),
      steps: loss,
      ms,
    });
    const last = loss.at(-1)?.loss.toFixed(3) ?? "none";
    const left = skipped ? `, ${skipped} skipped` : "";
    this.emit(
      "info",
      "trained",
      `${rows} rows${left}, loss ${last}, ${(ms / 1000).toFixed(1)} s`,
      { generation },
    );
  }
}

/** Whether a model folder is complete. */
export function isReady(model: string): boolean {
  try {
    return Deno.statSync(`${model}/READY`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
