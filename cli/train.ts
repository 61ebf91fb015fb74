/**
 * `soar train`: fits the embedded model to a shard folder.
 *
 * `training.json` names the tasks that were learnt from, those of the manifest and those of the
 * model whose programs the shards hold, so that a run can refuse a model that knows what is measured.
 *
 * @module
 */
import { fitModel, readManifest, readShards, saveWeights, type TaskIdentity } from "../mod.ts";
import { readTrainedOn } from "./trained_on.ts";

/** Options of `soar train`. */
export interface TrainOptions {
  readonly shards: string;
  readonly out: string;
  /** Folder of the fitted model that proposed the shards' programs, if there is one. */
  readonly proposer?: string;
}

/** Fits and writes the model folder, `READY` last. @throws ShardError */
export async function train({ shards, out, proposer }: TrainOptions): Promise<void> {
  const manifest = readManifest(shards);
  const tasks = learntFrom(manifest.tasks, proposer);
  const { weights, loss, rows, skipped } = fitModel(readShards(shards), { seed: manifest.seed });
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
  proposer: string | undefined,
): TaskIdentity[] | undefined {
  const ofProposer = proposer === undefined ? [] : readTrainedOn(proposer);
  if (!ofShards || !ofProposer) return undefined;
  const all = [...ofShards, ...ofProposer];
  const byContent = new Map(all.map((task) => [JSON.stringify(task), task]));
  return [...byContent.values()];
}
