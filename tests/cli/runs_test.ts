import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listedRuns, sizeText } from "../../cli/runs.ts";
import { folderBytes, RunDirectory } from "../../mod.ts";
import { CommandLine } from "./command.ts";
import { makeEndedRun, makeRun } from "./made_run.ts";

Deno.test("runs ls tells running, ended, interrupted and failed runs apart", async () => {
  const runs = Deno.makeTempDirSync();
  const ended = await makeEndedRun(runs, "ended");
  const killed = await makeEndedRun(runs, "killed");
  const failed = await makeEndedRun(runs, "failed");
  const file = killed.directory.readRunFile();
  // What a SIGKILL leaves: a run file that says running, a server that is gone, no lock.
  killed.directory.writeRunFile({ ...file, status: "running", server: null });
  failed.directory.writeRunFile({ ...file, status: "failed" });
  await using running = await makeRun(runs, "running");
  const listed = listedRuns(runs);
  const states = Object.fromEntries(listed.map(({ name, state }) => [name, state]));
  assertEquals(states, {
    ended: "ended",
    killed: "interrupted",
    failed: "failed",
    running: "running",
  });
  for (const { name, tasks, generations, programs, solved, bytes } of listed) {
    assertEquals([tasks, generations, programs, solved], [2, 2, 5, 1], name);
    assertEquals(bytes > 1000, true);
  }
  assertEquals(folderBytes(ended.directory.path) > folderBytes(ended.directory.journal), true);
  assertEquals(running.directory.exists(), true);
});

Deno.test("runs ls counts again what has grown since it was counted", async () => {
  const runs = Deno.makeTempDirSync();
  await makeEndedRun(runs);
  const counts = () => listedRuns(runs).map(({ programs }) => programs);
  assertEquals([counts(), counts()], [[5], [5]]);
  const segment = `${runs}/a/journal/000001.jsonl`;
  const lines = Deno.readTextFileSync(segment).split("\n");
  Deno.writeTextFileSync(segment, lines.filter((line) => !line.includes('"timeout"')).join("\n"));
  assertEquals(counts(), [4]);
  Deno.writeTextFileSync(`${runs}/a/counts.json`, "not JSON");
  assertEquals(counts(), [4]);
});

Deno.test("runs, by the command", async (t) => {
  const line = new CommandLine();
  await makeEndedRun(line.runs, "one");
  await makeEndedRun(line.runs, "two");
  await using live = await makeRun(line.runs, "live");

  await t.step("ls is a table, or JSON", async () => {
    const { stdout } = await line.run("runs");
    assertMatch(stdout, /^name +started +state +tasks +generations +programs +solved +size\n/);
    assertMatch(stdout, /\none +2026-01-01 00:00:00 +ended +2 +2 +5 +1 +\d+\.\d kB\n/);
    const json = await line.run("runs", "ls", "--json");
    assertEquals(JSON.parse(json.stdout).length, 3);
  });

  const refused: [name: string, args: string[], code: number, said: string][] = [
    ["a running one, and the others with it", ["one", "live", "--yes"], 1, "another process"],
    ["one that is not there, and the others with it", ["one", "none", "--yes"], 3, "no run none"],
    ["a path", ["../x", "--yes"], 3, "no run ../x"],
    ["to remove unasked", ["one"], 2, "--yes"],
  ];
  for (const [name, args, code, said] of refused) {
    await t.step(`rm refuses ${name}`, async () => {
      const ended = await line.run("runs", "rm", ...args);
      assertEquals(ended.code, code, ended.stderr);
      assertStringIncludes(ended.stderr, said);
      assertEquals(new RunDirectory(line.runs, "one").exists(), true);
    });
  }

  await t.step("rm removes what is named, whole", async () => {
    const { code, stderr } = await line.run("runs", "rm", "one", "two", "--yes");
    assertEquals([code, stderr], [0, "removed one\nremoved two\n"]);
    assertEquals([...Deno.readDirSync(line.runs)].map(({ name }) => name), ["live"]);
    assertEquals(live.directory.exists(), true);
  });
});

const SIZES: readonly [bytes: number, text: string][] = [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [2_491_500, "2.5 MB"],
  [3.2e12, "3.2 TB"],
  [5e16, "50000.0 TB"],
];
for (const [bytes, text] of SIZES) {
  Deno.test(`sizeText(${bytes}) is ${text}`, () => assertEquals(sizeText(bytes), text));
}
