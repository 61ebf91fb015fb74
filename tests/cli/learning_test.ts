import { assert, assertEquals } from "@std/assert";
import { CommandLine } from "./command.ts";

/** The interval printed for the last generation against the first. */
async function gain(...flags: string[]): Promise<{ low: number; high: number; text: string }> {
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
  const match = /paired bootstrap \[([+-]?\d+), ([+-]?\d+)\]/.exec(stdout);
  if (!match) throw new Error(`no interval in ${stdout}`);
  return { low: Number(match[1]), high: Number(match[2]), text: stdout };
}

Deno.test("generation 2 solves more real tasks than the uniform model, because it was fitted", async () => {
  const fitted = await gain();
  assert(fitted.low > 0, fitted.text);
  const unfitted = await gain("--no-fit");
  assert(unfitted.low <= 0 && unfitted.high >= 0, unfitted.text);
});
