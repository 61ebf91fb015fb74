/**
 * Fine-tuning of the model behind an endpoint: who trains, and how the server takes the result on.
 *
 * @module
 */
import { resolve } from "node:path";
import {
  type ContaminationGuard,
  generationName,
  nameAt,
  readManifest,
  realDelay,
  type RunDirectory,
  setAsleep,
  swapIn,
  type SwapModel,
  type SwapOptions,
  type TrainerBackend,
} from "../mod.ts";
import { refuseMeasured } from "./base_model.ts";
import type { Config } from "./config.ts";
import { trainerPython } from "./trainer_venv.ts";
import { trlTrainer } from "./trl_trainer.ts";
import { UsageError } from "./usage_error.ts";
import { userPath } from "./user_path.ts";

/** What a run that fine-tunes has beside its endpoint. */
export interface Tuning {
  readonly trainer: TrainerBackend;
  /** Name to ask a server for a generation's model by; null for the base model. */
  modelOf(server: number, generation: number): string | null;
  /** Has a server take on the model of a generation. */
  prepare(server: number, generation: number, signal: AbortSignal): Promise<void>;
}

/** A server that serves the checkpoint which is trained. */
export interface TunedServer extends Omit<SwapOptions, "delay" | "signal"> {
  /** The checkpoint's name there. */
  readonly name: string;
}

/** Where the model is served, and where the run keeps what was trained. */
export interface TuningPlace {
  /** At least one; all serve the same checkpoint. */
  readonly servers: readonly TunedServer[];
  readonly directory: RunDirectory;
  /** Tasks being measured, which nothing may be learnt from. */
  readonly guard: ContaminationGuard;
  readonly tell: (line: string) => void;
}

/**
 * Null where the configuration names no checkpoint to train.
 *
 * @throws UsageError where the trainer has not been set up, or train.shards must not be learnt from
 * @throws ShardError where train.shards names no shard folder
 */
export async function openTuning(
  { base, swap, sleep, shards, args, python }: Config["train"],
  { servers, directory, guard, tell }: TuningPlace,
): Promise<Tuning | null> {
  if (base === undefined) return null;
  const reaches = servers.map((server) => ({ ...server, delay: realDelay }));
  const trained = (server: number, generation: number): SwapModel => ({
    name: `soar-${directory.name}-${generationName(generation)}`,
    path: resolve(directory.model(generation)),
    base: servers[server].name,
  });
  const trainer = trlTrainer({
    python: python ?? await trainerPython(),
    base,
    shards: shards.map((folder) => checkedShards(folder, guard)),
    // A server that opens folders needs a whole checkpoint.
    args: swap === "path" ? ["--merge", ...args] : args,
    tell,
  });
  return {
    trainer: sleep ? whileAsleep(trainer, reaches) : trainer,
    modelOf: (server, generation) =>
      generation === 0 ? null : nameAt(swap, trained(server, generation)),
    async prepare(server, generation, signal) {
      if (generation === 0) return;
      const model = trained(server, generation);
      tell(`${reaches[server].baseUrl} takes on ${model.name}`);
      await swapIn(swap, model, { ...reaches[server], signal });
    },
  };
}

/**
 * A shard folder of another run, by its absolute path.
 *
 * @throws UsageError where it does not say what it was made of, or that is being measured
 */
function checkedShards(folder: string, guard: ContaminationGuard): string {
  const path = resolve(userPath(folder));
  const { tasks } = readManifest(path);
  if (!tasks) throw new UsageError(`train.shards ${folder}: its manifest names no tasks`);
  refuseMeasured({ folder: path, tasks }, guard);
  return path;
}

/** Trains while the servers sleep, so that they and the trainer can use the same GPUs. */
function whileAsleep(
  trainer: TrainerBackend,
  servers: readonly Omit<SwapOptions, "signal">[],
): TrainerBackend {
  return {
    name: trainer.name,
    async train(shards, model, signal) {
      const all = (asleep: boolean, options: { signal?: AbortSignal }) =>
        Promise.all(servers.map((server) => setAsleep(asleep, { ...server, ...options })));
      try {
        await all(true, { signal });
        await trainer.train(shards, model, signal);
      } finally {
        await all(false, {}); // also when the run is being stopped
      }
    },
  };
}
