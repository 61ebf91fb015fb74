/**
 * `soar train`: fits the embedded model to a shard folder.
 *
 * @module
 */
import { fitModel, readManifest, readShards, saveWeights } from "../mod.ts";

/** Options of `soar train`. */
export interface TrainOptions {
  readonly shards: string;
  readonly out: string;
}

/** Fits and writes the model folder, `READY` last. @throws ShardError */
export async function train({ shards, out }: TrainOptions): Promise<void> {
  const manifest = readManifest(shards);
  const { weights, loss, rows, skipped } = fitModel(readShards(shards), { seed: manifest.seed });
  await Deno.mkdir(out, { recursive: true });
  await saveWeights(out, weights);
  await Deno.writeTextFile(
    `${out}/training.json`,
    JSON.stringify({ rows, skipped, loss }, null, 2) + "\n",
  );
  await Deno.writeTextFile(`${out}/READY`, `${JSON.stringify({ rows: manifest.rows })}\n`);
  console.log(`${rows} rows, loss ${loss.at(-1)?.loss.toFixed(3) ?? "none"}: ${out}`);
}
