import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isGrid } from "../../data/grid.ts";
import { readBallots } from "../../data/ballot_files.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { readShards } from "../../data/shards.ts";
import { CommandLine, type Ended } from "./command.ts";

/** A run of seconds: two generations over the bundled tasks. */
const SMALL = ["--tasks", "sample", "--generations", "2", "--samples", "12", "--refinements", "4"];

function succeeded({ code, stderr }: Ended): void {
  assertEquals(code, 0, stderr);
}

Deno.test("a run on the sample tasks, from the first command to every question about it", async (t) => {
  const line = new CommandLine();
  const ended = await line.run("soar", "--run", "a", ...SMALL);

  await t.step("it ends with a table, where the run is and what to try next", () => {
    succeeded(ended);
    assertStringIncludes(ended.stdout, "by sampling");
    assertStringIncludes(ended.stdout, "95 % paired bootstrap");
    assertStringIncludes(ended.stdout, `${line.runs}/a/submission.json`);
    assertEquals(ended.stdout.match(/deno task (tail|sql)/g)?.length, 3);
  });

  await t.step("progress has a line for each stage", () => {
    for (const stage of ["search with embedded-g000", "relabel: ", "fit: ", "vote: "]) {
      assertStringIncludes(ended.stderr, stage);
    }
  });

  await t.step("sql counts every program", async () => {
    const asked = await line.run("sql", "--json", "select count(*) as n from programs");
    succeeded(asked);
    const [{ n }] = JSON.parse(asked.stdout);
    assert(Number(n) >= 18 * 2 * 12 && Number(n) <= 18 * 2 * 16, `${n} programs`);
  });

  await t.step("the learning curve has a row a generation over all tasks", async () => {
    const asked = await line.run("sql", "--json", "FROM learning_curve");
    const rows = JSON.parse(asked.stdout);
    assertEquals(rows.map((row: { generation: number }) => row.generation), [0, 1]);
    assertEquals(rows.map((row: { tasks: unknown }) => Number(row.tasks)), [18, 18]);
  });

  await t.step("queries are listed and run by name", async () => {
    const listed = await line.run("sql", "--examples");
    const names = [...listed.stdout.matchAll(/^@(\w+)/gm)].map(([, name]) => name);
    assert(names.length >= 12);
    for (const name of ["lineage", "failures"]) succeeded(await line.run("sql", `@${name}`));
  });

  await t.step("tail shows the last candidates and ends", async () => {
    const shown = await line.run("tail", "--no-follow", "-n", "3");
    succeeded(shown);
    assertEquals(shown.stdout.trim().split("\n").length, 3);
    assertMatch(shown.stdout, /#\d+ .*g1 .*train \d\/\d/);
    const json = await line.run("tail", "--no-follow", "-n", "2", "--json", "--solved");
    for (const view of json.stdout.trim().split("\n")) assertEquals(JSON.parse(view).solved, true);
  });

  await t.step("it keeps what a vote reads, and says that it has no i.i.d. arm", async () => {
    assertStringIncludes(ended.stdout, "i.i.d. arm (as many programs sampled alone): none");
    const run = new RunDirectory(line.runs, "a");
    const { segmentsRead, ballots } = await readBallots(run, { withSources: true });
    assertEquals([segmentsRead, ballots.tasks().length], [0, 18]);
  });

  await t.step("submit writes what the run wrote, in Kaggle's form", async () => {
    const submitted = await line.run("submit");
    succeeded(submitted);
    assertEquals(
      submitted.stdout,
      Deno.readTextFileSync(`${line.runs}/a/submission.json`),
    );
    const submission: Record<string, Record<string, unknown>[]> = JSON.parse(submitted.stdout);
    assertEquals(Object.keys(submission).length, 18);
    for (const answers of Object.values(submission)) {
      for (const { attempt_1, attempt_2 } of answers) {
        assert(isGrid(attempt_1) && isGrid(attempt_2));
      }
    }
  });

  await t.step("the shards are as their manifest says", async () => {
    succeeded(await line.run("shards", `${line.runs}/a/shards/g001`));
    assert([...readShards(`${line.runs}/a/shards/g001`)].length > 18);
  });

  await t.step("a run of that name is not begun again", async () => {
    const again = await line.run("soar", "--run", "a", ...SMALL);
    assertEquals(again.code, 2);
    assertStringIncludes(again.stderr, "--resume a");
  });
});

Deno.test("kill -9 and --resume: the same archive as undisturbed", async () => {
  const line = new CommandLine();
  const query =
    "select unique_id, parents, code_hash, outcome, output_hash, correct_train_input, " +
    "correct_test_input from programs order by unique_id";
  const rows = async (run: string) => {
    const asked = await line.run("sql", "--run", run, "--json", query);
    succeeded(asked);
    return JSON.parse(asked.stdout);
  };
  succeeded(await line.run("soar", "--run", "whole", "--deterministic", ...SMALL));
  const whole = await rows("whole");
  for (const bytes of [60_000, 250_000]) {
    const run = `killed-${bytes}`;
    const { pid, ended } = line.start("soar", "--run", run, "--deterministic", ...SMALL);
    await line.grown(run, bytes, ended);
    Deno.kill(pid, "SIGKILL");
    assertEquals((await ended).signal, "SIGKILL");
    succeeded(await line.run("soar", "--resume", run));
    assertEquals(await rows(run), whole);
  }
});

Deno.test("Ctrl-C: exit 130, how to go on, and it goes on; meanwhile nobody else writes the run", async () => {
  const line = new CommandLine();
  const { pid, ended } = line.start("soar", "--run", "a", ...SMALL);
  await line.grown("a", 60_000, ended);
  const second = await line.run("soar", "--resume", "a");
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "being written by another process");
  Deno.kill(pid, "SIGINT");
  const { code, stderr } = await ended;
  assertEquals(code, 130, stderr);
  assertStringIncludes(stderr, "--resume a");
  succeeded(await line.run("soar", "--resume", "a"));
});

