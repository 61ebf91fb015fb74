/**
 * `soar control`: pauses and resumes a live run, and stops tasks of it.
 *
 * The command asks the run's own process, which journals the change. Pausing begins no request; what
 * is under way ends.
 *
 * @module
 */
import { findRun, type RunControl, TaskError } from "../mod.ts";
import { liveRun } from "./live_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** What may be asked of a live run. */
export type ControlAction = "pause" | "resume" | "stop-task";

/** What the run's process answers. */
export type Steered =
  | { readonly status: 200; readonly flow: RunControl["flow"]; readonly changed: boolean }
  | { readonly status: 400 | 404; readonly error: string };

/** @throws NoRunError, UsageError, TaskError for a task that the run does not have */
export async function controlRun(
  action: ControlAction,
  task: string | undefined,
  { run }: { readonly run?: string },
): Promise<void> {
  if ((action === "stop-task") !== (task !== undefined)) {
    throw new UsageError(
      action === "stop-task" ? "stop-task: name the task" : `${action}: takes no task, got ${task}`,
    );
  }
  const directory = findRun(runsDirectory(), run);
  const live = await liveRun(directory);
  if (!live) {
    throw new UsageError(
      `run ${directory.name} is not running; go on with: deno task soar --resume ${directory.name}`,
    );
  }
  const response = await fetch(`${live.url}/control`, {
    method: "POST",
    headers: { ...live.headers, "content-type": "application/json" },
    body: JSON.stringify({ action, task }),
  });
  const answer: Omit<Steered, "status"> & { error?: string; changed?: boolean; flow?: string } =
    await response.json();
  if (response.status === 404) throw new TaskError("not_found", answer.error!);
  if (!response.ok) throw new Error(`the run's server said ${response.status}: ${answer.error}`);
  console.log(toldOf(action, task, directory.name, answer.changed === true, answer.flow!));
}

/** Does what a request of the run's server asks. */
export async function steer(
  control: RunControl | null,
  body: unknown,
): Promise<Steered> {
  if (!control) return { status: 404, error: "this run cannot be steered" };
  const { action, task } = (body ?? {}) as { action?: unknown; task?: unknown };
  const done = (changed: boolean) => ({ status: 200, flow: control.flow, changed } as const);
  switch (action) {
    case "pause":
      return done(await control.pause());
    case "resume":
      return done(await control.resume());
    case "stop-task":
      if (typeof task !== "string" || !control.hasTask(task)) {
        return { status: 404, error: `no task ${JSON.stringify(task)} in this run` };
      }
      return done(await control.stopTask(task));
  }
  return {
    status: 400,
    error: `action: expected pause, resume or stop-task, got ${JSON.stringify(action)}`,
  };
}

function toldOf(
  action: ControlAction,
  task: string | undefined,
  run: string,
  changed: boolean,
  flow: string,
): string {
  if (action === "stop-task") {
    return `run ${run}: task ${task} ${changed ? "is asked nothing more" : "was stopped already"}`;
  }
  return `run ${run} is ${flow}${changed ? "" : " already"}`;
}
