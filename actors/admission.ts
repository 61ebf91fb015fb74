/**
 * Admission: which request is made next, across all tasks of a generation.
 *
 * It hands samples and refinements to two channels; how fast they are taken is the model's and the
 * executor's business. A refinement is handed out once its task has something to refine:
 * - by default as soon as one program of the task has run without error, with at most `window`
 *   refinements of the task under way, each seeing all there is;
 * - deterministic: the request at position p waits for positions 0..p-window and sees just those,
 *   so the choice is the same whatever the timing.
 * - in rounds: SOAR's phases, see rounds.ts;
 * - following another run: a refinement waits for the parents that were chosen for it there.
 * Every unit ends once: its request evaluated or failed, or cancelled because nothing can be
 * refined, its task was stopped, or the run that is followed cancelled it.
 *
 * @module
 */
import { callIdOf } from "../data/archive.ts";
import type { Archive } from "../data/archive.ts";
import type { Task } from "../data/task.ts";
import { type TaskBudget, taskUnits } from "../search/budget.ts";
import type { Sender } from "../streams/channel.ts";
import { PipelineActor } from "./actor.ts";
import type { Recorder } from "./recorder.ts";
import type { Replay } from "./replay.ts";
import type { Rounds } from "./rounds.ts";
import { CONTROL_EVENTS, type RunControl } from "./run_control.ts";
import type { Unit } from "./unit.ts";

/** Options of {@link Admission}. */
export interface AdmissionOptions {
  readonly generation: number;
  readonly tasks: readonly Task[];
  readonly budget: TaskBudget;
  readonly recorder: Recorder;
  readonly samples: Sender<Unit>;
  readonly refinements: Sender<Unit>;
  /** Requests of one task that may be under way beside a refinement. */
  readonly window: number;
  readonly deterministic: boolean;
  /** Told of every unit; null to sample, execute and refine at once. @default null */
  readonly rounds?: Rounds | null;
  /** The run whose choices are followed. @default null */
  readonly replay?: Replay | null;
  readonly control: Pick<RunControl, "isStopped">;
  /** Ends the handing out; units not handed out stay open. */
  readonly draining: AbortSignal;
}

interface Progress {
  readonly task: Task;
  readonly units: readonly Unit[];
  /** Positions whose request has ended. */
  readonly ended: Set<number>;
  /** All positions below this have ended. */
  prefix: number;
  /** Next refinement to hand out, as an index into `units`. */
  next: number;
  underWay: number;
  /** Whether one of its programs of this generation ran without error. */
  ran: boolean;
  /** Whether the next refinement waits for a parent that was chosen for it already. */
  awaitsParent: boolean;
}

/** Hands out the units of one generation. */
export class Admission extends PipelineActor {
  readonly name = "admission";
  readonly #options: AdmissionOptions;
  readonly #sampleUnits: number;
  readonly #progress = new Map<string, Progress>();
  #wake: (() => void) | null = null;
  readonly #cancelled = new Set<Unit>();

