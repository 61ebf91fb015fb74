/**
 * A run of millions of programs: its journal written, resumed, asked by SQL and turned into Parquet
 * (`--part programs` of the scale suite), each in a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { RunDirectory } from "../mod.ts";

const NAME = "long";

/** @param programs published with SOAR: 5,000,000 */
export async function measureRun(programs: number): Promise<void> {
  const runs = await Deno.makeTempDir({ prefix: "scale_bench_" });
  const directory = new RunDirectory(runs, NAME);
  await Deno.mkdir(directory.journal, { recursive: true });
  try {
    for (const part of ["write", "resume", "resume"]) {
      await runScript(
        "journal_bench.ts",
        "--part",
        part,
        directory.journal,
        "--programs",
        `${programs}`,
      );
    }
    directory.writeRunFile({
      name: NAME,
      runId: "1",
      seed: 1,
      startedAt: new Date().toISOString(),
      version: "bench",
      config: {},
      status: "done",
      server: null,
    });
    await runScript("scale_store.ts", runs, NAME);
  } finally {
    await Deno.remove(runs, { recursive: true });
  }
}

/** Runs a file of this folder in a process of its own. */
export async function runScript(script: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"],
      ...["--allow-run", "--allow-sys", "--allow-ffi"],
      ...[fileURLToPath(new URL(script, import.meta.url)), ...args],
    ],
  }).spawn().status;
  if (!success) throw new Error(`${script} ${args.join(" ")} failed`);
}
