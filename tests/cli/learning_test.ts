import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CommandLine } from "./command.ts";

/** What a run of three generations prints at its end. */
async function summary(...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await new CommandLine().run(
    "soar",
    "--run",
    "a",
    "--tasks",
    "arc-agi-1:training#100",
    "--samples",
    "24",
    "--refinements",
    "0",
    "--deterministic",
    ...flags,
  );
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Tasks that the last generation's samples solve beyond the first's. */
function rise(text: string): number {
  const counts = [...text.matchAll(/^ +\d  +[\d,]+ +(\d+) /gm)].map(([, count]) => Number(count));
  assertEquals(counts.length, 3, text);
  return counts[2] - counts[0];
}

Deno.test("generation 2 solves more real tasks than the uniform model, because it was fitted", async () => {
  const fitted = await summary();
  const interval = /paired bootstrap \[([+-]?\d+), ([+-]?\d+)\]/.exec(fitted);
  if (!interval) throw new Error(`no interval in ${fitted}`);
  const low = Number(interval[1]);
  assert(low > 0 && rise(fitted) > low, fitted);
  const unfitted = await summary("--no-fit");
  assertStringIncludes(unfitted, "every generation asked the same model");
  assert(rise(unfitted) < low, unfitted);
});
