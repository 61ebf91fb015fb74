import { assertEquals, assertThrows } from "@std/assert";
import {
  readManifest,
  readShards,
  type RowMeta,
  ShardError,
  ShardWriter,
} from "../../data/shards.ts";
import { HEAD, META, shardFolder } from "./shard_row.ts";

const RELABELLED: RowMeta = { ...META, relabelled: true, correct: false };

function writeShard(rows: number): string {
  const directory = shardFolder();
  const shard = new ShardWriter(directory);
  for (let i = 0; i < rows; i++) {
    shard.add({
      prompt: [{ role: "user", content: `q${i}` }],
      completion: [{ role: "assistant", content: `a${i}` }],
    }, RELABELLED);
  }
  shard.seal(HEAD);
  return directory;
}

Deno.test("a sealed shard gives back its rows over several parts, as the manifest counts them", () => {
  const directory = writeShard(5000);
  const rows = [...readShards(directory)];
  assertEquals(rows.length, 5000);
  assertEquals(rows[4999].prompt[0].content, "q4999");
  assertEquals(JSON.parse(rows[0].meta), RELABELLED);
  const { files, mix, ...head } = readManifest(directory);
  assertEquals(files.map(({ rows }) => rows), [4096, 904]);
  assertEquals(mix, { "sample/relabelled": 5000 });
  assertEquals(head, { format: 1, ...HEAD, rows: 5000 });
});

Deno.test("a part that was changed after sealing is refused by name", () => {
  const directory = writeShard(3);
  const part = `${directory}/part-00000.jsonl`;
  Deno.writeTextFileSync(part, Deno.readTextFileSync(part).replace("q1", "q9"));
  assertThrows(() => [...readShards(directory)], ShardError, "part-00000.jsonl: sha256");
});

Deno.test("a shard without a manifest does not count", () => {
  const directory = shardFolder();
  new ShardWriter(directory).add({ prompt: [], completion: [] }, RELABELLED);
  assertThrows(() => [...readShards(directory)], ShardError, "manifest.json");
});
