import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CommandLine } from "./command.ts";
import { until } from "../until.ts";
import { figure, makeEndedRun, makeRun } from "./made_run.ts";
import { serveSlowRun } from "./slow_run.ts";

/** Hours of work. */
const CROSS_JOIN =
  "SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range + b.range = 7";

const WRONG: readonly [name: string, args: string[], code: number, said: string][] = [
  ["a column that is not there", ["SELECT 1,\n  nonsense"], 1, "LINE 2:   nonsense\n          ^"],
  [
    "a syntax error",
    ["SELECT 1 frm x y z"],
    1,
    'near "x"\n\nLINE 1: SELECT 1 frm x y z\n                     ^\n',
  ],
  ["a named query that is not there", ["@none"], 2, "no query @none; there are @learning_curve"],
  ["a value that does not fit", ["@near_misses", "many"], 2, "limit: expected a whole number"],
  ["a value too many", ["@failures", "m", "n"], 2, "@failures takes these values: model"],
  ["values of a query of one's own", ["SELECT", "1"], 2, "quote a query"],
  ["a format that is not there", ["SELECT 1", "--format", "xml"], 2, "Allowed choices are box"],
  ["Parquet to the terminal", ["SELECT 1", "--format", "parquet"], 2, "give a file by -o"],
  ["a file whose ending says nothing", ["SELECT 1", "-o", "x.txt"], 2, "its ending says no format"],
  ["a folder that is not there", ["SELECT 1", "-o", "/nowhere/x.csv"], 2, "no folder /nowhere"],
  ["a query file that is not there", ["-f", "none.sql"], 2, "no file none.sql"],
  ["no such run", ["--run", "none", "SELECT 1"], 3, "no run none"],
  ["more time than there is", ["--timeout", "1", CROSS_JOIN], 1, "took longer than 1000 ms"],
];

Deno.test("sql on a live run", async (t) => {
  const line = new CommandLine();
  await using run = await makeRun(line.runs);
  const { half, solved, late } = run.programs;

  await t.step("is csv where no terminal reads, and says nothing beside it", async () => {
    const ended = await line.run("sql", `SELECT 1 AS id, 'a,"b"' AS said`);
    assertEquals([ended.code, ended.stdout, ended.stderr], [0, 'id,said\r\n1,"a,""b"""\r\n', ""]);
  });

  await t.step("is an array of row objects with --json", async () => {
    const ended = await line.run(
      "sql",
      "--json",
      "SELECT task_id, count(*) AS n FROM programs GROUP BY ALL ORDER BY n",
    );
    assertEquals(ended.stdout, '[{"task_id":"b","n":1},{"task_id":"a","n":4}]\n');
  });

  await t.step("is a box when asked, with what ran on standard error", async () => {
    const ended = await line.run("sql", "--format", "box", "SELECT 7 AS seven");
    assertEquals(ended.stdout, "┌───────┐\n│ seven │\n├───────┤\n│     7 │\n└───────┘\n");
    assertMatch(ended.stderr, /^1 row, \d+ ms, run a\n$/);
  });

  await t.step("takes the query from a file and from standard input", async () => {
    const file = `${line.runs}/query.sql`;
    Deno.writeTextFileSync(file, "SELECT count(*) AS n\nFROM programs -- all");
    assertEquals((await line.run("sql", "-f", file)).stdout, "n\r\n5\r\n");
    assertEquals((await line.runWith("SELECT 8 AS n", "sql", "-")).stdout, "n\r\n8\r\n");
  });

  await t.step("takes a value for a named query, which stays a value", async () => {
    const found = await line.run("sql", "--json", "@program", late.id);
    const [{ outcome, code }] = JSON.parse(found.stdout);
    assertEquals([outcome, code], ["timeout", "late\n"]);
    const lineage = await line.run("sql", "--json", "@lineage", "a");
    const ids = JSON.parse(lineage.stdout).map((row: { unique_id: string }) => row.unique_id);
    assertEquals(ids, [half.id, solved.id]);
    const hostile = await line.run("sql", "--json", "@lineage", "a' OR '1' = '1");
    assertEquals(hostile.stdout, "[]\n");
  });

  await t.step("writes a file in the form of its ending", async () => {
    const query = "SELECT unique_id, predicted_test_output FROM programs ORDER BY seq";
    const parquet = `${line.runs}/programs.parquet`;
    const written = await line.run("sql", query, "-o", parquet);
    assertEquals([written.code, written.stdout], [0, ""], written.stderr);
    assertStringIncludes(written.stderr, "5 rows");
    assertEquals(new TextDecoder().decode(Deno.readFileSync(parquet).slice(0, 4)), "PAR1");
    const lines = `${line.runs}/programs.jsonl`;
    assertEquals((await line.run("sql", query, "-o", lines)).code, 0);
    const [first] = Deno.readTextFileSync(lines).split("\n");
    assertEquals(JSON.parse(first), { unique_id: half.id, predicted_test_output: [[[9]]] });
  });

  for (const [name, args, code, said] of WRONG) {
    await t.step(`refuses ${name}`, async () => {
      const ended = await line.run("sql", ...args);
      assertEquals([ended.code, ended.stdout], [code, ""], ended.stderr);
      assertStringIncludes(ended.stderr, said);
      assertEquals((ended.stderr.match(/LINE 1/g)?.length ?? 0) <= 1, true, ended.stderr);
    });
  }
});

