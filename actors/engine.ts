/**
 * The engine: builds the actors, joins them, and runs generation after generation.
 *
 *     admission ─► sampler ─┐
 *         └──────► refiner ─┴─► executor ─► archivist        (one generation, streaming)
 *     relabeler ─► trainer ─► next generation; voter after each
 *
 * With `barriers` a phase holder stands before the executor, and the phases take turns.
 *
 * With learning.ts the only place that names more than one actor. Each generation's channels form a DAG and are
 * closed from the source on; it ends when every unit and every candidate has ended.
 *
 * What may see the answers: `answers` holds training tasks' only. An engine that is handed the
 * answers of an evaluation task refuses to start.
 *
 * @module
 */
import type { Candidate } from "../data/candidate.ts";
import type { Task } from "../data/task.ts";
import { ModelError } from "../models/client.ts";
import { Channel } from "../streams/channel.ts";
import { Credits } from "../streams/credits.ts";
import { Admission } from "./admission.ts";
import { Archivist } from "./archivist.ts";
import { modelAsked } from "./ask_model.ts";
import type { Taker } from "./asker.ts";
import { Confirmer } from "./confirmer.ts";
import { type Executed, Executor } from "./executor.ts";
import { fewShotExamples } from "./few_shot.ts";
import { Learning } from "./learning.ts";
import { PhaseHolder } from "./phase_holder.ts";
import { Refiner } from "./refiner.ts";
import { Rounds } from "./rounds.ts";
import { RunBudget } from "./run_budget.ts";
import { RunControl } from "./run_control.ts";
import { RunLimits } from "./run_limits.ts";
import { Sampler } from "./sampler.ts";
import { type SearchOptions, settle, type SettledOptions } from "./search_options.ts";
import { StageMeter } from "./stage_meter.ts";
import { restarting, together } from "./supervisor.ts";
import { UnderWay } from "./under_way.ts";
import type { Unit } from "./unit.ts";
import { type Attempts, submissionOf, Voter } from "./voter.ts";

/** How a run is stopped early; what is not given never aborts. */
export interface Stopping {
  /** Nothing new is begun; what is under way is finished and journalled. */
  readonly draining?: AbortSignal;
  /** What is under way is cancelled. */
  readonly signal?: AbortSignal;
}

const NEVER = new AbortController().signal;

/** Candidates held between the model and the cells: a few seconds of work for two cells. */
const CANDIDATES_HELD = 256;

/** Runs the generations of a run, or what is left of them. */
export class SearchEngine {
  readonly #options: SettledOptions;
  readonly #tasksById: ReadonlyMap<string, Task>;
  readonly #confirmer: Confirmer;
  readonly #learning: Learning;
  /** What each generation may ask for. */
  readonly budget: RunBudget;
  /** Pauses the run, stops tasks, changes the budget. */
  readonly control: RunControl;
  #stages: readonly StageMeter[] = [];

