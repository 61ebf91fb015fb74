import { assertEquals, assertThrows } from "@std/assert";
import {
  readManifest,
  readShards,
  type RowMeta,
  ShardError,
  ShardWriter,
} from "../../data/shards.ts";
import { HEAD, META, shardFolder } from "./shard_row.ts";

function add(shard: ShardWriter, meta: Partial<RowMeta> = {}): void {
  shard.add({ prompt: [], completion: [] }, { ...META, ...meta });
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).toSorted();
}

Deno.test("ShardWriter counts the mix by operator and kind", () => {
  const directory = shardFolder();
  const shard = new ShardWriter(directory);
  add(shard);
  add(shard, { relabelled: true });
  add(shard, { relabelled: true });
  add(shard, { operator: "refine" });
  assertEquals(shard.seal(HEAD), readManifest(directory));
  assertEquals(readManifest(directory).mix, {
    "sample/correct": 1,
    "sample/relabelled": 2,
    "refine/correct": 1,
  });
});

Deno.test("ShardWriter seals a shard without rows, and leaves no temporary file", () => {
  const directory = shardFolder();
  const manifest = new ShardWriter(directory).seal(HEAD);
  assertEquals([manifest.rows, manifest.files, [...readShards(directory)]], [0, [], []]);
  assertEquals(names(directory), ["manifest.json"]);
});

Deno.test("ShardWriter empties what an earlier attempt left, its manifest too", () => {
  const directory = shardFolder();
  const first = new ShardWriter(directory);
  add(first);
  first.seal(HEAD);
  new ShardWriter(directory);
  assertEquals(names(directory), []);
});

const WRONG: readonly [name: string, from: string, to: string, message: string][] = [
  ["of another format", '"format": 1', '"format": 2', "manifest.json: format 2, expected 1"],
  ["that is no JSON", "{", "", "manifest.json: SyntaxError"],
  [
    "that counts other rows",
    '"rows": 1,\n      "sha',
    '"rows": 2,\n      "sha',
    "1 rows, the manifest says 2",
  ],
];

for (const [name, from, to, message] of WRONG) {
  Deno.test(`readShards() refuses a manifest ${name}`, () => {
    const directory = shardFolder();
    const shard = new ShardWriter(directory);
    add(shard);
    shard.seal(HEAD);
    const path = `${directory}/manifest.json`;
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace(from, to));
    assertThrows(() => [...readShards(directory)], ShardError, message);
  });
}

Deno.test("readShards() gives the rows of sound parts before it refuses a damaged one", () => {
  const directory = shardFolder();
  const shard = new ShardWriter(directory);
  for (let i = 0; i < 4097; i++) add(shard);
  shard.seal(HEAD);
  Deno.writeTextFileSync(`${directory}/part-00001.jsonl`, "{}\n");
  let rows = 0;
  assertThrows(
    () => {
      for (const _ of readShards(directory)) rows++;
    },
    ShardError,
    "part-00001.jsonl: sha256",
  );
  assertEquals(rows, 4096);
});
