/**
 * The refiner: chooses a program of the archive by REx and asks the model for better ones.
 *
 * It closes the loop by reading the archive; nothing is sent to it but units of the budget.
 *
 * @module
 */
import { callIdOf } from "../data/archive.ts";
import type { Candidate } from "../data/candidate.ts";
import type { CallAdmitted, ParentChoice } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import { type FewShot, refinePrompt } from "../models/prompts.ts";
import { chooseParent, type RexOptions } from "../search/rex.ts";
import { seededRandom } from "../search/random.ts";
import { armsOf } from "./arms.ts";
import { askModel, type Question } from "./ask_model.ts";
import { Asker, type AskerOptions } from "./asker.ts";
import type { Confirmer } from "./confirmer.ts";
import type { LoadedProgram } from "./recorder.ts";
import type { Replay } from "./replay.ts";
import type { Unit } from "./unit.ts";

/** Options of {@link Refiner}. */
export interface RefinerOptions extends AskerOptions {
  readonly fewShot: (task: Task, unit: Unit) => FewShot | null;
  readonly confirmer: Confirmer;
  readonly rex: RexOptions;
  /** Sample requests of a task and generation: their positions come first. */
  readonly sampleUnits: number;
  /** The run whose choices are followed. @default null */
  readonly replay?: Replay | null;
}

interface Chosen {
  readonly parent: LoadedProgram;
  readonly choice: ParentChoice | null;
}

/** Turns units into candidates by the `refine` operator. */
export class Refiner extends Asker {
  readonly name = "refiner";
  readonly #options: RefinerOptions;
  /** A task's choices are made one after another: each counts the ones before it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #journalled: Map<string, CallAdmitted[]> | null = null;

  constructor(options: RefinerOptions) {
    super(options);
    this.#options = options;
  }

  protected override async ask(
    unit: Unit,
    task: Task,
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const { seat, recorder } = this.#options;
    const before = this.#turns.get(task.id) ?? Promise.resolve();
    const { promise: turn, resolve: endTurn } = Promise.withResolvers<void>();
    this.#turns.set(task.id, turn);
    try {
      await before;
      const question = await this.#question(unit, task, signal);
      if (!question) {
        this.#options.cancel(unit);
        return [];
      }
      return await askModel(seat, recorder, unit, question, signal, endTurn);
    } finally {
      endTurn();
    }
  }

  async #question(unit: Unit, task: Task, signal: AbortSignal): Promise<Question | null> {
    const { fewShot } = this.#options;
    const chosen = await this.#choose(unit, task, signal);
    if (!chosen) return null;
    const { code, outputs, error, entry } = chosen.parent;
    const attempt = { code, outputs, error, correctTrain: entry.correctTrain };
    return {
      messages: refinePrompt(task, attempt, fewShot(task, unit)),
      parents: [entry.id],
      choice: chosen.choice,
    };
  }

  /** The parent chosen before a resume or in the run that is followed, or the arm REx chooses among those that hold alone. */
  async #choose(unit: Unit, task: Task, signal: AbortSignal): Promise<Chosen | null> {
    const { recorder, confirmer, rex, sampleUnits, seat } = this.#options;
    const { archive } = recorder;
    const admitted = archive.call(callIdOf(unit.generation, task.id, "refine", unit.draw));
    const made = admitted?.call ?? this.#options.replay?.callOf(unit);
    if (made) {
      const parent = archive.get(made.parents[0]);
      // Null: the request that brought the parent was made again, and it did not come back.
      return parent ? { parent: await recorder.load(parent), choice: made.choice } : null;
    }
    const random = seededRandom(seat.seed, unit.generation, task.id, "refine", unit.draw);
    const seen = archive.seq;
    const arms = armsOf(archive.ofTask(task.id), unit, sampleUnits, random)
      .map(({ id, h }) => ({ id, h, timesChosen: this.#timesChosen(id, unit) }));
    while (true) {
      const chosen = chooseParent(arms, random, rex);
      if (!chosen) return null;
      const parent = await confirmer.load(archive.get(chosen.id)!, signal);
      const { h, timesChosen, theta } = chosen;
      if (parent) return { parent, choice: { method: "rex", h, timesChosen, theta, seen } };
      arms.splice(arms.findIndex(({ id }) => id === chosen.id), 1);
    }
  }

  /**
   * Times a program was chosen before a unit. A deterministic choice does not count later draws,
   * which are there already when a damaged line made it necessary to choose again.
   */
  #timesChosen(id: string, { generation, taskId, draw, visible }: Unit): number {
    const { archive } = this.#options.recorder;
    const times = archive.timesChosen(id);
    if (visible === null || times === 0) return times;
    const later = this.#journalledChoices(generation, taskId)
      .filter((call) => call.draw > draw && call.parents.includes(id));
    return times - later.length;
  }

  /** The refinements of a task that were journalled before this actor first chose. */
  #journalledChoices(generation: number, taskId: string): readonly CallAdmitted[] {
    this.#journalled ??= Map.groupBy(
      [...this.#options.recorder.archive.calls()].map(({ call }) => call)
        .filter((call) => call.generation === generation && call.operator === "refine"),
      (call) => call.taskId,
    );
    return this.#journalled.get(taskId) ?? [];
  }
}
