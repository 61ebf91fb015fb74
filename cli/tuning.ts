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
  /** Name to ask a generation's model by; null for the base model. */
  modelOf(generation: number): string | null;
  prepare(generation: number, signal: AbortSignal): Promise<void>;
}

/** Where the model is served, and where the run keeps what was trained. */
export interface TuningPlace extends Omit<SwapOptions, "delay" | "signal"> {
  /** The base model's name at the endpoint. */
  readonly name: string;
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
  { name, directory, guard, tell, ...reach }: TuningPlace,
): Promise<Tuning | null> {
  if (base === undefined) return null;
  const server = { ...reach, delay: realDelay };
  const trained = (generation: number): SwapModel => ({
    name: `soar-${directory.name}-${generationName(generation)}`,
    path: resolve(directory.model(generation)),
    base: name,
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
    trainer: sleep ? whileAsleep(trainer, server) : trainer,
    modelOf: (generation) => generation === 0 ? null : nameAt(swap, trained(generation)),
    async prepare(generation, signal) {
      if (generation === 0) return;
      tell(`the endpoint takes on ${trained(generation).name}`);
      await swapIn(swap, trained(generation), { ...server, signal });
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

/** Trains while the server sleeps, so that both can use one GPU. */
function whileAsleep(trainer: TrainerBackend, server: SwapOptions): TrainerBackend {
  return {
    name: trainer.name,
    async train(shards, model, signal) {
      await setAsleep(true, { ...server, signal });
      try {
        await trainer.train(shards, model, signal);
      } finally {
        await setAsleep(false, server); // also when the run is being stopped
      }
    },
  };
}
