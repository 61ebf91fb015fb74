import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Store } from "../../data/store.ts";
import { StoreError, type StoreErrorReason } from "../../data/store_error.ts";
import { onEachEngine } from "./store_engines.ts";
import { call, evaluation, numbered, reply, RUN, runOpened, task } from "./store_run.ts";

/** Never ends, and yields to its surroundings. */
const ENDLESS =
  "WITH RECURSIVE f AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM f) SELECT count(*) FROM f";

/** Hours of work inside single operators, which yield to nobody. */
const CROSS_JOIN =
  "SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range + b.range = 7";

async function reason(promise: Promise<unknown>): Promise<StoreErrorReason> {
  return (await assertRejects(() => promise, StoreError)).reason;
}

const hostile: [reason: StoreErrorReason, sql: string][] = [
  ["refused", ""],
  ["refused", " ; ;"],
  ["refused", "-- nothing"],
  ["refused", "SELECT 1; SELECT 2"],
  ["refused", "SELECT 1; DROP TABLE events"],
  ["refused", "CREATE TABLE x (i INT)"],
  ["refused", "CREATE TEMP TABLE x (i INT)"],
  ["refused", "CREATE OR REPLACE VIEW programs AS SELECT 1"],
  ["refused", "CREATE MACRO f() AS 1"],
  ["refused", "INSERT INTO events (seq) VALUES (1)"],
  ["refused", "INSERT INTO events (seq) VALUES (1) RETURNING seq"],
  ["refused", "UPDATE events SET seq = 1"],
  ["refused", "DELETE FROM store.programs"],
  ["refused", "TRUNCATE store.programs"],
  ["refused", "DROP TABLE events"],
  ["refused", "ALTER TABLE events ADD COLUMN x INT"],
  ["refused", "COMMENT ON TABLE events IS 'x'"],
  ["refused", "BEGIN"],
  ["refused", "COMMIT"],
  ["refused", "ROLLBACK"],
  ["refused", "CHECKPOINT"],
  ["refused", "VACUUM"],
  ["refused", "USE memory"],
  ["refused", "SET VARIABLE x = 1"],
  ["refused", "SET memory_limit = '10MB'"],
  ["refused", "SET lock_configuration = false"],
  ["refused", "RESET enable_external_access"],
  ["refused", "PRAGMA version"],
  ["refused", "PRAGMA enable_profiling"],
  ["refused", "CALL pragma_version()"],
  ["refused", "PREPARE p AS SELECT 1"],
  ["refused", "ATTACH ':memory:' AS z"],
  ["refused", "ATTACH '/tmp/x.duckdb' AS z"],
  ["refused", "DETACH memory"],
  ["refused", "INSTALL json"],
  ["refused", "LOAD json"],
  ["refused", "EXPLAIN CREATE TABLE x (i INT)"],
  ["refused", "EXPLAIN ANALYZE INSERT INTO events (seq) VALUES (1)"],
  ["refused", "/* é🟦 */ explain /* x */ analyze DELETE FROM events"],
  ["refused", "FROM enable_logging(storage = 'file', storage_path = '/tmp/log')"],
  ["refused", 'FROM system.main."ENABLE_LOGGING" /* x */ ()'],
  ["refused", "FROM query('FROM enable_' || 'logging()')"],
  ["refused", "FROM force_checkpoint()"],
  ["refused", "SELECT write_log('x')"],
  ["sql", "WITH a AS (INSERT INTO events (seq) VALUES (9) RETURNING *) FROM a"],
  ["sql", "SELECT 1) a, (SELECT 2"],
  ["sql", "SELECT 1 /* not closed"],
  ["sql", "SELECT 'not closed"],
  ["sql", "COPY events TO '/tmp/events.csv'"],
  ["sql", "COPY events FROM '/etc/passwd'"],
  ["sql", "EXPORT DATABASE '/tmp/x'"],
  ["sql", "FROM read_csv('/etc/passwd')"],
  ["sql", "FROM read_text('/etc/passwd')"],
  ["sql", "FROM read_blob('https://example.com')"],
  ["sql", "FROM sniff_csv('/etc/passwd')"],
  ["sql", "FROM glob('/*')"],
  ["sql", "FROM '/etc/passwd'"],
  ["sql", "FROM 'data.parquet'"],
  ["sql", "SELECT getenv('HOME')"],
];

