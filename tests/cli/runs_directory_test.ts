import { assertEquals, assertThrows } from "@std/assert";
import { main } from "../../cli/main.ts";
import { lockRun } from "../../cli/runs_directory.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { RunDirectory, RunLockedError } from "../../mod.ts";

Deno.test("SOAR_RUNS that names a file is wrong use", async () => {
  Deno.env.set("SOAR_RUNS", Deno.makeTempFileSync());
  try {
    assertEquals(await main(["runs"]), 2);
  } finally {
    Deno.env.delete("SOAR_RUNS");
  }
});

Deno.test("lockRun(): a folder that cannot be written is wrong use, a run in use is not", () => {
  const below = `${Deno.makeTempFileSync()}/runs`;
  const message = `${below}/a cannot be written`;
  assertThrows(() => lockRun(new RunDirectory(below, "a")), UsageError, message);
  const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
  using _held = lockRun(directory);
  assertThrows(() => lockRun(directory), RunLockedError);
});
