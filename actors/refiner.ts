/**
 * The refiner: chooses a program of the archive by REx and asks the model for better ones.
 *
 * It closes the loop by reading the archive; nothing is sent to it but units of the budget.
 *
 * @module
 */
import { type ArchiveEntry, callIdOf } from "../data/archive.ts";
import type { Candidate } from "../data/candidate.ts";
import type { ParentChoice } from "../data/records.ts";
import type { Task } from "../data/task.ts";
import { type FewShot, refinePrompt } from "../models/prompts.ts";
import { chooseParent, type RexOptions } from "../search/rex.ts";
import { seededRandom } from "../search/random.ts";
import { armsOf } from "./arms.ts";
import { askModel, type Question } from "./ask_model.ts";
import { Asker, type AskerOptions } from "./asker.ts";
import type { Unit } from "./unit.ts";

/** Options of {@link Refiner}. */
export interface RefinerOptions extends AskerOptions {
  readonly fewShot: (task: Task, unit: Unit) => FewShot | null;
  readonly rex: RexOptions;
  /** Sample requests of a task and generation: their positions come first. */
  readonly sampleUnits: number;
  /** Takes back a unit whose task has nothing to refine. */
  readonly cancel: (unit: Unit) => void;
}

/** Turns units into candidates by the `refine` operator. */
export class Refiner extends Asker {
  readonly name = "refiner";
  readonly #options: RefinerOptions;
  /** A task's choices are made one after another: each counts the ones before it. */
  readonly #turns = new Map<string, Promise<unknown>>();

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
      const question = await this.#question(unit, task);
      if (!question) {
        this.#options.cancel(unit);
        return [];
      }
      return await askModel(seat, recorder, unit, question, signal, endTurn);
    } finally {
      endTurn();
    }
  }

  async #question(unit: Unit, task: Task): Promise<Question | null> {
    const { recorder, fewShot } = this.#options;
    const chosen = this.#choose(unit, task);
    if (!chosen) return null;
    const { code, outputs, error, entry } = await recorder.load(chosen.parent);
    const attempt = { code, outputs, error, correctTrain: entry.correctTrain };
    return {
      messages: refinePrompt(task, attempt, fewShot(task, unit)),
      parents: [entry.id],
      choice: chosen.choice,
    };
  }

  #choose(unit: Unit, task: Task): { parent: ArchiveEntry; choice: ParentChoice | null } | null {
    const { recorder: { archive }, rex, sampleUnits, seat } = this.#options;
    const admitted = archive.call(callIdOf(unit.generation, task.id, "refine", unit.draw));
    if (admitted) {
      return { parent: archive.get(admitted.call.parents[0])!, choice: admitted.call.choice };
    }
    const random = seededRandom(seat.seed, unit.generation, task.id, "refine", unit.draw);
    const arms = armsOf(archive.ofTask(task.id), unit, sampleUnits, random);
    const chosen = chooseParent(
      arms.map(({ id, h }) => ({ id, h, timesChosen: archive.timesChosen(id) })),
      random,
      rex,
    );
    if (!chosen) return null;
    const { h, timesChosen, theta } = chosen;
    return {
      parent: archive.get(chosen.id)!,
      choice: { method: "rex", h, timesChosen, theta, seen: archive.seq },
    };
  }
}
