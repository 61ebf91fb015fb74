/**
 * Confirming what counts: a program that is refined, learnt from or voted with must give the
 * outputs it is archived with when each input runs alone in a process of its own. Screening promises
 * less: programs may have shared a process, and a program sees all its inputs.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive.ts";
import { gridsEqual } from "../data/grid.ts";
import { inputsOf, type Task } from "../data/task.ts";
import type { Engine } from "../sandbox/engine.ts";
import { seededRandom } from "../search/random.ts";
import { timeLimitSeconds } from "../search/stop.ts";
import type { LoadedProgram, Recorder } from "./recorder.ts";

/** Options of {@link Confirmer}. */
export interface ConfirmerOptions {
  readonly engine: Engine;
  readonly recorder: Recorder;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Wall-clock limit for an input, in milliseconds; null = SOAR's rule for the program. */
  readonly timeoutMs: number | null;
}

/** Confirms programs, each at most once in a process. */
export class Confirmer {
  readonly #options: ConfirmerOptions;
  readonly #known = new Map<string, boolean>();

  constructor(options: ConfirmerOptions) {
    this.#options = options;
  }

  /** The program, or null when it gave other outputs alone; that is noted as a warning. */
  async load(entry: ArchiveEntry, signal: AbortSignal): Promise<LoadedProgram | null> {
    const program = await this.#options.recorder.load(entry);
    const { confirmed, id, generation, taskId } = entry;
    const known = confirmed ? true : this.#known.get(id);
    if (known !== undefined) return known ? program : null;
    const same = await this.#givesTheSame(program, signal);
    this.#known.set(id, same);
    if (same) return program;
    await this.#options.recorder.record({
      kind: "event",
      level: "warning",
      event: "not_confirmed",
      generation,
      taskId,
      message: `program ${id} of ${taskId} gave other outputs when run alone; it is not used`,
    });
    return null;
  }

  async #givesTheSame(
    { entry, code, outputs }: LoadedProgram,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { engine, tasks, timeoutMs } = this.#options;
    const task = tasks.get(entry.taskId)!;
    const limitMs = timeoutMs ?? timeLimitSeconds(task.train.length, task.testInputs.length) * 1000;
    const job = { code, inputs: inputsOf(task), timeoutMs: limitMs };
    const { frames } = await engine.confirm(job, seededRandom("confirm", entry.id), signal);
    return frames.every(({ output }, i) => {
      const before = outputs[i];
      return output === null || before === null ? output === before : gridsEqual(output, before);
    });
  }
}
