/** A row of a shard, for tests. */
import type { RowMeta } from "../../data/shards.ts";

export const META: RowMeta = {
  taskId: "t",
  split: "training",
  programId: "1",
  generation: 0,
  operator: "sample",
  relabelled: false,
  correct: true,
};

/** What a manifest says of a shard as a whole. */
export const HEAD = { generation: 1, baseModel: "base", seed: 7 };

/** A folder for a shard that is not there yet. */
export function shardFolder(): string {
  return `${Deno.makeTempDirSync()}/g001`;
}
