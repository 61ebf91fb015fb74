/**
 * `soar runs`: what runs there are, and removing one.
 *
 * @module
 */
import { findRun, folderBytes, listRuns, RunDirectory } from "../mod.ts";
import { asInvoked } from "./invocation.ts";
import { writeOutput } from "./output.ts";
import { type RunCounts, runCounts } from "./run_counts.ts";
import { type RunState, runState } from "./run_state.ts";
import { runsDirectory } from "./runs_directory.ts";
import { table } from "./table.ts";
import { UsageError } from "./usage_error.ts";

/** A run as it is listed. */
export interface ListedRun extends RunCounts {
  readonly name: string;
  /** ISO time. */
  readonly started: string;
  readonly state: RunState;
  /** Bytes of its folder. */
  readonly bytes: number;
}

/** Runs of a folder, the newest first. */
export function listedRuns(runs: string): ListedRun[] {
  return listRuns(runs).toReversed().map((name) => {
    const directory = new RunDirectory(runs, name);
    const state = runState(directory);
    return {
      name,
      started: directory.readRunFile().startedAt,
      state,
      ...runCounts(directory, state !== "running"),
      bytes: folderBytes(directory.path),
    };
  });
}

/** Lists the runs. */
export function runsLs({ json }: { readonly json?: boolean }): void {
  const runs = listedRuns(runsDirectory());
  if (json) return void writeOutput(`${JSON.stringify(runs)}\n`);
  if (runs.length === 0) {
    console.error(asInvoked(`no run in ${runsDirectory()}; start one with: deno task soar`));
    return;
  }
  writeOutput(`${
    table(
      ["name", "started", "state", "tasks", "generations", "programs", "solved", "size"],
      runs.map((run) => [
        run.name,
        run.started.slice(0, 19).replace("T", " "),
        run.state,
        run.tasks.toLocaleString("en"),
        String(run.generations),
        run.programs.toLocaleString("en"),
        run.solved === null ? "?" : run.solved.toLocaleString("en"),
        sizeText(run.bytes),
      ]),
    )
  }\n`);
}

/**
 * Removes runs: all of them, or none where one is not there or is being written.
 *
 * @throws NoRunError, RunLockedError, UsageError when nobody can be asked and `yes` is not given
 */
export function runsRm(names: readonly string[], { yes }: { readonly yes?: boolean }): void {
  const runs = runsDirectory();
  using locks = new DisposableStack();
  const directories = [...new Set(names)].map((name) => findRun(runs, name));
  for (const directory of directories) locks.use(directory.lock());
  if (!yes) {
    if (!Deno.stdin.isTerminal()) throw new UsageError("runs rm: nobody to ask; give --yes");
    const sizes = directories.map(({ name, path }) => `${name} (${sizeText(folderBytes(path))})`);
    if (!confirm(`Remove ${sizes.join(", ")} for good?`)) return;
  }
  for (const { path, name } of directories) {
    Deno.removeSync(path, { recursive: true });
    console.error(`removed ${name}`);
  }
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in decimal units: `12.3 MB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}
