/**
 * Where runs are kept: `runs/` of this folder, or the folder named by SOAR_RUNS.
 *
 * @module
 */

import { type RunDirectory, RunLockedError } from "../mod.ts";
import { UsageError } from "./usage_error.ts";

/** Path of the runs' folder, which need not be there. @throws UsageError when it is no folder */
export function runsDirectory(): string {
  const path = Deno.env.get("SOAR_RUNS") ?? "runs";
  if (isOther(path)) throw new UsageError(`${path}: expected the folder of runs, that is a file`);
  return path;
}

/** Whether something else than a folder is there. */
function isOther(path: string): boolean {
  try {
    return !Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Takes a run for this process.
 *
 * @throws UsageError where its folder cannot be written, RunLockedError where another has it
 */
export function lockRun(directory: RunDirectory): Disposable {
  try {
    return directory.lock();
  } catch (error) {
    if (error instanceof RunLockedError) throw error;
    throw new UsageError(
      `${directory.path} cannot be written (${(error as Error).message}); SOAR_RUNS=FOLDER names ` +
        "another folder for runs",
    );
  }
}
