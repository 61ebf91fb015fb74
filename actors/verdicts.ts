/**
 * Whether a request may be made now, has to wait, or is needless.
 *
 * A refinement is due once its task has something to refine:
 * - by default as soon as one program of the task has run without error, with at most `window`
 *   refinements of the task under way, each seeing all there is;
 * - deterministic: the request at position p waits for positions 0..p-window and sees just those,
 *   so the choice is the same whatever the timing.
 * - in rounds: SOAR's phases, see rounds.ts;
 * - following another run: a refinement waits for the parents that were chosen for it there.
 *
 * Stop rules see what the unit sees: where that is fixed, a sample waits for positions 0..p-window
 * as well, once these could hold enough solved programs.
 *
 * @module
 */
import type { TaskBudget } from "../search/budget.ts";
import type { Purse } from "./purse.ts";
import type { Recorder } from "./recorder.ts";
import type { Replay } from "./replay.ts";
import type { Rounds } from "./rounds.ts";
import type { RunControl } from "./run_control.ts";
import { type Allocation, hasEnough, type Rerouting, type Verdict } from "./shares.ts";
import { callIdOfUnit, type TaskProgress } from "./task_progress.ts";
import type { Unit } from "./unit.ts";

/** What verdicts depend on beside the task. */
export interface VerdictOptions {
  /** Of one task; with `reroute` a task may get up to 4 times as much. */
  readonly budget: TaskBudget;
  readonly allocation: Allocation;
  /** Bounds the tokens and money of the run. @default null */
  readonly purse?: Purse | null;
  readonly recorder: Recorder;
  /** Requests of one task that may be under way beside a refinement. */
  readonly window: number;
  readonly deterministic: boolean;
  /** Told of every unit; null to sample, execute and refine at once. @default null */
  readonly rounds?: Rounds | null;
  /** The run whose choices are followed. @default null */
  readonly replay?: Replay | null;
  readonly control: Pick<RunControl, "isStopped">;
}

/** Says of a generation's units what becomes of them next. */
export class Verdicts {
  readonly #options: VerdictOptions;
  /** Handed out, and not journalled yet. */
  readonly #unasked: ReadonlySet<Unit>;
  readonly #rerouting: Rerouting | null;

  constructor(options: VerdictOptions, unasked: ReadonlySet<Unit>, rerouting: Rerouting | null) {
    this.#options = options;
    this.#unasked = unasked;
    this.#rerouting = rerouting;
  }

  /** Whether a unit may be asked for now. */
  of(progress: TaskProgress, unit: Unit): Verdict {
    const { rounds, replay, control, recorder, purse } = this.#options;
    if (control.isStopped(unit.taskId)) return "cancel";
    if (rounds && !rounds.isDue(unit)) return "wait";
    const { archive } = recorder;
    // Parents chosen before a resume, or in the run that is followed, may have to be run first.
    if (unit.operator === "refine") {
      const made = archive.call(callIdOfUnit(unit))?.call ?? replay?.callOf(unit);
      progress.awaitsParent = progress.prefix < unit.position &&
        made?.parents.some((id) => !archive.get(id)) === true;
      if (progress.awaitsParent) return "wait";
    }
    if (replay) return replay.callOf(unit) === null ? "cancel" : "ask";
    if (!this.#isDue(progress, unit)) return "wait";
    if (this.isClosed(progress, unit)) return "cancel";
    // What was asked before a resume is asked again.
    if ((!this.#rerouting && !purse) || this.isAsked(unit)) return "ask";
    const verdict = this.#rerouting?.verdict(progress, unit) ?? "ask";
    if (verdict !== "ask" || !purse) return verdict;
    const unasked = [...this.#unasked].reduce((sum, { n }) => sum + n, 0);
    return purse.verdict(unit.n, unasked);
  }

  /** Whether what a unit is to see is there. */
  #isDue(progress: TaskProgress, unit: Unit): boolean {
    const { deterministic, window, allocation, rounds } = this.#options;
    if (unit.operator === "sample") {
      if (!deterministic || rounds) return true;
      // Only the stop rule sees anything, and only once there can be enough.
      const seen = unit.position - window;
      const most = (seen + 1) * this.#options.budget.completionsPerCall;
      return most < allocation.enoughSampled || progress.prefix > seen;
    }
    if (deterministic) return progress.prefix > unit.visible!;
    // When all samples have ended and none ran, the refinements are handed out to be cancelled.
    const sampled = progress.prefix >= progress.samples;
    return (progress.ran || sampled) && progress.underWay < window;
  }

  /** Whether a task has had enough, by what the unit may see. */
  isClosed(progress: TaskProgress, unit: Unit): boolean {
    const { allocation, deterministic, window, rounds } = this.#options;
    // In rounds nothing is executed before all samples have been asked for.
    if (rounds && unit.operator === "sample") return false;
    if (!hasEnough(allocation, unit.operator, progress.solved)) return false;
    if (!deterministic) return true;
    const solved = progress.solvedUpTo(unit.visible ?? unit.position - window);
    return hasEnough(allocation, unit.operator, solved);
  }

  /** Whether a run before this one has the reply already: its candidates come another way. */
  isReplied(unit: Unit): boolean {
    const { archive } = this.#options.recorder;
    return archive.call(callIdOfUnit(unit))?.waiting != null;
  }

  /** Whether its request is journalled. */
  isAsked(unit: Unit): boolean {
    return this.#options.recorder.archive.call(callIdOfUnit(unit)) !== undefined;
  }
}
