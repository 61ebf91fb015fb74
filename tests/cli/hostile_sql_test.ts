/**
 * Hostile SQL by the ways a user has, on a live run and on one that has ended: it is refused or
 * bounded, and the run answers on.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AskedRun, QueryError } from "../../cli/ask_run.ts";
import { makeEndedRun, makeRun } from "./made_run.ts";

const CANARY = "a secret of this machine";

/** Statements by what they would do; `$FILE` holds {@link CANARY}, `$TARGET` must not come to be. */
const REFUSED: readonly string[] = [
  "FROM read_text('$FILE')",
  "FROM read_csv('$FILE')",
  "FROM read_blob('$FILE')",
  "FROM '$FILE'",
  "FROM glob('/*')",
  "FROM read_parquet('https://example.com/x.parquet')",
  "FROM read_csv('http://127.0.0.1:1/x.csv')",
  "COPY programs TO '$TARGET'",
  "COPY (SELECT 1) TO '$TARGET' (FORMAT csv)",
  "EXPORT DATABASE '$TARGET'",
  "ATTACH '$TARGET' AS other",
  "ATTACH '$FILE' AS other (READ_ONLY)",
  "INSTALL httpfs",
  "LOAD httpfs",
  "SET enable_external_access = true",
  "SET threads = 64",
  "RESET lock_configuration",
  "PRAGMA database_list",
  "PRAGMA enable_profiling",
  "CALL enable_logging()",
  "FROM enable_logging(storage = 'file', storage_path = '$TARGET')",
  "SELECT getenv('HOME')",
  "SELECT 1; DROP TABLE events",
  "SELECT 1; SELECT 2",
  "DROP VIEW programs",
  "DELETE FROM store.programs",
  "INSERT INTO events (seq) VALUES (1)",
  "CREATE TABLE x AS SELECT 1",
  "BEGIN",
  "",
];

/** What never ends, or would not fit. */
const BOUNDED: readonly [name: string, sql: string][] = [
  [
    "an endless recursion",
    "WITH RECURSIVE f AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM f) SELECT count(*) FROM f",
  ],
  [
    "a huge cross join",
    "SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range + b.range = 7",
  ],
  ["a huge result", "SELECT repeat('x', 1000000) FROM range(1000000000)"],
  ["a huge value", "SELECT list(range) FROM range(100000000000)"],
  [
    "a huge sort",
    "SELECT max(a) FROM (SELECT hash(range) AS a FROM range(100000000000) ORDER BY a)",
  ],
];

for (const state of ["live", "ended", "ended, on the native engine"] as const) {
  Deno.test(`hostile SQL on a run that is ${state}`, async (t) => {
    const runs = Deno.makeTempDirSync();
    const file = `${runs}/secret.txt`;
    const target = `${runs}/target`;
    Deno.writeTextFileSync(file, CANARY);
    await using made = state === "live" ? await makeRun(runs) : null;
    const directory = made?.directory ?? (await makeEndedRun(runs)).directory;
    const native = state.includes("native");
    if (native) {
      const config = { store: { engine: "native" } };
      directory.writeRunFile({ ...directory.readRunFile(), config });
    }
    await using run = new AskedRun(directory);
    const count = async () => (await run.query("SELECT count(*) FROM programs")).rows;

    assertEquals(await count(), [[5]]);
    for (const text of REFUSED) {
      await t.step(text === "" ? "nothing" : text, async () => {
        const sql = text.replace("$FILE", file).replace("$TARGET", target);
        const error = await assertRejects(() => run.query(sql), QueryError);
        assert(!error.message.includes(CANARY), error.message);
      });
    }
    for (const [name, sql] of BOUNDED) {
      // Its memory is the machine's, which others are using.
      if (native && name.startsWith("a huge")) continue;
      await t.step(name, async () => {
        await assertRejects(() => run.query(sql, { timeoutMs: 500 }), QueryError);
      });
    }
    await t.step("left nothing behind, and the run answers on", async () => {
      assertEquals([...Deno.readDirSync(runs)].map(({ name }) => name).sort(), ["a", "secret.txt"]);
      assertEquals(await count(), [[5]]);
    });
  });
}