  /**
   * Begins nothing yet: that is `run`.
   *
   * @throws TypeError when answers of an evaluation task are among `answers`
   */
  constructor(given: SearchOptions) {
    const options = settle(given);
    for (const task of options.tasks) {
      if (task.split === "evaluation" && options.answers.has(task.id)) {
        throw new TypeError(`answers of evaluation task ${task.id} must not enter the engine`);
      }
    }
    this.#options = options;
    this.#tasksById = new Map(options.tasks.map((task) => [task.id, task]));
    this.#confirmer = new Confirmer({
      ...options,
      engine: options.sandbox,
      tasks: this.#tasksById,
    });
    this.#learning = new Learning({
      ...options,
      ...options.selection,
      continuous: options.continuous ?? null,
      confirmer: this.#confirmer,
      concurrency: options.sandbox.workers + 2,
    });
    this.budget = new RunBudget(options);
    this.control = new RunControl(options.recorder, this.#tasksById.keys(), this.budget);
  }

  /** Meters of the generation that is running. */
  get stages(): readonly StageMeter[] {
    return this.#stages;
  }

  /**
   * Runs what is left of the run; resolves with the attempts of the last vote.
   *
   * @throws the reason of `draining` or `signal`; the run can then be resumed
   */
  async run({ signal = NEVER, draining = NEVER }: Stopping = {}): Promise<Attempts> {
    try {
      await this.budget.follow();
      const failure = this.#learning.failure;
      return await this.#run({ signal: AbortSignal.any([signal, failure]), draining });
    } finally {
      await this.#learning.close();
    }
  }

  async #run({ signal, draining }: Required<Stopping>): Promise<Attempts> {
    const { generations, directory, tasks } = this.#options;
    let attempts: Attempts = new Map();
    for (let generation = 0; generation < generations; generation++) {
      await this.#restarting(generation, AbortSignal.any([signal, draining]), () => {
        return this.#search(generation, signal, draining);
      });
      draining.throwIfAborted();
      // What is left is for the next generation, so its budget says whether there is anything.
      const reached = this.#limitsOf(generation + 1).reached(generation);
      if (reached !== null && !this.#noted("budget_reached", generation)) {
        await this.#note("budget_reached", generation, reached);
      }
      const last = generation === generations - 1 || reached !== null;
      if (last) this.budget.close();
      if (last || !this.#noted("voted", generation)) {
        attempts = await this.#restarting(generation, signal, () => this.#vote(generation, signal));
      }
      if (last) break;
      await this.#learning.learn(generation + 1, AbortSignal.any([signal, draining]));
    }
    await this.#learning.end();
    await Deno.writeTextFile(
      directory.submission,
      JSON.stringify(submissionOf(tasks, attempts)) + "\n",
    );
    return attempts;
  }

  async #search(
    generation: number,
    signal: AbortSignal,
    draining: AbortSignal,
  ): Promise<void> {
    const { seat } = this.#learning;
    const { recorder, sandbox, now, concurrency, barriers, window } = this.#options;
    const samples = new Channel<Unit>({ highWaterMark: concurrency, name: "samples" });
    const refinements = new Channel<Unit>({ highWaterMark: concurrency, name: "refinements" });
    const rounds = barriers ? new Rounds(window) : null;
    const { budget } = this.budget.begin(generation);
    const limits = this.#limitsOf(generation);
    const underWay = new UnderWay();
    using admission = new Admission({
      ...this.#options,
      budget,
      allocation: { ...this.#options.allocation, totals: limits.totals(generation) },
      purse: limits.purse,
      generation,
      draining,
      rounds,
      control: this.control,
      samples: samples.sender,
      refinements: refinements.sender,
      onClosed: (taskId) => underWay.end(taskId, (unit) => admission.isOver(unit)),
    });
    const ended = this.#noted("generation_ended", generation);
    // A line that was damaged since may have opened units of a generation that had ended.
    if (ended && admission.openUnits() === 0) return;
    await this.#learning.begin(generation, AbortSignal.any([signal, draining]));
    if (!this.#noted("generation_started", generation)) {
      await this.#note("generation_started", generation, modelAsked(seat, generation));
    }
    const candidates = new Channel<Candidate>({
      highWaterMark: CANDIDATES_HELD,
      name: "candidates",
    });
    const due = rounds && new Channel<Candidate>({ highWaterMark: CANDIDATES_HELD, name: "due" });
    const executed = new Channel<Executed>({ highWaterMark: 64, name: "executed" });

    const credits = new Credits<Taker>({
      capacity: concurrency,
      weights: this.#options.weights,
    });
    seat.watchCapacity?.((capacity) => credits.resize(capacity));
    const fewShot = await fewShotExamples({ ...this.#options, generation, seed: seat.seed });
    const meter = {
      sample: new StageMeter("sample", concurrency, samples, candidates, now),
      refine: new StageMeter("refine", concurrency, refinements, candidates, now),
      execute: new StageMeter(
        "execute",
        sandbox.workers,
        due ?? candidates,
        executed,
        now,
        sandbox.ahead,
      ),
      archive: new StageMeter("archive", 1, executed, null, now),
    };
    this.#stages = Object.values(meter);

    const shared = {
      ...this.#options,
      seat,
      tasks: this.#tasksById,
      confirmer: this.#confirmer,
      control: this.control,
      cancel: (unit: Unit) => admission.cancel(unit),
      isNeedless: (unit: Unit) => admission.isNeedless(unit),
      underWay,
      credits,
      fewShot,
      draining,
    };
    const sampler = new Sampler({
      ...shared,
      taker: "sample",
      meter: meter.sample,
      inbox: samples.receiver,
      outbox: candidates.sender,
    });
    const refiner = new Refiner({
      ...shared,
      taker: "refine",
      meter: meter.refine,
      inbox: refinements.receiver,
      outbox: candidates.sender,
      sampleUnitsOf: (taskId) => admission.sampleUnitsOf(taskId),
    });
    const holder = due &&
      new PhaseHolder({ rounds: rounds!, inbox: candidates.receiver, outbox: due.sender });
    const executor = new Executor({
      ...shared,
      engine: sandbox,
      meter: meter.execute,
      inbox: (due ?? candidates).receiver,
      outbox: executed.sender,
    });
    const archivist = new Archivist({
      ...shared,
      meter: meter.archive,
      inbox: executed.receiver,
    });

    const unevaluated = [...recorder.archive.unevaluated()];
    const actors = [admission, sampler, refiner, ...(holder ? [holder] : []), executor, archivist];
    await together(recorder, signal, actors, (run) => [
      run(admission),
      Promise.all([run(sampler), run(refiner), sendAll(unevaluated, candidates, signal)])
        .then(() => candidates.close()),
      ...(holder ? [run(holder).then(() => due!.close())] : []),
      run(executor).then(() => executed.close()),
      run(archivist),
    ]);
    draining.throwIfAborted();
    const open = admission.openUnits();
    if (open > 0) throw new Error(`generation ${generation} ended with ${open} units open`);
    this.#stages = [];
    const { programs, failed } = recorder.archive.count(generation);
    if (programs === 0 && failed > 0) {
      throw new ModelError("refused", `all ${failed} requests of generation ${generation} failed`);
    }
    if (ended) return;
    const failures = failed > 0 ? `, ${failed} requests failed` : "";
    await this.#note("generation_ended", generation, `${programs} programs evaluated${failures}`);
  }

  #limitsOf(generation: number): RunLimits {
    const { tasks, recorder: { archive } } = this.#options;
    const allowed = this.budget.of(generation);
    return new RunLimits({ ...this.#options, ...allowed, tasks: tasks.length, archive });
  }

  async #vote(generation: number, signal: AbortSignal): Promise<Attempts> {
    const voter = new Voter({
      ...this.#options,
      confirmer: this.#confirmer,
      concurrency: this.#options.sandbox.workers + 2,
      generation,
    });
    await together(this.#options.recorder, signal, [voter], (run) => [run(voter)]);
    return voter.attempts;
  }

  #restarting<R>(generation: number, signal: AbortSignal, once: () => Promise<R>): Promise<R> {
    const { recorder, delay } = this.#options;
    return restarting(once, { recorder, generation, delay, signal });
  }

  #noted(event: string, generation: number): boolean {
    return this.#options.recorder.archive.noted(event, generation);
  }

  async #note(event: string, generation: number, message: string): Promise<void> {
    await this.#options.recorder.record({
      kind: "event",
      level: "info",
      event,
      generation,
      taskId: null,
      message,
    });
  }
}

async function sendAll(
  candidates: readonly Candidate[],
  channel: Channel<Candidate>,
  signal: AbortSignal,
): Promise<void> {
  for (const candidate of candidates) await channel.send(candidate, signal);
}
