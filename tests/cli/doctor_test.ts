import { assertEquals, assertMatch } from "@std/assert";
import { CommandLine } from "./command.ts";

Deno.test("doctor checks everything a run needs, a line each, and attacks both engines", async () => {
  const { code, stdout, stderr } = await new CommandLine().run("doctor");
  assertEquals(code, 0, stdout + stderr);
  const lines = stdout.trim().split("\n");
  assertEquals(lines.filter((line) => !/^(ok|warning) /.test(line)), []);
  for (const what of ["soar", "deno", "python", "disk", "runs", "endpoint", "api key"]) {
    assertEquals(lines.filter((line) => line.slice(9, 19).trim() === what).length, 1, what);
  }
  assertMatch(stdout, /data +arc-agi-2:evaluation: 120 tasks/);
  for (const engine of ["python", "wasm"]) assertMatch(stdout, RegExp(`sandbox +${engine}: `));
  const attacks = lines.filter((line) => line.slice(9, 19).trim() === "contained");
  assertEquals(attacks.length, 28, "14 attacks on each engine");
});
