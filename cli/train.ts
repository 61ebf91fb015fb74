/**
 * `soar train`: fits the embedded model to a shard folder, or to the pool of several runs (SOAR
 * section 4), whose shards are then kept beside the weights.
 *
 * `training.json` names the tasks that were learnt from, those of the manifest and those of the
 * model whose programs the shards hold, so that a run can refuse a model that knows what is measured.
 *
 * @module
 */
import {
  fitModel,
  isReady,
  loadWeights,
  readManifest,
  readShards,
  type RunDirectory,
  saveWeights,
  type TaskIdentity,
} from "../mod.ts";
import { writePoolShards } from "./pool_shards.ts";
import { readTrainedOn } from "./trained_on.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar train`. */
export interface TrainOptions {
  readonly shards?: string;
  /** Names of runs, joined by commas, in place of `shards`. */
  readonly pool?: string;
  readonly out: string;
  /** Folder of the fitted model that proposed the shards' programs, where the fit starts. */
  readonly proposer?: string;
}

/**
 * Fits and writes the model folder, `READY` last.
 *
 * @throws ShardError
 * @throws UsageError unless one of `shards` and `pool` is given
 * @throws NoRunError
 */
export async function train({ shards: given, pool, out, proposer }: TrainOptions): Promise<void> {
  if ((given === undefined) === (pool === undefined)) {
    throw new UsageError("train: expected one of --shards and --pool");
  }
  const proposers = proposer === undefined ? [] : [proposer];
  const shards = given ?? `${out}/shards`;
  if (pool !== undefined) {
    const { runs, refused } = await writePoolShards(pool.split(","), shards);
    proposers.push(...runs.flatMap(modelsOf));
    if (refused > 0) console.error(`${refused} tasks kept out as they are being measured`);
  }
  const manifest = readManifest(shards);
  const tasks = learntFrom(manifest.tasks, proposers);
  const base = proposer === undefined ? undefined : await loadWeights(proposer);
  const options = { seed: manifest.seed, base };
  const { weights, loss, rows, skipped } = fitModel(readShards(shards), options);
  await Deno.mkdir(out, { recursive: true });
  await saveWeights(out, weights);
  await Deno.writeTextFile(
    `${out}/training.json`,
    JSON.stringify({ rows, skipped, loss, tasks }, null, 2) + "\n",
  );
  await Deno.writeTextFile(`${out}/READY`, `${JSON.stringify({ rows: manifest.rows })}\n`);
  console.log(`${rows} rows, loss ${loss.at(-1)?.loss.toFixed(3) ?? "none"}: ${out}`);
}

/** All tasks behind a fit; undefined where one of its sources does not say. */
function learntFrom(
  ofShards: readonly TaskIdentity[] | undefined,
  proposers: readonly string[],
): TaskIdentity[] | undefined {
  const lists = [ofShards, ...proposers.map(readTrainedOn)];
  if (!lists.every((list) => list != null)) return undefined;
  const all = lists.flat();
  const byContent = new Map(all.map((task) => [JSON.stringify(task), task]));
  return [...byContent.values()];
}

/** The models whose programs a run holds. */
function modelsOf(run: RunDirectory): string[] {
  return Array.from({ length: 256 }, (_, generation) => run.model(generation)).filter(isReady);
}
