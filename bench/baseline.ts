/**
 * Runs programs by baseline_pool.py.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { CorpusProgram } from "./corpus/program.ts";

/** How to run the baseline. */
export interface BaselineOptions {
  readonly python: string;
  /** `pool`: a fresh pool of one process a program; `plain`: no isolation at all. */
  readonly mode: "pool" | "plain";
  readonly workers: number;
  /** Modules its processes are forked with, comma-separated. */
  readonly preload: string;
  /** Seconds a program may take. */
  readonly timeout: number;
}

/** What it took. */
export interface BaselineResult {
  readonly programsPerSecond: number;
  /** Until the first result, in seconds: imports, and the first program. */
  readonly started: number;
  /** Programs that gave a list for every input. */
  readonly ok: number;
}

/** Address space of a program in the paper's code, as far as we know it. */
const MEMORY_BYTES = 1_500_000_000;
const script = fileURLToPath(new URL("./baseline_pool.py", import.meta.url));

/** Runs all programs and waits for the result. */
export async function runBaseline(
  programs: readonly CorpusProgram[],
  { python, mode, workers, preload, timeout }: BaselineOptions,
): Promise<BaselineResult> {
  const child = new Deno.Command(python, {
    args: ["-I", script, mode, String(workers), preload, String(MEMORY_BYTES)],
    // One thread of linear algebra, as each worker has one core.
    env: { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = programs.map(({ code, inputs }) => JSON.stringify({ code, inputs, timeout }));
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(lines.join("\n")));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("the baseline failed");
  const { seconds, started, ok } = JSON.parse(new TextDecoder().decode(stdout));
  return { programsPerSecond: programs.length / seconds, started, ok };
}