Deno.test("tail and sql on a run while it runs", async () => {
  const line = new CommandLine();
  const { pid, ended } = line.start("soar", "--run", "a", ...SMALL, "--samples", "200");
  await line.grown("a", 100_000, ended);
  const tail = line.start("tail", "-n", "1", "--json");
  const asked = await line.run("sql", "--json", "select count(*) n from programs");
  succeeded(asked);
  assert(Number(JSON.parse(asked.stdout)[0].n) > 0);
  Deno.kill(pid, "SIGINT");
  assertEquals((await ended).code, 130);
  const { code, stdout } = await tail.ended;
  assertEquals(code, 0);
  const seqs = stdout.trim().split("\n").map((text) => JSON.parse(text).seq);
  assert(seqs.length > 1);
  assertEquals(seqs, seqs.toSorted((a, b) => a - b));
});

const WRONG: readonly [name: string, args: string[], code: number, said: string][] = [
  ["an unknown option", ["soar", "--frobnicate"], 2, "unknown option"],
  ["an unknown command", ["sqll", "x"], 2, "soar"],
  ["an unknown task set", ["soar", "--tasks", "nowhere"], 2, "nowhere"],
  ["an unknown task", ["soar", "--tasks", "sample#none"], 3, "none"],
  ["an unknown field", ["soar", "--set", "rex.d=1"], 2, "unknown field rex.d"],
  ["an endpoint without a model", ["soar", "--endpoint", "http://127.0.0.1:1/v1"], 2, "--model"],
  ["no run at all", ["sql", "select 1"], 3, "deno task soar"],
  ["no such command", ["tial"], 2, "no command tial (did you mean tail?)"],
  ["no such run", ["tail", "--run", "none"], 3, "no run none"],
  ["no such named query", ["sql", "@none"], 3, "no run"],
  ["no such file", ["exec", "none.jsonl", "--tasks", "sample"], 2, "none.jsonl"],
];

for (const [name, args, code, said] of WRONG) {
  Deno.test(`wrong use: ${name}`, async () => {
    const ended = await new CommandLine().run(...args);
    assertEquals(ended.code, code, ended.stderr);
    assertStringIncludes(ended.stderr, said);
    assert(!ended.stderr.includes("    at "), "a stack trace was shown");
  });
}

/** The command where there is no Python, in a folder of its own. */
async function withoutPython(...args: string[]): Promise<Ended & { folder: string }> {
  const folder = Deno.makeTempDirSync();
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "-A",
      new URL("../../cli/main.ts", import.meta.url).href,
      ...args,
    ],
    cwd: folder,
    env: { SOAR_PYTHON: "no-such-python", SOAR_RUNS: folder, SOAR_HOME: folder },
    stderr: "piped",
    stdout: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, signal, stdout: text(stdout), stderr: text(stderr), folder };
}

Deno.test("without Python, the python sandbox or its data: the remedy is said in one line", async () => {
  const sandbox = await withoutPython("soar", "--set", "sandbox.engine=python");
  assertEquals(sandbox.code, 2);
  assertMatch(
    sandbox.stderr,
    /^soar: no no-such-python on PATH: install Python 3\.10 or later with venv$/,
  );
  const data = await withoutPython("soar", "--tasks", "arc-agi-1:training");
  assertEquals(data.code, 2);
  assertMatch(data.stderr, /install Python 3\.10 or later with venv, or take --tasks sample$/);
});

Deno.test("without Python the run is on the sample tasks, in wasm cells, and says so", async () => {
  const ended = await withoutPython(
    "soar",
    "--run",
    "a",
    "--generations",
    "1",
    "--samples",
    "4",
    "--refinements",
    "0",
  );
  succeeded(ended);
  assertStringIncludes(ended.stderr, "going on without: wasm cells, no numpy");
  assertStringIncludes(ended.stderr, "18 tasks of sample");
  assertStringIncludes(ended.stderr, "sandbox wasm");
  assertMatch(ended.stdout, /0 +72 /);
});