  constructor(options: AdmissionOptions) {
    super();
    this.#options = options;
    this.#sampleUnits = taskUnits(options.budget)
      .filter(({ operator }) => operator === "sample").length;
    for (const task of options.tasks) this.#progress.set(task.id, this.#progressOf(task));
    const { rounds } = options;
    if (!rounds) return;
    const units = [...this.#progress.values()].flatMap(({ units }) => units);
    for (const unit of units) rounds.add(unit);
    for (const unit of units) {
      if (isEnded(options.recorder.archive, unit)) rounds.end(unit);
      else if (this.#replied(unit)) rounds.answer(unit);
    }
  }

  /** Units that have neither ended nor been cancelled; 0 once a generation is over. */
  openUnits(): number {
    const { archive } = this.#options.recorder;
    return [...this.#progress.values()].flatMap(({ units }) => units)
      .filter((unit) => !this.#cancelled.has(unit) && !isEnded(archive, unit)).length;
  }

  /** Takes back a unit: nothing to refine, or its task was stopped. */
  cancel(unit: Unit): void {
    this.#cancelled.add(unit);
    this.#end(unit.taskId, unit.position);
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { recorder, generation } = this.#options;
    const subscription = recorder.records$.subscribe(({ event: record }) => {
      if (record.kind === "event" && record.event === CONTROL_EVENTS.taskStopped) this.#awake();
      if (
        record.kind !== "evaluation" && record.kind !== "call_failed" && record.kind !== "reply"
      ) {
        return;
      }
      const state = recorder.archive.call(record.callId);
      if (state?.call.generation !== generation) return;
      if (record.kind === "evaluation") this.#evaluated(state.call.taskId, record.outcome);
      if (record.kind === "reply") this.#answer(state.call);
      if (!state.ended) return;
      this.#end(state.call.taskId, this.#positionOf(state.call));
    });
    const { draining } = this.#options;
    const wake = () => this.#awake();
    const stops = [signal, draining];
    for (const stop of stops) stop.addEventListener("abort", wake);
    try {
      await Promise.all([this.#handOutSamples(signal), this.#handOutRefinements(signal)]);
    } finally {
      subscription.unsubscribe();
      for (const stop of stops) stop.removeEventListener("abort", wake);
    }
  }

  async #handOutSamples(signal: AbortSignal): Promise<void> {
    const { samples, draining } = this.#options;
    for (const { units, ended } of this.#progress.values()) {
      for (const unit of units) {
        if (unit.operator !== "sample" || ended.has(unit.position)) continue;
        if (this.#replied(unit)) continue;
        if (draining.aborted) break;
        if (this.#isCut(unit)) this.cancel(unit);
        else await samples.send(unit, signal);
      }
    }
    samples.close();
  }

  async #handOutRefinements(signal: AbortSignal): Promise<void> {
    const { refinements, draining } = this.#options;
    let open = [...this.#progress.values()].filter(hasRefinementsLeft);
    while (open.length > 0 && !draining.aborted) {
      let handedOut = false;
      for (const progress of open) {
        if (draining.aborted) break;
        const unit = progress.units[progress.next];
        if (!this.#ready(progress, unit)) continue;
        progress.next++;
        handedOut = true;
        if (progress.ended.has(unit.position)) continue;
        progress.underWay++;
        if (this.#replied(unit)) continue;
        if (this.#isCut(unit)) this.cancel(unit);
        else await refinements.send(unit, signal);
      }
      open = open.filter(hasRefinementsLeft);
      if (!handedOut && open.length > 0 && !draining.aborted) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => this.#wake = resolve);
        signal.throwIfAborted();
      }
    }
    refinements.close();
  }

  #ready(progress: Progress, unit: Unit): boolean {
    const { deterministic, window, rounds, replay, control, recorder } = this.#options;
    if (control.isStopped(unit.taskId)) return true;
    if (rounds && !rounds.isDue(unit)) return false;
    const { archive } = recorder;
    // Parents chosen before a resume, or in the run that is followed, may have to be run first.
    const made = archive.call(callIdOfUnit(unit))?.call ?? replay?.callOf(unit);
    progress.awaitsParent = progress.prefix < unit.position &&
      made?.parents.some((id) => !archive.get(id)) === true;
    if (progress.awaitsParent) return false;
    if (replay) return true;
    if (deterministic) return progress.prefix > unit.visible!;
    // When all samples have ended and none ran, the refinements are handed out to be cancelled.
    const sampled = progress.prefix >= this.#sampleUnits;
    return (progress.ran || sampled) && progress.underWay < window;
  }

  /** Whether a run before this one has the reply already: its candidates come another way. */
  #replied(unit: Unit): boolean {
    const { archive } = this.#options.recorder;
    return archive.call(callIdOfUnit(unit))?.waiting != null;
  }

  /** Whether nothing is asked for the unit, and nothing was in the run that is followed. */
  #isCut(unit: Unit): boolean {
    const { control, replay } = this.#options;
    return control.isStopped(unit.taskId) || replay?.callOf(unit) === null;
  }

  #answer(call: { readonly taskId: string; readonly operator: string; readonly draw: number }) {
    const unit = this.#progress.get(call.taskId)?.units[this.#positionOf(call)];
    if (unit) this.#options.rounds?.answer(unit);
  }

  #evaluated(taskId: string, outcome: string): void {
    const progress = this.#progress.get(taskId);
    if (progress?.awaitsParent) this.#awake();
    if (!progress || progress.ran || outcome !== "ok") return;
    progress.ran = true;
    this.#awake();
  }

  #end(taskId: string, position: number): void {
    const progress = this.#progress.get(taskId);
    if (!progress || progress.ended.has(position)) return;
    progress.ended.add(position);
    while (progress.ended.has(progress.prefix)) progress.prefix++;
    const unit = progress.units[position];
    if (unit.operator === "refine") progress.underWay = Math.max(0, progress.underWay - 1);
    this.#options.rounds?.end(unit);
    this.#awake();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #positionOf(call: { readonly operator: string; readonly draw: number }): number {
    return call.operator === "sample" ? call.draw : this.#sampleUnits + call.draw;
  }

  #progressOf(task: Task): Progress {
    const { generation, budget, deterministic, window, recorder } = this.#options;
    const units = taskUnits(budget).map((unit, position): Unit => ({
      ...unit,
      generation,
      taskId: task.id,
      position,
      visible: deterministic && unit.operator === "refine"
        ? Math.max(this.#sampleUnits > 0 ? 0 : -1, position - window)
        : null,
    }));
    const ended = new Set(
      units.filter((unit) => isEnded(recorder.archive, unit)).map(({ position }) => position),
    );
    let prefix = 0;
    while (ended.has(prefix)) prefix++;
    const first = units.findIndex(({ operator }) => operator === "refine");
    const ran = recorder.archive.ofTask(task.id)
      .some((entry) => entry.generation === generation && entry.outcome === "ok");
    const next = first < 0 ? units.length : first;
    return { task, units, ended, prefix, next, underWay: 0, ran, awaitsParent: false };
  }
}

function hasRefinementsLeft({ next, units }: Progress): boolean {
  return next < units.length;
}

function isEnded(archive: Archive, unit: Unit): boolean {
  return archive.call(callIdOfUnit(unit))?.ended ?? false;
}

function callIdOfUnit({ generation, taskId, operator, draw }: Unit): string {
  return callIdOf(generation, taskId, operator, draw);
}