onEachEngine(
  "Store.query() refuses what does not read, and changes nothing",
  async ({ openStore, t }) => {
    const store = await openStore();
    await store.ingest(numbered(RUN));
    const state = async () => [
      (await store.query("FROM programs ORDER BY seq")).rows,
      (await store.query("FROM duckdb_settings() ORDER BY name")).rows,
      (await store.query("SELECT table_name FROM duckdb_tables() ORDER BY ALL")).rows,
      (await store.query("SELECT view_name, sql FROM duckdb_views() ORDER BY ALL")).rows,
    ];
    const before = await state();
    for (const [expected, sql] of hostile) {
      await t.step(sql === "" ? "nothing" : sql, async () => {
        assertEquals(await reason(store.query(sql)), expected);
      });
    }
    assertEquals(await state(), before);
    await store.close();
  },
);

const reading: [sql: string, rows: unknown[][]][] = [
  ["SELECT 42;", [[42]]],
  ["SELECT 42 ; ; -- done", [[42]]],
  ["/* é */ SELECT ';' -- c", [[";"]]],
  ["FROM (VALUES (1, 'a'))", [[1, "a"]]],
  ["VALUES (1), (2)", [[1], [2]]],
  ["WITH a AS (SELECT 1 AS x) SELECT x + 1 FROM a", [[2]]],
  ["TABLE learning_curve", []],
  ["(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC", [[2], [1]]],
  ["SELECT 'query' AS query", [["query"]]],
  ["DESCRIBE SELECT 1::UBIGINT AS id", [["id", "UBIGINT", "YES", null, null, null]]],
  ["PIVOT (SELECT 'k' AS k, 3 AS v) ON k IN ('k') USING sum(v)", [[3]]],
  ["SHOW DATABASES", [["memory"]]],
];
onEachEngine(
  "Store.query() answers what reads, however it is written",
  async ({ openStore, t }) => {
    const store = await openStore();
    for (const [sql, expected] of reading) {
      await t.step(sql, async () => assertEquals((await store.query(sql)).rows, expected));
    }
    await store.close();
  },
);

onEachEngine("Store.query() explains, summarizes and shows tables", async ({ openStore }) => {
  const store = await openStore();
  const explained = await store.query("EXPLAIN SELECT range AS answer FROM range(3)");
  assertEquals(explained.columns.map(({ name }) => name), ["explain_key", "explain_value"]);
  assertStringIncludes(String(explained.rows[0][1]), "RANGE");
  const analyzed = await store.query("explain analyze SELECT 42");
  assertStringIncludes(String(analyzed.rows[0][1]), "Total Time");
  assertEquals((await store.query("SUMMARIZE SELECT 1 AS one")).rows[0].slice(0, 2), [
    "one",
    "INTEGER",
  ]);
  assertEquals((await store.query("SHOW TABLES")).rows.flat(), [
    ...["archive", "correct", "diversity", "events", "learning_curve", "llm_calls", "programs"],
    ...[
      "rex_draws",
      "runs",
      "scaling",
      "stage_stats",
      "task_status",
      "tasks",
      "training_data",
      "training_steps",
    ],
    ...["trainings", "votes"],
  ]);
  await store.close();
});

