/**
 * `soar shards`: checks a shard folder against its manifest.
 *
 * @module
 */
import { readManifest, readShards } from "../mod.ts";

/** Reads every row, so that hash, count and JSON are checked. @throws ShardError */
export function shards(directory: string): void {
  const manifest = readManifest(directory);
  let rows = 0;
  for (const _ of readShards(directory)) rows++;
  const mix = Object.entries(manifest.mix).map(([kind, n]) => `${n} ${kind}`).join(", ");
  console.log(`${rows} rows in ${manifest.files.length} files are as the manifest says (${mix})`);
}
