/**
 * Exit codes as docs/start.md has them, command by command, through the same door as a user's.
 */
import { assertEquals } from "@std/assert";
import { main } from "../../cli/main.ts";
import { makeEndedRun } from "./made_run.ts";

const TABLE: readonly [code: number, args: readonly string[]][] = [
  [0, ["--help"]],
  [0, ["tail", "--help"]],
  [0, ["runs"]],
  [0, ["tail", "--no-follow", "-n", "1"]],
  [0, ["tail", "--task", "a", "--no-follow"]],
  [0, ["new", "-"]],
  [1, ["shards", "/nowhere"]],
  [2, ["tial"]],
  [2, ["tail", "--tsk", "a"]],
  [2, ["tail", "--outcome", "timout"]],
  [2, ["tail", "--last", "few"]],
  [2, ["soar", "--set", "bugdet.samples=3"]],
  [2, ["soar", "--set", "budget.samples=many"]],
  [2, ["soar", "--seed", "99999999999"]],
  [2, ["soar", "--run", "a"]],
  [2, ["soar", "--resume", "a", "--samples", "3"]],
  [2, ["soar", "--config", "/nowhere.toml"]],
  [2, ["sql", "@failure"]],
  [2, ["sql", "@failures", "m", "n"]],
  [2, ["sql", "SELECT 1", "--timeout", "99999"]],
  [2, ["export", "-o", "x.csv"]],
  [2, ["report", "-o", "x.pdf"]],
  [2, ["sql", "-f", "/"]],
  [2, ["sql", "SELECT 1", "--format", "csv", "-o", "/dev/null"]],
  [2, ["vote", "a", "-o", "/nowhere/x.json"]],
  [2, ["vote", "a", "-o", "/"]],
  [2, ["new", "/nowhere/soar.toml"]],
  [2, ["exec", "/", "--tasks", "sample"]],
  [2, ["soar", "--config", "/"]],
  [2, ["control", "pause"]],
  [2, ["control", "halt"]],
  [2, ["control", "stop-task"]],
  [2, ["control", "budget"]],
  [2, ["submit"]],
  [2, ["submit", "a", "--run", "b"]],
  [2, ["vote", "a", "--voter", "best"]],
  [2, ["train", "--out", "x"]],
  [2, ["model", "--port", "70000"]],
  [2, ["new", import.meta.filename!]],
  [3, ["tail", "--task", "nope"]],
  [3, ["tail", "--run", "none"]],
  [3, ["sql", "--run", "none", "SELECT 1"]],
  [3, ["report", "--run", "none"]],
  [3, ["vote", "none"]],
  [3, ["vote", "a", "--explain", "nope"]],
  [3, ["submit", "--run", "none"]],
  [3, ["submit", "none"]],
  [3, ["report", "none"]],
  [3, ["export", "--run", "none", "--table", "tasks", "-o", "x.csv"]],
  [3, ["control", "pause", "--run", "none"]],
  [3, ["runs", "rm", "none"]],
  [3, ["soar", "--resume", "none"]],
  [3, ["soar", "--replay", "none"]],
];

Deno.test("every command ends with the exit code that is documented", async (t) => {
  const runs = Deno.makeTempDirSync();
  Deno.env.set("SOAR_RUNS", runs);
  try {
    await makeEndedRun(runs);
    for (const [code, args] of TABLE) {
      await t.step(`${code}: ${args.join(" ")}`, async () => {
        assertEquals(await main(args), code);
      });
    }
  } finally {
    Deno.env.delete("SOAR_RUNS");
  }
});