const values: [sql: string, type: string, value: unknown][] = [
  ["18446744073709551615::UBIGINT", "UBIGINT", "18446744073709551615"],
  ["5::UBIGINT", "UBIGINT", "5"],
  ["[1, NULL]::UBIGINT[]", "UBIGINT[]", ["1", null]],
  ["count(*)", "BIGINT", 1],
  ["9007199254740991::BIGINT", "BIGINT", 9007199254740991],
  ["-9007199254740993::BIGINT", "BIGINT", "-9007199254740993"],
  ["sum(7::UINTEGER)", "HUGEINT", 7],
  [
    "-170141183460469231731687303715884105727::HUGEINT",
    "HUGEINT",
    "-170141183460469231731687303715884105727",
  ],
  ["0.5", "DECIMAL(2,1)", 0.5],
  ["-12.05::DECIMAL(38, 10)", "DECIMAL(38,10)", -12.05],
  ["1e300", "DOUBLE", 1e300],
  ["0.25::FLOAT", "FLOAT", 0.25],
  ["true", "BOOLEAN", true],
  ["NULL::VARCHAR", "VARCHAR", null],
  ["'é🟦'", "VARCHAR", "é🟦"],
  ["DATE '1969-12-31'", "DATE", "1969-12-31"],
  ["[DATE '2026-01-02']", "DATE[]", ["2026-01-02"]],
  ["'infinity'::DATE", "DATE", "infinity"],
  ["TIMESTAMP '2026-01-02 03:04:05'", "TIMESTAMP", "2026-01-02T03:04:05.000Z"],
  ["TIMESTAMP '1969-12-31 23:59:59.123456'", "TIMESTAMP", "1969-12-31T23:59:59.123456Z"],
  [
    "TIMESTAMP_NS '2026-01-02 03:04:05.123456789'",
    "TIMESTAMP_NS",
    "2026-01-02T03:04:05.123456789Z",
  ],
  ["'-infinity'::TIMESTAMP", "TIMESTAMP", "-infinity"],
  ["TIME '03:04:05'", "TIME", "03:04:05"],
  ["INTERVAL 3 DAYS", "INTERVAL", "3 days"],
  ["'b'::ENUM('a', 'b')", "ENUM('a', 'b')", "b"],
  ["'\\xAA'::BLOB", "BLOB", "\\xAA"],
  ["[[[1, 2]], NULL]::UTINYINT[][][]", "UTINYINT[][][]", [[[1, 2]], null]],
  ["[]::INT[]", "INTEGER[]", []],
  ["[1, 2]::INT[2]", "INTEGER[2]", [1, 2]],
  ["[true, false]", "BOOLEAN[]", [true, false]],
  ["{'a': [1], 'b': {'c': 'x'}}", "STRUCT(a INTEGER[], b STRUCT(c VARCHAR))", {
    a: [1],
    b: { c: "x" },
  }],
  ["MAP {'k': 5::UBIGINT}", "MAP(VARCHAR, UBIGINT)", { k: "5" }],
];
onEachEngine("Store.query() gives values fit for JSON", async ({ openStore, t }) => {
  const store = await openStore();
  for (const [sql, type, value] of values) {
    await t.step(`${sql} as ${type}`, async () => {
      const { columns, rows } = await store.query(`SELECT ${sql} AS v FROM range(1)`);
      assertEquals([columns, rows], [[{ name: "v", type }], [[value]]]);
    });
  }
  await t.step("every type of DuckDB, at its ends, as JSON", async () => {
    const { columns, rows } = await store.query("FROM test_all_types()");
    assert(columns.length > 50);
    assertEquals(JSON.parse(JSON.stringify(rows)).length, 3);
    assert(rows[2].every((value) => value === null));
  });
  await t.step("columns of the same name", async () => {
    const { columns } = await store.query("SELECT 1 AS a, 2 AS a");
    assertEquals(columns.map(({ name }) => name), ["a", "a_1"]);
  });
  await store.close();
});

onEachEngine(
  "Store.query() returns at most maxRows rows, in order, and says so",
  async ({ openStore }) => {
    const store = await openStore();
    const all = await store.query("FROM range(5000)", { maxRows: 5000 });
    assertEquals([all.rows.length, all.rows[4999], all.truncated], [5000, [4999], false]);
    const some = await store.query("FROM range(1000000000000)", { maxRows: 4999 });
    assertEquals([some.rows.length, some.rows[4998], some.truncated], [4999, [4998], true]);
    const none = await store.query("FROM range(3)", { maxRows: 0 });
    assertEquals([none.rows, none.truncated], [[], true]);
    const empty = await store.query("SELECT 1 AS a WHERE false", { maxRows: 0 });
    assertEquals([empty.rows, empty.truncated, empty.columns.length], [[], false, 1]);
    await store.close();
  },
);

for (const [what, sql] of [["an endless recursion", ENDLESS], ["a huge cross join", CROSS_JOIN]]) {
  onEachEngine(
    `Store.query() stops ${what} at its time limit and answers on`,
    async ({ openStore }) => {
      const store = await openStore();
      const start = performance.now();
      assertEquals(await reason(store.query(sql, { timeoutMs: 200 })), "timeout");
      // Far from the hours it would take; far enough from the limit for a busy machine.
      assert(performance.now() - start < 10_000);
      assertEquals((await store.query("SELECT 42")).rows, [[42]]);
      await store.close();
    },
  );

  onEachEngine(`Store.query() stops ${what} when aborted and answers on`, async ({ openStore }) => {
    const store = await openStore({ concurrency: 2 });
    const abort = new AbortController();
    const stopped = reason(store.query(sql, { signal: abort.signal }));
    abort.abort();
    assertEquals(await stopped, "aborted");
    assertEquals((await store.query("SELECT 42")).rows, [[42]]);
    await store.close();
  });
}

