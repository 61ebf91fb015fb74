/**
 * Steering a live run: pause, resume, stop a task, change the budget (run_budget.ts).
 *
 * Pausing stops admission: no request is begun, what is under way ends and is journalled. A stopped
 * task is asked for nothing more, also after a resume of the run; what it has is kept. Each change
 * is journalled before it holds.
 *
 * @module
 */
import type { Recorder } from "./recorder.ts";
import { BUDGET_CHANGED, type RunBudget } from "./run_budget.ts";

/** Whether requests are begun. */
export type Flow = "running" | "paused";

/** Event names in the journal. */
export const CONTROL_EVENTS = {
  paused: "paused",
  resumed: "resumed",
  taskStopped: "task_stopped",
  budgetChanged: BUDGET_CHANGED,
} as const;

/** The levers of one run. */
export class RunControl {
  readonly #recorder: Recorder;
  readonly #tasks: ReadonlySet<string>;
  readonly #stopped: Set<string>;
  /** What the generations to come may ask for; null where that is not to be changed. */
  readonly budget: RunBudget | null;
  #gate: PromiseWithResolvers<void> | null = null;

  /**
   * Begins running, with the tasks stopped that were.
   *
   * @param recorder whose archive knows the tasks stopped before a resume
   * @param tasks ids of the run's tasks
   * @param budget of the run; null for one that cannot be changed
   */
  constructor(recorder: Recorder, tasks: Iterable<string>, budget: RunBudget | null = null) {
    this.budget = budget;
    this.#recorder = recorder;
    this.#tasks = new Set(tasks);
    this.#stopped = recorder.archive.notedTasks(CONTROL_EVENTS.taskStopped);
  }

  /** Whether requests are begun. */
  get flow(): Flow {
    return this.#gate ? "paused" : "running";
  }

  /** Begins no request until {@link RunControl.resume}. @returns whether that is a change */
  async pause(): Promise<boolean> {
    if (this.#gate) return false;
    this.#gate = Promise.withResolvers();
    await this.#note(CONTROL_EVENTS.paused, null, "no request is begun until resumed");
    return true;
  }

  /** Goes on. @returns whether that is a change */
  async resume(): Promise<boolean> {
    const gate = this.#gate;
    if (!gate) return false;
    this.#gate = null;
    gate.resolve();
    await this.#note(CONTROL_EVENTS.resumed, null, "requests are begun again");
    return true;
  }

  /** Asks nothing more for a task. @returns whether that is a change */
  async stopTask(taskId: string): Promise<boolean> {
    if (this.#stopped.has(taskId)) return false;
    this.#stopped.add(taskId);
    await this.#note(CONTROL_EVENTS.taskStopped, taskId, `task ${taskId} is asked nothing more`);
    return true;
  }

  /** Whether the run has a task of this id. */
  hasTask(taskId: string): boolean {
    return this.#tasks.has(taskId);
  }

  /** Whether nothing more is asked for the task. */
  isStopped(taskId: string): boolean {
    return this.#stopped.has(taskId);
  }

  /** Resolves when requests may be begun, or when one of the signals aborts. */
  async open(...signals: readonly AbortSignal[]): Promise<void> {
    while (this.#gate && !signals.some(({ aborted }) => aborted)) {
      const woken = Promise.withResolvers<void>();
      const wake = () => woken.resolve();
      for (const signal of signals) signal.addEventListener("abort", wake);
      await Promise.race([this.#gate.promise, woken.promise]);
      for (const signal of signals) signal.removeEventListener("abort", wake);
    }
  }

  async #note(event: string, taskId: string | null, message: string): Promise<void> {
    const body = { level: "info", event, generation: null, taskId, message } as const;
    await this.#recorder.record({ kind: "event", ...body });
  }
}
