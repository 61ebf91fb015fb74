import { assertEquals, assertThrows } from "@std/assert";
import {
  findRun,
  listRuns,
  NoRunError,
  RunDirectory,
  type RunFile,
  RunLockedError,
} from "../../data/run_directory.ts";

function runFile(name: string, startedAt: string): RunFile {
  const status = "done";
  return { name, runId: "1", seed: 1, startedAt, version: "0", config: {}, status, server: null };
}

Deno.test("the last run is the one begun or gone on with last, whatever its name", () => {
  const runs = Deno.makeTempDirSync();
  for (const [name, at] of [["b", "2026-01-01"], ["a", "2026-02-01"], ["c", "2025-12-01"]]) {
    new RunDirectory(runs, name).writeRunFile(runFile(name, at));
  }
  Deno.mkdirSync(`${runs}/not-a-run`);
  assertEquals(listRuns(runs), ["c", "b", "a"]);
  assertEquals(findRun(runs, undefined).name, "a");
  assertEquals(findRun(runs, "c").name, "c");
  new RunDirectory(runs, "c").writeRunFile({
    ...runFile("c", "2025-12-01"),
    resumedAt: "2026-03-01",
  });
  assertEquals(findRun(runs, undefined).name, "c", "one gone on with later");
  assertThrows(() => findRun(runs, "zzz"), NoRunError, "no run zzz");
  assertThrows(() => findRun(`${runs}/none`, undefined), NoRunError, "deno task soar");
});

Deno.test("a run that was only imported is not the last one, unless there is no other", () => {
  const runs = Deno.makeTempDirSync();
  new RunDirectory(runs, "theirs").writeRunFile({
    ...runFile("theirs", "2026-02-01"),
    imported: true,
  });
  assertEquals(findRun(runs, undefined).name, "theirs");
  new RunDirectory(runs, "mine").writeRunFile(runFile("mine", "2026-01-01"));
  assertEquals(findRun(runs, undefined).name, "mine");
});

Deno.test("run.json is readable by its owner only", () => {
  const run = new RunDirectory(Deno.makeTempDirSync(), "a");
  run.writeRunFile(runFile("a", "2026-01-01"));
  assertEquals(Deno.statSync(`${run.path}/run.json`).mode! & 0o777, 0o600);
});

Deno.test("a run has one writer, until it lets go", () => {
  const run = new RunDirectory(Deno.makeTempDirSync(), "a");
  const lock = run.lock();
  assertThrows(() => run.lock(), RunLockedError, "another process");
  lock[Symbol.dispose]();
  run.lock()[Symbol.dispose]();
});

Deno.test("a run name that would leave the folder is refused", () => {
  for (const name of ["../x", "", ".hidden", "a/b", "x".repeat(65)]) {
    assertThrows(() => new RunDirectory("runs", name), TypeError, "run name");
  }
});