Deno.test("sql on a run that has ended: the same answers and refusals, over its journal", async () => {
  const line = new CommandLine();
  await makeEndedRun(line.runs);
  const counted = await line.run(
    "sql",
    "SELECT status, (SELECT count(*) FROM programs) AS n FROM runs",
  );
  assertEquals(counted.stdout, "status,n\r\ndone,5\r\n");
  const wrong = await line.run("sql", "SELECT 1,\n  nonsense");
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.stderr, "LINE 2:   nonsense\n          ^");
});

Deno.test("sql that waits long for the journal to be read says so, beside its answer", async () => {
  const line = new CommandLine();
  await using run = serveSlowRun(line.runs, { bytes: 1e8, ofBytes: 5e8, ms: 12_000 });
  run.go();
  const { code, stdout, stderr } = await line.run("sql", "SELECT 1 AS n");
  assertEquals([code, stdout, stderr], [
    0,
    "n\r\n1\r\n",
    "reading the journal: 20 % of 500 MB, about 48 s left\n",
  ]);
});

Deno.test("sql --schema needs no run, and help begins with examples", async () => {
  const line = new CommandLine();
  const all = await line.run("sql", "--schema");
  for (const name of ["programs — ", "learning_curve — ", "grid(g)"]) {
    assertStringIncludes(all.stdout, name);
  }
  const none = await line.run("sql", "--schema", "none");
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "no such table; there are programs");
  for (const command of ["sql", "tail", "runs", "export", "import"]) {
    const { code, stdout } = await line.run(command, "--help");
    assertEquals(code, 0);
    assert(stdout.startsWith(`  deno task ${command}`), stdout);
  }
});

/** Never ends by itself. */
const ENDLESS =
  "WITH RECURSIVE f AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM f) SELECT count(*) FROM f";

Deno.test("sql on a live run: Ctrl-C exits with 130 and ends the query in the run's process", async () => {
  const line = new CommandLine();
  await using run = await makeRun(line.runs);
  const { pid, ended } = line.start("sql", ENDLESS);
  const running = () => figure(run, "soar_sql_queries_running");
  await until("a query runs", async () => await running() === 1);
  Deno.kill(pid, "SIGINT");
  assertEquals((await ended).code, 130);
  await until("no query runs", async () => await running() === 0);
  const counted = await line.run("sql", "SELECT count(*) AS n FROM programs");
  assertEquals(counted.stdout, "n\r\n5\r\n");
});
