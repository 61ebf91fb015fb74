/**
 * The run file of a plan, as it stands before the run's server is there.
 *
 * @module
 */
import { hash63, type RunFile } from "../mod.ts";
import type { RunPlan } from "./plan_run.ts";
import { VERSION } from "./version.ts";

/** What `run.json` says of a run that begins, or goes on. */
export function runFileOf({ config, directory, resumed }: RunPlan): RunFile {
  const now = new Date().toISOString();
  return {
    name: directory.name,
    runId: hash63(directory.name, config.run.seed),
    seed: config.run.seed,
    startedAt: resumed ? directory.readRunFile().startedAt : now,
    ...(resumed ? { resumedAt: now } : {}),
    version: VERSION,
    config,
    status: "running",
    server: null,
  };
}
