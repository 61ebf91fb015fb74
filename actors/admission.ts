/**
 * Admission: which request is made next, across all tasks of a generation.
 *
 * It hands samples and refinements to two channels; how fast they are taken is the model's and the
 * executor's business. What may be asked for when is said by verdicts.ts. Every unit ends once: its
 * request evaluated or failed, or cancelled because nothing can be refined, its task was stopped or
 * has had enough, the budget is spent, or the run that is followed cancelled it. Where what is seen
 * is not fixed, stop rules also end what is under way.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import type { Operator } from "../data/candidate.ts";
import type { CallAdmitted, Evaluated, JournalRecord } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import { isSolved } from "../search/judged.ts";
import type { Sender } from "../streams/channel.ts";
import type { EventSubscription } from "../streams/event_stream.ts";
import { PipelineActor } from "./actor.ts";
import { CONTROL_EVENTS } from "./run_control.ts";
import { budgetsOf, hasEnough, Rerouting } from "./shares.ts";
import { callIdOfUnit, TaskProgress } from "./task_progress.ts";
import type { Unit } from "./unit.ts";
import { type VerdictOptions, Verdicts } from "./verdicts.ts";

/** Options of {@link Admission}. */
export interface AdmissionOptions extends VerdictOptions {
  readonly generation: number;
  readonly tasks: readonly Task[];
  readonly samples: Sender<Unit>;
  readonly refinements: Sender<Unit>;
  /** Ends the handing out; units not handed out stay open. */
  readonly draining: AbortSignal;
  /** Told when a task may be asked nothing more, of one operator at least. @default nobody */
  readonly onClosed?: (taskId: string) => void;
}

/** Hands out the units of one generation, and sees to them until it is disposed of. */
export class Admission extends PipelineActor implements Disposable {
  readonly name = "admission";
  readonly #options: AdmissionOptions;
  readonly #progress: ReadonlyMap<string, TaskProgress>;
  readonly #all: readonly TaskProgress[];
  readonly #waiters = new Set<() => void>();
  readonly #cancelled = new Set<Unit>();
  /** Handed out, and not journalled yet. */
  readonly #unasked = new Set<Unit>();
  /** Null where each task has its fixed share. */
  readonly #rerouting: Rerouting | null;
  readonly #verdicts: Verdicts;
  #listening: EventSubscription | null = null;

