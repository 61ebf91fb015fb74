/**
 * `soar control`: pauses and resumes a live run, stops tasks of it, and changes its budget.
 *
 * The command asks the run's own process, which journals the change. Pausing begins no request; what
 * is under way ends. A budget holds for the generations that begin after the change.
 *
 * @module
 */
import { findRun, type RunControl, SteeringError, TaskError } from "../mod.ts";
import { changeOf, changeOfTexts } from "./changed_budget.ts";
import { CONTROL_ACTIONS, type ControlAction } from "./control_actions.ts";
import { liveRun } from "./live_run.ts";
import { runState } from "./run_state.ts";
import { runsDirectory } from "./runs_directory.ts";
import { UsageError } from "./usage_error.ts";

/** What the run's process answers. */
export type Steered =
  | {
    readonly status: 200;
    readonly flow: RunControl["flow"];
    readonly changed: boolean;
    /** Of `budget`: what is another now, and the first generation that it holds for. */
    readonly budget?: { readonly generation: number; readonly fields: readonly string[] };
  }
  | { readonly status: 400 | 404; readonly error: string };

/**
 * @param of the task to stop, or the budget's new values as `name=value`
 * @throws NoRunError, UsageError, TaskError for a task that the run does not have
 */
export async function controlRun(
  action: ControlAction,
  of: readonly string[],
  { run }: { readonly run?: string },
): Promise<void> {
  const asked = askedFor(action, of);
  const directory = findRun(runsDirectory(), run);
  const live = await liveRun(directory);
  if (!live) {
    const { name } = directory;
    throw new UsageError(
      runState(directory) === "ended"
        ? `run ${name} has ended: only a live run can be steered`
        : `run ${name} is not running; go on with: deno task soar --resume ${name}`,
    );
  }
  const response = await fetch(`${live.url}/control`, {
    method: "POST",
    headers: { ...live.headers, "content-type": "application/json" },
    body: JSON.stringify(asked),
  });
  const answer: { error?: string; changed?: boolean; flow?: string; budget?: Told["budget"] } =
    await response.json();
  if (response.status === 404) throw new TaskError("not_found", answer.error!);
  if (response.status === 400) throw new UsageError(answer.error!);
  if (!response.ok) throw new Error(`the run's server said ${response.status}: ${answer.error}`);
  const { changed = false, flow = "", budget } = answer;
  console.log(toldOf(asked, directory.name, { changed, flow, budget }));
}

/** Does what a request of the run's server asks. */
export async function steer(
  control: RunControl | null,
  body: unknown,
): Promise<Steered> {
  if (!control) return { status: 404, error: "this run cannot be steered" };
  const { action, task, budget } = (body ?? {}) as Record<string, unknown>;
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
    case "budget":
      try {
        if (!control.budget) throw new SteeringError("this run's budget cannot be changed");
        const made = await control.budget.change(changeOf(budget));
        return { ...done(made.fields.length > 0), budget: made };
      } catch (error) {
        if (!(error instanceof SteeringError || error instanceof UsageError)) throw error;
        return { status: 400, error: error.message };
      }
  }
  return {
    status: 400,
    error: `action: expected ${CONTROL_ACTIONS.join(", ")}, got ${JSON.stringify(action)}`,
  };
}

/** What is sent to the run's server. */
interface Asked {
  readonly action: ControlAction;
  readonly task?: string;
  readonly budget?: Record<string, number>;
}

/** @throws UsageError */
function askedFor(action: ControlAction, of: readonly string[]): Asked {
  if (action === "budget") return { action, budget: changeOfTexts(of) };
  const [task] = of;
  if (action === "stop-task" && of.length === 1) return { action, task };
  if (action === "stop-task") {
    throw new UsageError(`stop-task: name the task${of.length > 1 ? ", one at a time" : ""}`);
  }
  if (of.length > 0) throw new UsageError(`${action}: takes no task, got ${of.join(" ")}`);
  return { action };
}

type Told = Omit<Extract<Steered, { status: 200 }>, "status" | "flow"> & { readonly flow: string };

function toldOf({ action, task }: Asked, run: string, { changed, flow, budget }: Told): string {
  if (budget) {
    return changed
      ? `run ${run}: ${budget.fields.join(", ")}, from generation ${budget.generation} on`
      : `run ${run} has this budget already`;
  }
  if (action === "stop-task") {
    return `run ${run}: task ${task} ${changed ? "is asked nothing more" : "was stopped already"}`;
  }
  return `run ${run} is ${flow}${changed ? "" : " already"}`;
}
