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
import { seededRandom } from "../search/random.ts";
import { ARC } from "./arc.ts";
import type { ArmPool } from "./arm_pool.ts";
import { ArmPools } from "./arm_pools.ts";
import { askModel, type Question } from "./ask_model.ts";
import { Asker, type AskerOptions } from "./asker.ts";
import type { Confirmer } from "./confirmer.ts";
import { parentChoices, type Refining } from "./parent_choice.ts";
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
  readonly #pools: ArmPools;
  #journalled: Map<string, CallAdmitted[]> | null = null;

  constructor(options: RefinerOptions) {
    super(options);
    this.#options = options;
    const { recorder: { archive }, refining, rules, sampleUnitsOf } = options;
    this.#pools = new ArmPools({
      archive,
      sampleUnitsOf,
      countChoices: rules.countChoices,
      islands: refining.islands,
      binCap: refining.binCap,
      sharedIslands: rules.sharedIslands,
    });
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
    const { recorder, confirmer, refining, seat } = this.#options;
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
    const choices = parentChoices(this.#poolOf(unit), refining, random);
    let failed: ReadonlySet<string> = new Set();
    while (true) {
      const { value: chosen } = choices.next(failed);
      if (!chosen) return null;
      const loaded = await Promise.all(
        chosen.map(({ id }) => confirmer.load(archive.get(id)!, signal)),
      );
      const [{ h, timesChosen, theta }] = chosen;
      const choice = { method: refining.parents, h, timesChosen, theta, seen };
      if (loaded.every((parent) => parent !== null)) return { parents: loaded, choice };
      failed = new Set(chosen.filter((_, i) => !loaded[i]).map(({ id }) => id));
    }
  }

  /**
   * A deterministic choice does not count later draws, which are there already when a damaged line
   * made it necessary to choose again.
   */
  #poolOf(unit: Unit): ArmPool {
    const { generation, taskId, draw, visible } = unit;
    const { rules, recorder: { archive } } = this.#options;
    const later = visible === null || !rules.countChoices
      ? []
      : this.#journalledChoices(generation, taskId).filter((call) => call.draw > draw);
    if (later.length === 0) return this.#pools.of(taskId, unit);
    return this.#pools.fresh(taskId, unit, (id) => {
      return archive.timesChosen(id) - later.filter(({ parents }) => parents.includes(id)).length;
    });
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
