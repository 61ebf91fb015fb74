import { assert, assertEquals, assertRejects } from "@std/assert";
import { JournalStore } from "../../data/journal_store.ts";
import { StoreError } from "../../data/store_error.ts";
import { flip, journalOf, note, readAll } from "./journal_of.ts";
import { call, evaluation, reply, RUN, runOpened, task } from "./store_run.ts";

const COUNT = "SELECT count(*) FROM events";

/** A run whose notes take this many megabytes of the store. */
function large(megabytes: number) {
  const text = "0123456789abcdef".repeat(4096);
  return [runOpened("run-1"), ...Array.from({ length: 16 * megabytes }, (_, i) => note(i + text))];
}

Deno.test("a store that fills the embedded engine moves to native, and no answer is lost", async () => {
  const directory = await journalOf(large(20));
  const told: string[] = [];
  const store = new JournalStore(directory, undefined, {
    memoryBytes: 100_000_000,
    tell: (line) => told.push(line),
  });
  assertEquals((await store.query(COUNT)).rows, [[320]]);
  assertEquals([store.engine, told], ["wasm", []]);
  // Asked of the embedded engine and not answered before the move has begun.
  const slow = store.query(
    "SELECT count(*) FROM range(30000) a, range(3000) b WHERE a.range <> b.range",
  );
  await journalOf(large(60).slice(1), { directory });
  assertEquals((await store.query(COUNT)).rows, [[1280]]);
  assertEquals(store.engine, "native");
  assertEquals(told.length, 1);
  assertEquals((await slow).rows, [[89_997_000]]);
  await journalOf([note("later")], { directory });
  assertEquals((await store.query(COUNT)).rows, [[1281]]);
  await store.close();
});

Deno.test("a store that was told to stay on the embedded engine says when memory runs out", async () => {
  const directory = await journalOf(large(120));
  const store = new JournalStore(directory, undefined, {
    engine: "wasm",
    memoryBytes: 100_000_000,
  });
  const error = await assertRejects(() => store.query(COUNT), StoreError, "Out of Memory");
  assert(!error.message.includes("SET "), "advice that no question may follow");
  assertEquals(error.reason, "sql");
  await store.close();
});

Deno.test("a run of many programs starts on native, a small one on the embedded engine", async () => {
  const directory = await journalOf(RUN);
  for (const [expectedPrograms, engine] of [[1_000_001, "native"], [1_000_000, "wasm"]] as const) {
    const store = new JournalStore(directory, undefined, { expectedPrograms });
    assertEquals((await store.query("SELECT count(*) FROM programs")).rows, [[7]]);
    assertEquals(store.engine, engine);
    await store.close();
  }
});

Deno.test({
  name: "a process that may start no other is told so, and stays on the embedded engine",
  permissions: { read: true, write: true, env: true, run: false },
  fn: async () => {
    const directory = await journalOf(RUN);
    const native = new JournalStore(directory, undefined, { engine: "native" });
    const message = "this command may start none (--allow-run)";
    await assertRejects(() => native.query(COUNT), StoreError, message);
    const told: string[] = [];
    const auto = new JournalStore(directory, undefined, {
      expectedPrograms: 2_000_000,
      tell: (line) => told.push(line),
    });
    assertEquals((await auto.query("SELECT count(*) FROM programs")).rows, [[7]]);
    assertEquals(auto.engine, "wasm");
    assert(told[0].includes(message), told[0]);
    await auto.close();
  },
});

/** Counts programs through a store in a file, and the damaged lines that were met in reading. */
async function counted(directory: string, file: string): Promise<[programs: unknown, met: number]> {
  let met = 0;
  const store = new JournalStore(directory, () => met++, { engine: "native", file });
  try {
    return [(await store.query("SELECT count(*) FROM programs")).rows[0][0], met];
  } finally {
    await store.close();
  }
}

Deno.test("a database file is used again while the journal is as it was, and else rebuilt", async () => {
  const directory = await journalOf(RUN);
  const file = `${Deno.makeTempDirSync()}/run.duckdb`;
  // A damaged line is met by whoever reads the journal, and not by whoever takes the file as it is.
  const { location } = readAll(directory).entries.at(-2)!;
  flip(`${directory}/000001.jsonl`, location.offset + 30);
  assertEquals(await counted(directory, file), [7, 1]);
  assertEquals(await counted(directory, file), [7, 0]);
  await journalOf([call("Z", 1, "a"), reply("Z", ["x"]), evaluation("Z", "77", {})], { directory });
  assertEquals(await counted(directory, file), [8, 1]);
  assertEquals(await counted(directory, file), [8, 0]);
  Deno.writeTextFileSync(file, "no database at all");
  assertEquals(await counted(directory, file), [8, 1]);
  const other = await journalOf(RUN);
  assertEquals(await counted(other, file), [7, 0]);
});

Deno.test("a store in a file follows a journal that grows under it", async () => {
  const directory = await journalOf(RUN);
  const file = `${Deno.makeTempDirSync()}/run.duckdb`;
  assertEquals(await counted(directory, file), [7, 0]);
  const store = new JournalStore(directory, undefined, { engine: "native", file });
  const programs = async () => (await store.query("SELECT count(*) FROM programs")).rows[0][0];
  assertEquals(await programs(), 7);
  await journalOf([call("Z", 1, "a"), reply("Z", ["x"])], { directory });
  assertEquals(await programs(), 7);
  await journalOf([evaluation("Z", "77", {})], { directory });
  assertEquals(await programs(), 8);
  await store.close();
});

Deno.test("two processes on one file: the second works in memory", async () => {
  const directory = await journalOf(RUN);
  const file = `${Deno.makeTempDirSync()}/run.duckdb`;
  const stores = [0, 1].map(() =>
    new JournalStore(directory, undefined, { engine: "native", file })
  );
  for (const store of stores) {
    assertEquals((await store.query("SELECT count(*) FROM programs")).rows, [[7]]);
  }
  for (const store of stores) await store.close();
  assertEquals(await counted(directory, file), [7, 0]);
});

Deno.test("a database that is lost with a query is built anew for the next", async () => {
  const directory = await journalOf([runOpened("run-1"), task("a", ["6"])]);
  const deaf =
    "SELECT max(levenshtein(repeat('a', 30000), repeat('b', 30000 + range::INT))) FROM range(2000)";
  const store = new JournalStore(directory, undefined, { engine: "native" });
  const error = await assertRejects(() => store.query(deaf, { timeoutMs: 200 }), StoreError);
  assertEquals(error.reason, "lost");
  assertEquals((await store.query("SELECT count(*) FROM tasks")).rows, [[1]]);
  await store.close();
});
