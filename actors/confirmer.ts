/**
 * Making sure of what is built upon: a program that is refined, learnt from or voted with must give
 * the outputs it is archived with once more, in a fresh process of its own and with its inputs in
 * another order. Screening promises less, as programs may have shared a process.
 *
 * What is right on all train pairs was confirmed input by input already (evaluate.ts); to do that for
 * every row of a shard would cost a process an input, five times as much, and a row does not claim
 * to be right.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive_entry.ts";
import { gridsEqual } from "../data/grid.ts";
import { inputsOf, type Task } from "../data/task.ts";
import type { Delay } from "../models/retry.ts";
import type { Engine } from "../sandbox/engine.ts";
import { seededRandom, shuffle } from "../search/random.ts";
import { timeLimitSeconds } from "../search/stop.ts";
import { ARC } from "./arc.ts";
import type { Domain } from "./domain.ts";
import type { LoadedProgram, Recorder } from "./recorder.ts";
import { blameMessage } from "./sound_sandbox.ts";
import { supervise } from "./supervisor.ts";

/** Options of {@link Confirmer}. */
export interface ConfirmerOptions {
  /** Runs the programs. */
  readonly engine: Engine;
  /** What the tasks are of. @default ARC */
  readonly domain?: Domain;
  /** Its archive is asked, its journal told. */
  readonly recorder: Recorder;
  /** Tasks of the run, by id. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** Wall-clock limit for all inputs of a program, in milliseconds; null = SOAR's rule. */
  readonly timeoutMs: number | null;
  /** Waits before a program is tried again. */
  readonly delay: Delay;
}

/** Confirms programs, each at most once in a process. */
export class Confirmer {
  readonly #options: ConfirmerOptions;
  readonly #known = new Map<string, boolean>();

  /** Confirms nothing yet. */
  constructor(options: ConfirmerOptions) {
    this.#options = options;
  }

  /** The program, or null when it gave other outputs alone; that is noted as a warning. */
  async load(entry: ArchiveEntry, signal: AbortSignal): Promise<LoadedProgram | null> {
    const program = await this.#options.recorder.load(entry);
    const { confirmed, id, taskId } = entry;
    const known = confirmed ? true : this.#known.get(id);
    if (known !== undefined) return known ? program : null;
    const same = await this.#givesTheSame(program, signal);
    this.#known.set(id, same === true);
    if (same) return program;
    if (same === null) return null;
    const message = `program ${id} of ${taskId} gave other outputs when run alone; it is not used`;
    await this.#note("not_confirmed", entry, message);
    return null;
  }

  async #note(event: string, { generation, taskId }: ArchiveEntry, message: string): Promise<void> {
    const about = { level: "warning", event, generation, taskId, message } as const;
    await this.#options.recorder.record({ kind: "event", ...about });
  }

  /** Whether it gave its outputs again; null when the sandbox fails on it time and again. */
  async #givesTheSame(
    { entry, code, outputs }: LoadedProgram,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    const { engine, domain = ARC, tasks, timeoutMs, delay } = this.#options;
    const task = tasks.get(entry.taskId)!;
    const limitMs = timeoutMs ?? timeLimitSeconds(task.train.length, task.testInputs.length) * 1000;
    const inputs = inputsOf(task);
    const order = shuffle([...inputs.keys()], seededRandom("confirm", entry.id));
    const ordered = order.map((i) => inputs[i]);
    const source = domain.runnable(code);
    const job = { code: source, inputs: ordered, timeoutMs: limitMs, alone: true };
    const told = (event: string, error: unknown) =>
      this.#note(event, entry, `program ${entry.id} of ${entry.taskId}: ${error}`);
    const frames = await supervise(async () => (await engine.run(job, signal)).frames, signal, {
      delay,
      onRetry: (error) => void told("retried", error).catch(() => {}),
      setAside: async (error) => {
        await blameMessage(engine, error, signal);
        await told("set_aside", error);
        return null;
      },
    });
    return frames && frames.every(({ output }, position) => {
      const before = outputs[order[position]];
      return output === null || before === null ? output === before : gridsEqual(output, before);
    });
  }
}
