import { assertEquals, assertRejects } from "@std/assert";
import { JournalStore } from "../../data/journal_store.ts";
import { openStore } from "../../data/open_store.ts";
import { StoreError } from "../../data/store_error.ts";
import { writeSnapshot } from "../../data/store_snapshot.ts";
import { journalOf } from "./journal_of.ts";
import { numbered, RUN } from "./store_run.ts";

const SHOWN = ["programs", "tasks", "llm_calls", "learning_curve", "votes", "archive"];

Deno.test("a snapshot opens read-only in the embedded engine and answers as the run's store", async () => {
  const directory = await journalOf(RUN);
  const file = `${Deno.makeTempDirSync()}/run.duckdb`;
  const told = await writeSnapshot(directory, file);
  assertEquals(told, { programs: 7, bytes: Deno.statSync(file).size });
  const snapshot = await openStore({ snapshot: Deno.readFileSync(file) });
  const live = new JournalStore(directory, undefined, { engine: "wasm" });
  for (const table of SHOWN) {
    const sql = `FROM ${table} ORDER BY ALL`;
    const [theirs, ours] = [await snapshot.query(sql), await live.query(sql)];
    assertEquals([theirs.columns, theirs.rows], [ours.columns, ours.rows], table);
  }
  assertEquals(
    (await snapshot.query("SELECT grid(test_input[1]) FROM tasks LIMIT 1")).rows.length,
    1,
  );
  await assertRejects(() => snapshot.ingest(numbered(RUN)), StoreError);
  await assertRejects(() => snapshot.query("DELETE FROM store.programs"), StoreError);
  await assertRejects(() => snapshot.query("FROM read_text('/etc/hostname')"), StoreError);
  await snapshot.close();
  await live.close();
});

Deno.test("what is no snapshot is refused", async () => {
  await assertRejects(
    () => openStore({ snapshot: new Uint8Array(5000) }),
    StoreError,
    "cannot open",
  );
});

Deno.test("a snapshot replaces an older one, and leaves nothing beside it", async () => {
  const folder = Deno.makeTempDirSync();
  await writeSnapshot(await journalOf(RUN.slice(0, 9)), `${folder}/run.duckdb`);
  await writeSnapshot(await journalOf(RUN), `${folder}/run.duckdb`);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["run.duckdb"]);
});

Deno.test("a name that would hide the snapshot's tables is refused", async () => {
  const directory = await journalOf(RUN);
  for (const file of ["store.duckdb", "a/store.db"]) {
    await assertRejects(() => writeSnapshot(directory, file), TypeError, `file ${file}: expected`);
  }
});