onEachEngine("Store.query() bounds what only a sort can tell", async ({ openStore }) => {
  const store = await openStore();
  const sql = "SELECT list(a.range ORDER BY hash(a.range)) FROM range(1000000) a, range(1000) b";
  assertEquals(await reason(store.query(sql, { timeoutMs: 300 })), "timeout");
  assertEquals((await store.query("SELECT 42")).rows, [[42]]);
  await store.close();
});

onEachEngine("Store takes in records while a query runs, and loses none", async ({ openStore }) => {
  const store = await openStore();
  const abort = new AbortController();
  const running = reason(store.query(ENDLESS, { signal: abort.signal }));
  await store.ingest(numbered([runOpened("run-1"), task("a", ["6"])]));
  for (let i = 0; i < 20; i++) {
    const name = String(i);
    await store.ingest(numbered([
      call(name, 0, "a"),
      reply(name, ["x"]),
      evaluation(name, String(i + 1), {}),
    ], 3 + 3 * i));
    const { rows } = await store.query("SELECT count(*), max(unique_id) FROM programs");
    assertEquals(rows, [[i + 1, String(i + 1)]]);
  }
  abort.abort();
  assertEquals(await running, "aborted");
  await store.close();
});

onEachEngine(
  "Store.query() waits for its turn, and leaves the line when aborted",
  async ({ openStore }) => {
    const store = await openStore({ concurrency: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const running = reason(store.query(ENDLESS, { signal: first.signal }));
    const waiting = reason(store.query("SELECT 1", { signal: second.signal }));
    const last = store.query("SELECT 42");
    second.abort();
    assertEquals(await waiting, "aborted");
    first.abort();
    assertEquals(await running, "aborted");
    assertEquals((await last).rows, [[42]]);
    assertEquals(await reason(store.query("SELECT 1", { signal: AbortSignal.abort() })), "aborted");
    await store.close();
  },
);

/** Copies memory for hours within one row and never looks whether it should stop. */
const DEAF = `SELECT max(levenshtein(repeat('a', 20000), repeat('b', 20000 + range::INT)))
  FROM range(2000)`;

/** Some seconds within one chunk of rows, in which DuckDB calls nothing outside itself. */
const MUTE = "SELECT regexp_matches(repeat('a', 3000000), 'a{1,5}b' || range) FROM range(500)";

for (const [what, sql] of [["cannot be interrupted", DEAF], ["cannot be reached", MUTE]]) {
  onEachEngine(`Store gives the database up with a query that ${what}`, async ({ openStore }) => {
    const store = await openStore({ graceMs: 100 });
    await store.ingest(numbered(RUN));
    // Once with a single row: the first of its kind takes longer, and the limit is to hit the work.
    await store.query(sql.replace(/range\(\d+\)/, "range(1)"), { timeoutMs: 600_000 });
    assertEquals(await reason(store.query(sql, { timeoutMs: 1000 })), "lost");
    assertEquals(await reason(store.query("SELECT 1")), "lost");
    assertEquals(await reason(store.ingest([])), "lost");
    await store.close();
  });
}

onEachEngine("Store.close() fails the calls under way and those after", async ({ openStore }) => {
  const store = await openStore();
  const running = reason(store.query(ENDLESS));
  await store.close();
  assertEquals(await running, "closed");
  assertEquals(await reason(store.query("SELECT 1")), "closed");
  assertEquals(await reason(store.ingest(numbered(RUN))), "closed");
});

onEachEngine("Store refuses bounds that bound nothing", async ({ openStore }) => {
  await assertRejects(() => openStore({ concurrency: 0 }), RangeError, "got 0");
  const store: Store = await openStore();
  await assertRejects(() => store.query("SELECT 1", { timeoutMs: 0 }), RangeError, "got 0");
  await assertRejects(() => store.query("SELECT 1", { maxRows: 1.5 }), RangeError, "got 1.5");
  await store.close();
});

onEachEngine("openStore() keeps to its memory limit", async ({ openStore }) => {
  const store = await openStore({ memoryBytes: 100_000_000 });
  const sql = "SELECT count(DISTINCT hash(range)) FROM range(20000000)";
  assertEquals(await reason(store.query(sql)), "sql");
  assertEquals((await store.query("SELECT 42")).rows, [[42]]);
  await store.close();
});
