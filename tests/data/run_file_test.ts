import { assertEquals, assertThrows } from "@std/assert";
import {
  generationName,
  listRuns,
  NoRunError,
  RunDirectory,
  type RunFile,
} from "../../data/run_directory.ts";

const FILE: RunFile = {
  name: "a",
  runId: "1",
  seed: 1,
  startedAt: "2026-01-01",
  version: "0",
  config: { run: { seed: 1 } },
  status: "running",
  server: { port: 1, token: "t", pid: 2 },
};

Deno.test("RunDirectory keeps everything of a run below its folder", () => {
  const run = new RunDirectory("runs", "a");
  assertEquals(
    [run.path, run.journal, run.submission, run.models, run.shards(0), run.model(12)],
    [
      "runs/a",
      "runs/a/journal",
      "runs/a/submission.json",
      "runs/a/models",
      "runs/a/shards/g000",
      "runs/a/models/g012",
    ],
  );
  assertEquals([generationName(7), generationName(1000)], ["g007", "g1000"]);
});

Deno.test("a run exists from its run.json on, and gives back what was written last", () => {
  const run = new RunDirectory(Deno.makeTempDirSync(), "a");
  assertEquals(run.exists(), false);
  assertThrows(() => run.readRunFile(), NoRunError, `no run at ${run.path}`);
  using _lock = run.lock();
  assertEquals(run.exists(), false, "a folder alone is no run");
  run.writeRunFile(FILE);
  run.writeRunFile({ ...FILE, status: "done", server: null });
  assertEquals([run.exists(), run.readRunFile()], [true, {
    ...FILE,
    status: "done",
    server: null,
  }]);
  assertEquals([...Deno.readDirSync(run.path)].map(({ name }) => name).toSorted(), [
    "lock",
    "run.json",
  ]);
});

Deno.test("a run.json that is damaged hides no other run, and is named when asked for", () => {
  const runs = Deno.makeTempDirSync();
  const [damaged, sound] = ["a", "b"].map((name) => new RunDirectory(runs, name));
  for (const run of [damaged, sound]) run.writeRunFile(FILE);
  Deno.writeTextFileSync(`${damaged.path}/run.json`, "");
  assertEquals(listRuns(runs), ["b"]);
  assertThrows(() => damaged.readRunFile(), SyntaxError, `${damaged.path}/run.json`);
});
