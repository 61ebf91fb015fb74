/**
 * The programs of a long run as Parquet partitions, read by Polars and by DuckDB's own Python package
 * in place, as one table.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { syntheticRun } from "../../bench/synthetic_run.ts";
import { closedSegments, Journal, readSegment, RunDirectory } from "../../mod.ts";
import { CommandLine } from "./command.ts";

const PROGRAMS = 1200;

/** A finished run of many segments, made without a model. */
async function makeLongRun(runs: string): Promise<RunDirectory> {
  const directory = new RunDirectory(runs, "long");
  directory.writeRunFile({
    name: "long",
    runId: "1",
    seed: 1,
    startedAt: new Date(0).toISOString(),
    version: "test",
    config: {},
    status: "done",
    server: null,
  });
  const journal = Journal.open(directory.journal, 0, { segmentBytes: 300_000 });
  for (const record of syntheticRun(PROGRAMS)) await journal.append(record).written;
  await journal.close();
  return directory;
}

const READ = `
import sys
folder, by = sys.argv[1], sys.argv[2]
if by == "polars":
    import polars
    rows = polars.scan_parquet(folder, hive_partitioning=True)
    found = rows.select(
        polars.len(), polars.col("segment").n_unique(), polars.col("unique_id").n_unique(),
        polars.col("code").str.len_chars().sum(),
        polars.col("correct_train_input").list.len().sum(),
        (polars.col("outcome") == "ok").sum(),
        polars.col("predicted_test_output").list.get(0).list.get(0).list.len().sum(),
    ).collect().row(0)
else:
    import duckdb
    found = duckdb.sql("""
        SELECT count(*), count(DISTINCT segment), count(DISTINCT unique_id), sum(length(code)),
            sum(len(correct_train_input)), count(*) FILTER (outcome = 'ok'),
            sum(len(predicted_test_output[1][1]))
        FROM read_parquet('%s/*/*.parquet', hive_partitioning = true)""" % folder).fetchone()
print([int(number) for number in found])
`;

/** A Python with both packages; null where they cannot be installed. */
async function pythonWith(folder: string): Promise<string | null> {
  const python = `${folder}/bin/python`;
  const runs = async (command: string, ...args: string[]) => {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, options).output()).success;
  };
  if (!await runs("python3", "-m", "venv", folder)) return null;
  const packages = ["polars==1.35.2", "duckdb==1.4.2"];
  return await runs(python, "-m", "pip", "install", "-q", ...packages) ? python : null;
}

Deno.test("partitions hold each program of a run that is done once, for other readers too", async (t) => {
  const line = new CommandLine();
  const directory = await makeLongRun(line.runs);
  const closed = closedSegments(directory.journal);
  assert(closed.length > 2, `${closed.length} closed segments`);
  const all = closedSegments(directory.journal, true);
  assertEquals(all.slice(0, -1), closed);
  let withPrograms = 0;
  for (const { segment, first, last } of all) {
    const records = [...readSegment(directory.journal, segment, () => {})];
    assertEquals([records[0].record.seq, records.at(-1)!.record.seq], [first, last]);
    if (records.some(({ record }) => record.kind === "evaluation")) withPrograms++;
  }
  const folder = `${line.runs}/parts`;
  const out = await line.run("export", "--run", "long", "--partitions", folder);
  assertEquals(out.code, 0, out.stderr);
  assertStringIncludes(out.stderr, `in ${all.length} new partitions`);
  const again = await line.run("export", "--run", "long", "--partitions", folder);
  assertStringIncludes(again.stderr, "0 programs of run long in 0 new partitions");
  await t.step("while the run is live its own file is left alone", async () => {
    await Deno.remove(directory.database);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response(),
    );
    const listed = { port: server.addr.port, token: "x", pid: Deno.pid };
    directory.writeRunFile({ ...directory.readRunFile(), server: listed });
    const live = `${line.runs}/live`;
    const { code, stderr } = await line.run("export", "--run", "long", "--partitions", live);
    await server.shutdown();
    directory.writeRunFile({ ...directory.readRunFile(), server: null });
    assertEquals(code, 0, stderr);
    assertEquals([...Deno.readDirSync(live)].length, closed.length);
    const names = [...Deno.readDirSync(directory.path)].map(({ name }) => name);
    assert(!names.includes("run.duckdb"), `${names}`);
  });
  const asked = await line.run(
    ...["sql", "--run", "long", "--json"],
    `SELECT count(*)::INTEGER AS a, ${withPrograms} AS b, count(DISTINCT unique_id)::INTEGER AS c,
       sum(length(code))::INTEGER AS d, sum(len(correct_train_input))::INTEGER AS e,
       count(*) FILTER (outcome = 'ok')::INTEGER AS f,
       sum(len(predicted_test_output[1][1]))::INTEGER AS g
     FROM programs`,
  );
  assertEquals(asked.code, 0, asked.stderr);
  const expected = Object.values(JSON.parse(asked.stdout)[0]);
  assertEquals(expected[0], PROGRAMS);
  const python = await pythonWith(`${line.runs}/venv`);
  for (const by of ["polars", "duckdb"]) {
    await t.step({
      name: `read by ${by}${python ? "" : " (skipped: pip cannot install it here)"}`,
      ignore: python === null,
      fn: async () => {
        const { success, stdout, stderr } = await new Deno.Command(python!, {
          args: ["-c", READ, folder, by],
        }).output();
        const text = new TextDecoder();
        assert(success, text.decode(stderr));
        assertEquals(JSON.parse(text.decode(stdout)), expected);
      },
    });
  }
});