  constructor(options: AdmissionOptions) {
    super();
    this.#options = options;
    const { tasks, budget, allocation, recorder: { archive }, rounds } = options;
    const budgetOf = budgetsOf(budget, allocation, tasks.length);
    this.#all = tasks.map((task, i) => {
      return new TaskProgress({ ...options, archive, task, budget: budgetOf(i) });
    });
    this.#progress = new Map(tasks.map(({ id }, i) => [id, this.#all[i]]));
    this.#rerouting = allocation.policy === "fixed" ? null : new Rerouting({
      tasks: this.#all,
      totals: allocation.totals ?? {
        sample: budget.samples * tasks.length,
        refine: budget.refinements * tasks.length,
      },
      hasEnough: ({ solved }, operator) => hasEnough(allocation, operator, solved),
    });
    this.#verdicts = new Verdicts(options, this.#unasked, this.#rerouting);
    if (!rounds) return;
    const units = this.#all.flatMap(({ units }) => units);
    for (const unit of units) rounds.add(unit);
    for (const unit of units) {
      if (isEnded(options.recorder.archive, unit)) rounds.end(unit);
      else if (this.#verdicts.isReplied(unit)) rounds.answer(unit);
    }
  }

  /** Sample requests a task may make at most: the positions of its refinements come after. */
  sampleUnitsOf(taskId: string): number {
    return this.#progress.get(taskId)!.samples;
  }

  /** Whether a unit that was handed out, and not asked for yet, has become needless since. */
  isNeedless(unit: Unit): boolean {
    const progress = this.#progress.get(unit.taskId);
    if (!progress || this.#options.replay || this.#verdicts.isAsked(unit)) return false;
    return this.#verdicts.isClosed(progress, unit);
  }

  /** Whether the reply to a request that is under way is not waited for any more. */
  isOver(unit: Unit): boolean {
    const { control, deterministic, replay } = this.#options;
    if (control.isStopped(unit.taskId)) return true;
    const progress = this.#progress.get(unit.taskId);
    // Which replies come before a task is closed hangs on timing.
    if (!progress || deterministic || replay) return false;
    return this.#verdicts.isClosed(progress, unit);
  }

  /** Units that have neither ended nor been cancelled; 0 once a generation is over. */
  openUnits(): number {
    const { archive } = this.#options.recorder;
    return this.#all.flatMap(({ units }) => units)
      .filter((unit) => !this.#cancelled.has(unit) && !isEnded(archive, unit)).length;
  }

  /** Takes back a unit: nothing to refine, or its task was stopped. */
  cancel(unit: Unit): void {
    this.#cancelled.add(unit);
    const progress = this.#progress.get(unit.taskId);
    if (this.#unasked.delete(unit) && progress) {
      progress.spent[unit.operator] -= unit.n;
      this.#rerouting?.reckonAnew(unit.operator);
    }
    this.#end(unit.taskId, unit.position);
  }

  /** Sees no more records. */
  [Symbol.dispose](): void {
    this.#listening?.unsubscribe();
  }

  protected override async work(signal: AbortSignal): Promise<void> {
    const { recorder, draining } = this.#options;
    this.#listening = recorder.records$.subscribe(({ event }) => this.#note(event));
    const wake = () => this.#awake();
    const stops = [signal, draining];
    for (const stop of stops) stop.addEventListener("abort", wake);
    try {
      await Promise.all([
        this.#handOut("sample", signal),
        this.#handOut("refine", signal),
      ]);
    } finally {
      for (const stop of stops) stop.removeEventListener("abort", wake);
    }
  }

  #note(record: JournalRecord): void {
    const { recorder, generation, purse } = this.#options;
    if (record.kind === "event" && record.event === CONTROL_EVENTS.taskStopped) {
      this.#options.onClosed?.(record.taskId!);
      this.#awake();
    }
    if (record.kind === "call" && this.#unasked.size > 0) {
      const unit = this.#unitOf(record);
      if (unit && record.generation === generation) this.#unasked.delete(unit);
    }
    if (
      record.kind !== "evaluation" && record.kind !== "call_failed" && record.kind !== "reply"
    ) {
      return;
    }
    const state = recorder.archive.call(record.callId);
    if (state?.call.generation !== generation) return;
    const { call, ended } = state;
    if (record.kind === "evaluation") this.#evaluated(call, record);
    const unit = this.#unitOf(call);
    if (record.kind === "reply" && unit) this.#options.rounds?.answer(unit);
    if (ended && unit) this.#end(unit.taskId, unit.position);
    // What was under way has its price now.
    if (purse && record.kind !== "evaluation") this.#awake();
  }

  async #handOut(operator: Operator, signal: AbortSignal): Promise<void> {
    const { samples, refinements, draining } = this.#options;
    const channel = operator === "sample" ? samples : refinements;
    let open = this.#all.filter((one) => one.isOpen(operator));
    while (open.length > 0 && !draining.aborted) {
      let handedOut = false;
      for (const progress of open) {
        do {
          if (draining.aborted) break;
          const unit = progress.units[progress.next[operator]];
          const isEnded = progress.ended.has(unit.position);
          const verdict = isEnded ? "ask" : this.#verdicts.of(progress, unit);
          if (verdict === "wait") break;
          handedOut = true;
          progress.next[operator]++;
          if (!progress.isOpen(operator)) this.#rerouting?.reckonAnew(operator);
          if (isEnded) continue;
          if (operator === "refine") progress.underWay++;
          if (this.#verdicts.isReplied(unit)) continue;
          if (verdict === "cancel") this.cancel(unit);
          else await this.#send(channel, progress, unit, signal);
        } while (progress.isOpen(operator) && operator === "sample" && !this.#isBounded);
      }
      open = open.filter((one) => one.isOpen(operator));
      if (!handedOut && open.length > 0 && !draining.aborted) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => this.#waiters.add(resolve));
        signal.throwIfAborted();
      }
    }
    channel.close();
  }

  /**
   * Whether a task's units may not all be asked for. What was spent is counted then, and tasks take
   * turns in sampling, so that all have had their part when it ends early.
   */
  get #isBounded(): boolean {
    return this.#rerouting !== null || this.#options.purse != null;
  }

  async #send(
    channel: Sender<Unit>,
    progress: TaskProgress,
    unit: Unit,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#isBounded && !this.#verdicts.isAsked(unit)) {
      progress.spent[unit.operator] += unit.n;
      this.#unasked.add(unit);
    }
    await channel.send(unit, signal);
  }

  #evaluated(call: CallAdmitted, evaluation: Evaluated): void {
    const progress = this.#progress.get(call.taskId);
    if (!progress) return;
    if (progress.awaitsParent) this.#awake();
    if (evaluation.outcome !== "ok") return;
    if (!evaluation.transduction && isSolved(evaluation)) {
      progress.solve(call);
      const { allocation } = this.#options;
      const closed = OPERATORS.filter((operator) =>
        hasEnough(allocation, operator, progress.solved)
      );
      for (const operator of closed) this.#rerouting?.reckonAnew(operator);
      if (closed.length > 0) this.#options.onClosed?.(call.taskId);
    }
    if (progress.ran) return;
    progress.ran = true;
    this.#awake();
  }

  #end(taskId: string, position: number): void {
    const progress = this.#progress.get(taskId);
    if (!progress?.end(position)) return;
    const unit = progress.units[position];
    if (unit.operator === "refine") progress.underWay = Math.max(0, progress.underWay - 1);
    this.#options.rounds?.end(unit);
    this.#awake();
  }

  #awake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }

  #unitOf(call: CallAdmitted): Unit | undefined {
    return this.#progress.get(call.taskId)?.unitOf(call);
  }
}

const OPERATORS = ["sample", "refine"] as const;

function isEnded(archive: Archive, unit: Unit): boolean {
  return archive.call(callIdOfUnit(unit))?.ended ?? false;
}
