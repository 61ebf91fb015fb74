import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openStore } from "../../data/open_store.ts";
import { CommandLine, type Ended } from "./command.ts";

function succeeded({ code, stderr }: Ended): void {
  assertEquals(code, 0, stderr);
}

/** What of an archive has to come through, its own names first. */
const ROWS =
  "SELECT unique_id, task_id, generation, type, parents, model, code, code_hash, outcome, " +
  "predicted_train_output, predicted_test_output, correct_train_input, correct_test_input, " +
  "output_hash, transduction FROM archive ORDER BY unique_id";

Deno.test("export and import: an archive goes out and comes back the same", async (t) => {
  const line = new CommandLine();
  const rows = async (run: string) => {
    const asked = await line.run("sql", "--run", run, "--json", ROWS);
    succeeded(asked);
    return JSON.parse(asked.stdout);
  };
  succeeded(
    await line.run(
      ...["soar", "--run", "a", "--tasks", "sample#5", "--generations", "2"],
      ...["--samples", "12", "--refinements", "8"],
    ),
  );
  const whole = await rows("a");
  assert(whole.length > 50, `${whole.length} rows`);
  const file = (ending: string) => `${line.runs}/archive.${ending}`;

  await t.step("as a snapshot that the embedded engine opens", async () => {
    succeeded(await line.run("export", "--run", "a", "--snapshot", "-o", file("duckdb")));
    const store = await openStore({ snapshot: await Deno.readFile(file("duckdb")) });
    const { rows } = await store.query("SELECT count(*) FROM programs");
    await store.close();
    assertEquals(Number(rows[0][0]), whole.length);
    const wrong = await line.run("export", "--run", "a", "--snapshot", "-o", file("csv"));
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, "ends in .duckdb");
  });

  for (const ending of ["parquet", "jsonl"]) {
    await t.step(`by ${ending}`, async () => {
      const out = await line.run("export", "--run", "a", "--archive", "-o", file(ending));
      succeeded(out);
      assertStringIncludes(out.stderr, `${whole.length} rows of run a`);
      const run = `from-${ending}`;
      succeeded(await line.run("import", file(ending), "--tasks", "sample", "--run", run));
      assertEquals(await rows(run), whole);
    });
  }

  await t.step("what was imported is confirmed and voted by --resume", async () => {
    succeeded(await line.run("soar", "--resume", "from-jsonl"));
    const asked = await line.run(
      ...["sql", "--run", "from-jsonl", "--json"],
      "SELECT count(*) AS n, count(DISTINCT task_id) AS tasks FROM votes WHERE generation = 1 AND attempt = 1",
    );
    assertEquals(JSON.parse(asked.stdout), [{ n: 5, tasks: 5 }]);
    const submission = JSON.parse((await line.run("submit", "from-jsonl")).stdout);
    assertEquals(Object.keys(submission).length, 18);
  });

  await t.step("tables and queries go out too", async () => {
    const csv = `${line.runs}/tasks.csv`;
    succeeded(
      await line.run("export", "--run", "a", "--query", "SELECT 'x' AS a, 1 AS b", "-o", csv),
    );
    assertEquals(Deno.readTextFileSync(csv), "a,b\r\nx,1\r\n");
    const programs = `${line.runs}/programs.jsonl`;
    succeeded(await line.run("export", "--run", "a", "--table", "programs", "-o", programs));
    assertEquals(Deno.readTextFileSync(programs).trim().split("\n").length >= whole.length, true);
  });

  const lines = Deno.readTextFileSync(file("jsonl")).trim().split("\n");
  const first = JSON.parse(lines[0]);
  const made = (name: string, ...rows: unknown[]) => {
    const path = `${line.runs}/${name}.jsonl`;
    Deno.writeTextFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
    return path;
  };

  await t.step("SOAR's own columns are enough; claims are not believed", async () => {
    const { task_id, code, model, predicted_train_output, predicted_test_output } = first;
    const claimed = first.correct_train_input.map((flag: boolean) => !flag);
    const row = { task_id, code, model, predicted_train_output, predicted_test_output };
    const path = made("bare", { ...row, correct_train_input: claimed });
    const ended = await line.run("import", path, "--tasks", "sample", "--run", "bare");
    succeeded(ended);
    assertStringIncludes(ended.stderr, "1 claim a correctness that their outputs do not have");
    const [imported] = await rows("bare");
    assertEquals(imported.correct_train_input, first.correct_train_input);
    assertEquals([imported.code_hash, imported.generation, imported.type], [
      whole.find(({ unique_id }: typeof first) => unique_id === first.unique_id).code_hash,
      0,
      "initial_solution",
    ]);
  });

  await t.step(
    "programs of a measured task are left out; for measuring they may be had",
    async () => {
      const folder = `${line.runs}/mine`;
      Deno.mkdirSync(`${folder}/measured`, { recursive: true });
      Deno.mkdirSync(`${folder}/training`);
      const pair = { input: [[1, 2, 3]], output: [[3, 2, 1]] };
      const task = { train: [pair], test: [{ input: [[4]], output: [[4]] }] };
      // Another id, the same pair.
      Deno.writeTextFileSync(`${folder}/measured/known.json`, JSON.stringify(task));
      Deno.writeTextFileSync(`${folder}/training/copy.json`, JSON.stringify(task));
      const path = made("measured", {
        task_id: "copy",
        code: "def transform(grid): return grid",
        predicted_train_output: [[[3, 2, 1]]],
        predicted_test_output: [[[4]]],
        correct_test_input: [true],
      });
      const guarded = ["--set", `guard.measured=["${folder}/measured"]`];
      const args = ["import", path, "--tasks", `${folder}/training`, ...guarded];
      const refused = await line.run(...args, "--run", "refused");
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr, "1 left out: ");
      assertStringIncludes(refused.stderr, "shares a pair with measured task");
      assertEquals((await line.run("sql", "--run", "refused", "SELECT 1")).code, 3);
      succeeded(await line.run(...args, "--run", "measuring", "--split", "evaluation"));
      const [row] = await rows("measuring");
      assertEquals([row.correct_train_input, row.correct_test_input], [[true], null]);
    },
  );

  const WRONG: [name: string, args: string[], code: number, said: string][] = [
    ["no file", ["import", "none.parquet", "--tasks", "sample"], 2, "no file none.parquet"],
    [
      "no JSON",
      ["import", made("torn", "x").replace("torn", "none"), "--tasks", "sample"],
      2,
      "no file",
    ],
    [
      "a field missing",
      ["import", made("a", { task_id: "x" }), "--tasks", "sample"],
      2,
      "a.jsonl, line 1: ",
    ],
    [
      "too few outputs",
      ["import", made("b", { ...first, predicted_train_output: [] }), "--tasks", "sample"],
      2,
      "predicted_train_output has 0 outputs",
    ],
    [
      "an id twice",
      ["import", made("c", first, first), "--tasks", "sample"],
      2,
      `unique_id ${first.unique_id} comes twice`,
    ],
    [
      "tasks of another set",
      ["import", made("d", { ...first, task_id: "x" }), "--tasks", "sample"],
      2,
      "1 left out: their task is not in --tasks",
    ],
    [
      "a run of that name",
      ["import", file("jsonl"), "--tasks", "sample", "--run", "a"],
      2,
      "run a exists",
    ],
    [
      "two kinds of export",
      ["export", "--archive", "--table", "votes", "-o", "x.csv"],
      2,
      "give one of",
    ],
    [
      "a table that is not there",
      ["export", "--table", "none", "-o", `${line.runs}/x.csv`],
      1,
      "none does not exist",
    ],
    [
      "a table that is SQL",
      ["export", "--table", 'votes"; --', "-o", "x.csv"],
      2,
      "expected a table's name",
    ],
    ["a box", ["export", "--archive", "-o", "x.md"], 2, "expected one of parquet, jsonl, csv"],
    ["no such run", ["export", "--run", "none", "--archive", "-o", "x.csv"], 3, "no run none"],
  ];
  for (const [name, args, code, said] of WRONG) {
    await t.step(`refused: ${name}`, async () => {
      const before = [...Deno.readDirSync(line.runs)].length;
      const ended = await line.run(...args);
      assertEquals(ended.code, code, ended.stderr);
      assertStringIncludes(ended.stderr, said);
      assertEquals([...Deno.readDirSync(line.runs)].length, before, "something was left behind");
    });
  }
});
