/**
 * The refiner: chooses a program of the archive by REx and asks the model for better ones.
 *
 * It closes the loop by reading the archive; nothing is sent to it but units of the budget.
 *
 * @module
 */
import { callIdOf } from "../data/identity.ts";
import type { Candidate } from "../data/candidate.ts";
import type { CallAdmitted, ParentChoice } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import type { FewShot } from "../models/prompts.ts";
import type { CompatRules } from "../search/compat.ts";
import { type ParentOptions, type ParentSelector, selectParents } from "../search/parents.ts";
import { seededRandom } from "../search/random.ts";
import { ARC } from "./arc.ts";
import { type ArmOptions, armsOf } from "./arms.ts";
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
  readonly refining: Refining;
  readonly rules: CompatRules;
  /** Sample requests of a task and generation: their positions come first. */
  readonly sampleUnitsOf: (taskId: string) => number;
  /** The run whose choices are followed. @default null */
  readonly replay?: Replay | null;
}

/** How parents are chosen. */
export interface Refining extends ParentOptions, Pick<ArmOptions, "islands" | "binCap"> {
  /** Rule by which a parent is chosen. */
  readonly parents: ParentSelector;
}

interface Chosen {
  /** One, or two for a crossover, the better one first. */
  readonly parents: readonly LoadedProgram[];
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
    const { seat, recorder, domain } = this.#options;
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
      return await askModel(seat, recorder, unit, question, signal, {
        onAdmitted: endTurn,
        domain,
      });
    } finally {
      endTurn();
    }
  }

  async #question(unit: Unit, task: Task, signal: AbortSignal): Promise<Question | null> {
    const { fewShot, domain: { prompts } = ARC } = this.#options;
    const chosen = await this.#choose(unit, task, signal);
    if (!chosen) return null;
    const [first, second] = chosen.parents.map(({ code, outputs, error, entry }) => {
      return { code, outputs, error, correctTrain: entry.correctTrain };
    });
    const example = fewShot(task, unit);
    return {
      messages: second
        ? prompts.crossover(task, [first, second], example)
        : prompts.refine(task, first, example),
      parents: chosen.parents.map(({ entry }) => entry.id),
      choice: chosen.choice,
    };
  }

  /**
   * The parents chosen before a resume or in the run that is followed, or those that are selected
   * among the arms that hold alone.
   */
  async #choose(unit: Unit, task: Task, signal: AbortSignal): Promise<Chosen | null> {
    const { recorder, confirmer, refining, rules, sampleUnitsOf, seat } = this.#options;
    const { archive } = recorder;
    const admitted = archive.call(callIdOf(unit.generation, task.id, "refine", unit.draw));
    const made = admitted?.call ?? this.#options.replay?.callOf(unit);
    if (made) {
      const parents = made.parents.map((id) => archive.get(id));
      // Null: the request that brought a parent was made again, and it did not come back.
      if (!parents.every((parent) => parent !== undefined)) return null;
      const loaded = await Promise.all(parents.map((parent) => recorder.load(parent)));
      return { parents: loaded, choice: made.choice };
    }
    const random = seededRandom(seat.seed, unit.generation, task.id, "refine", unit.draw);
    const seen = archive.seq;
    const samples = sampleUnitsOf(task.id);
    let arms = armsOf(archive.ofTask(task.id), unit, samples, random, { ...refining, ...rules })
      .map(({ id, h, correctTrain }) => {
        const timesChosen = rules.countChoices ? this.#timesChosen(id, unit) : 0;
        return { id, h, correctTrain, timesChosen };
      });
    while (true) {
      const chosen = selectParents(refining.parents, arms, random, refining);
      if (chosen.length === 0) return null;
      const loaded = await Promise.all(
        chosen.map(({ id }) => confirmer.load(archive.get(id)!, signal)),
      );
      const [{ h, timesChosen, theta }] = chosen;
      const choice = { method: refining.parents, h, timesChosen, theta, seen };
      if (loaded.every((parent) => parent !== null)) return { parents: loaded, choice };
      const failed = new Set(chosen.filter((_, i) => !loaded[i]).map(({ id }) => id));
      arms = arms.filter(({ id }) => !failed.has(id));
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
