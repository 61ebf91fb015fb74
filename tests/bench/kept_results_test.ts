import { assertEquals, assertThrows } from "@std/assert";
import { KeptResults } from "../../bench/kept_results.ts";
import type { RunResult } from "../../bench/run_result.ts";

const RESULT: RunResult = {
  tasks: ["a"],
  solved: [true],
  voted: [false],
  programs: 3,
  filtered: 1,
  duplicates: 0,
  seconds: 1.5,
};

Deno.test("KeptResults gives back what was set, in this process and the next", () => {
  const path = `${Deno.makeTempDirSync()}/results.json`;
  const kept = new KeptResults(path, "full");
  assertEquals([kept.size, kept.get("fit-1")], [0, undefined]);
  kept.set("fit-1", RESULT);
  for (const again of [kept, new KeptResults(path, "full")]) {
    assertEquals([again.size, again.get("fit-1"), again.get("fit-2")], [1, RESULT, undefined]);
  }
});

Deno.test("KeptResults refuses results made otherwise, and files of another format", () => {
  const path = `${Deno.makeTempDirSync()}/results.json`;
  new KeptResults(path, "full").set("fit-1", RESULT);
  assertThrows(
    () => new KeptResults(path, "reduced"),
    RangeError,
    "results of full, not of reduced",
  );
  Deno.writeTextFileSync(path, '{"format":2}');
  assertThrows(() => new KeptResults(path, "full"), RangeError, "format 2, expected 1");
});
