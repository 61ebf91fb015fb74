/**
 * Learning: shards and a model after each generation, and which model the search asks.
 *
 * By default the two take turns: generation g asks model g. Continuous: the search goes on while
 * the trainer works. Its requests ask the newest READY model, and a generation begins only when
 * that is at most `maxStaleness` behind it, so the work done on old models is bounded before it is
 * begun (AReaL, `staleness_manager.py`). Trainings run one after the other, each from its own shards.
 *
 * A model that is not READY is never asked. Requests that are under way when a model is taken on
 * end on the one they began with; each request's own is in the journal.
 *
 * @module
 */
import type { RunDirectory } from "../data/run_directory.ts";
import type { Delay } from "../models/retry.ts";
import type { ModelSeat } from "./ask_model.ts";
import type { Recorder } from "./recorder.ts";
import { Relabeler, type RelabelerOptions } from "./relabeler.ts";
import { restarting, together } from "./supervisor.ts";
import { isReady, Trainer, type TrainerBackend } from "./trainer.ts";

/** How the search and the trainer share the time. */
export interface Continuity {
  /** Generations by which the model that is asked may be behind, at least 1. */
  readonly maxStaleness: number;
}

/** Options of {@link Learning}. */
export interface LearningOptions
  extends Omit<RelabelerOptions, "generation" | "directory" | "baseModel" | "seed"> {
  readonly seat: ModelSeat;
  /** Null: every generation asks the base model. */
  readonly trainer: TrainerBackend | null;
  readonly directory: RunDirectory;
  /** Null: search and trainer take turns. */
  readonly continuous: Continuity | null;
  readonly recorder: Recorder;
  /** Milliseconds. */
  readonly now: () => number;
  readonly delay: Delay;
}

/** Makes the models of a run. */
export class Learning {
  /** What the search asks: each request the model of its moment. */
  readonly seat: ModelSeat;
  readonly #options: LearningOptions;
  readonly #stop = new AbortController();
  /** Aborted, with the reason, when a training beside the search fails. */
  readonly #failed = new AbortController();
  #training: Promise<void> = Promise.resolve();
  /** Newest model that is asked, in a continuous run. */
  #taken = 0;

  /** @throws RangeError unless the staleness is at least 1 */
  constructor(options: LearningOptions) {
    const staleness = options.continuous?.maxStaleness ?? 1;
    if (!Number.isInteger(staleness) || staleness < 1) {
      throw new RangeError(`maxStaleness must be an integer of at least 1, got ${staleness}`);
    }
    this.#options = options;
    const { seat } = options;
    this.seat = { ...seat, versionOf: (generation) => this.#versionOf(generation) };
  }

  /** Aborts when the trainer has failed beside the search. */
  get failure(): AbortSignal {
    return this.#failed.signal;
  }

  /** Resolves when a generation may be searched, its model taken on. */
  async begin(generation: number, signal: AbortSignal): Promise<void> {
    const { continuous, seat, trainer } = this.#options;
    if (continuous && trainer) {
      while (generation - this.#taken > continuous.maxStaleness) {
        const before = this.#taken;
        await untilAborted(this.#training, AbortSignal.any([signal, this.failure]));
        this.failure.throwIfAborted();
        if (this.#taken === before) throw new Error(`no model ${before + 1} is being made`);
      }
    }
    const version = this.#versionOf(generation);
    await seat.prepare?.(version, signal);
    // Requests of a run that was stopped may have begun on an older one.
    const asked = new Set(this.#underWay());
    for (let older = version - 1; older > 0; older--) {
      if (asked.has(older)) await seat.prepare?.(older, signal);
    }
  }

  /** Makes what generation `generation` is to ask; continuous: resolves when its shards are sealed. */
  async learn(generation: number, signal: AbortSignal): Promise<void> {
    const { trainer, continuous } = this.#options;
    if (!trainer) return;
    await this.#relabel(generation, signal);
    if (!continuous) return await this.#train(generation, trainer, signal);
    const until = AbortSignal.any([signal, this.#stop.signal]);
    this.#training = this.#training.then(async () => {
      if (this.failure.aborted) return;
      try {
        await this.#train(generation, trainer, until);
        await this.#takeOn(generation, until);
      } catch (error) {
        this.#failed.abort(error);
      }
    });
  }

  /** Resolves when all trainings have ended. @throws what one of them failed by */
  async end(): Promise<void> {
    await this.#training;
    this.failure.throwIfAborted();
  }

  /** Ends the training under way, if any. */
  async close(): Promise<void> {
    this.#stop.abort(new DOMException("the run has ended", "AbortError"));
    await this.#training;
  }

  /** Generations of the models that the requests without a reply were made of. */
  #underWay(): number[] {
    return [...this.#options.recorder.archive.calls()]
      .filter(({ ended, waiting }) => !ended && !waiting)
      .map(({ call }) => call.modelGeneration ?? call.generation);
  }

  #versionOf(generation: number): number {
    const { continuous, trainer } = this.#options;
    return continuous && trainer ? Math.min(generation, this.#taken) : generation;
  }

  async #takeOn(generation: number, signal: AbortSignal): Promise<void> {
    const { seat, recorder } = this.#options;
    await seat.prepare?.(generation, signal);
    this.#taken = generation;
    const old = this.#underWay().filter((asked) => asked !== generation).length;
    await recorder.record({
      kind: "event",
      level: "info",
      event: "model_taken_on",
      generation,
      taskId: null,
      message: `${seat.modelOf(generation)} is asked from here on; ` +
        `${old} requests under way end on the model they began with`,
    });
  }

  async #relabel(generation: number, signal: AbortSignal): Promise<void> {
    const { directory, recorder, seat } = this.#options;
    if (recorder.archive.noted("shards_sealed", generation)) return;
    await this.#restarting(generation, signal, async () => {
      const relabeler = new Relabeler({
        ...this.#options,
        generation,
        directory: directory.shards(generation),
        baseModel: seat.modelOf(0),
        seed: seat.seed,
      });
      await together(recorder, signal, [relabeler], (run) => [run(relabeler)]);
    });
  }

  async #train(generation: number, backend: TrainerBackend, signal: AbortSignal): Promise<void> {
    const { directory, recorder, now } = this.#options;
    const model = directory.model(generation);
    if (recorder.archive.noted("trained", generation) && isReady(model)) return;
    await this.#restarting(generation, signal, async () => {
      const shards = directory.shards(generation);
      const worker = new Trainer({ generation, shards, model, backend, recorder, now });
      await together(recorder, signal, [worker], (run) => [run(worker)]);
    });
  }

  #restarting<R>(generation: number, signal: AbortSignal, once: () => Promise<R>): Promise<R> {
    const { recorder, delay } = this.#options;
    return restarting(once, { recorder, generation, delay, signal });
  }
}

/** Resolves when `work` has, or rejects with the signal's reason if that comes first. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
