import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ParquetError, readParquet, writeParquet } from "../../data/parquet.ts";

/** Native code is not to be had; that it works where it is, the tests of export and import show. */
const WITHOUT: Deno.TestDefinition["permissions"] = {
  ffi: false,
  read: true,
  write: true,
  env: true,
};

Deno.test({
  name: "writeParquet() where native code does not load says what to do, and leaves nothing behind",
  permissions: WITHOUT,
  async fn() {
    const folder = Deno.makeTempDirSync();
    const error = await assertRejects(
      () => writeParquet(`${folder}/x.parquet`, [{ name: "a", type: "INTEGER" }], [[1]]),
      ParquetError,
    );
    assertStringIncludes(error.message, "Parquet needs the native DuckDB package");
    assertStringIncludes(error.message, "take jsonl or csv instead");
    assertEquals([...Deno.readDirSync(folder)], []);
  },
});

Deno.test({
  name: "readParquet() where native code does not load says so",
  permissions: WITHOUT,
  async fn() {
    await assertRejects(() => Array.fromAsync(readParquet("x.parquet", [])), ParquetError);
  },
});
