/**
 * Whether a run is under way, from its file and its lock.
 *
 * @module
 */
import type { RunDirectory } from "../mod.ts";

/**
 * `running`: a process writes it. `ended`: done. `interrupted`: can be resumed; also where its
 * process was killed. `failed`: stopped by an error; can be resumed too.
 */
export type RunState = "running" | "ended" | "interrupted" | "failed";

/** State of a run; reads only. */
export function runState(directory: RunDirectory): RunState {
  if (isLocked(directory)) return "running";
  const { status } = directory.readRunFile();
  if (status === "done") return "ended";
  // What says running without holding the lock was killed.
  return status === "failed" ? "failed" : "interrupted";
}

/** Whether a process holds the run's lock; a shared try, which no other such try can disturb. */
function isLocked({ path }: RunDirectory): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(`${path}/lock`, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  using _ = file;
  return !file.tryLockSync(false);
}
