/**
 * The arms of all tasks, following the archive: what is new is looked at once, whoever asks.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import { type ArmOptions, ArmPool, type Sight } from "./arm_pool.ts";
import { islandOfDraw } from "../search/islands.ts";

/** Options of {@link ArmPools}. */
export interface ArmPoolsOptions extends ArmOptions {
  readonly archive: Archive;
  /** Whether a choice raises its arm's count (N); else that is 0. @default true */
  readonly countChoices?: boolean;
  /** Sample requests of a task and generation: their positions come first. */
  readonly sampleUnitsOf: (taskId: string) => number;
}

/** See above. */
export class ArmPools {
  readonly #options: ArmPoolsOptions;
  /** By task and island. */
  readonly #pools = new Map<string, Map<number, ArmPool>>();
  #programs = 0;
  #calls = 0;

  constructor(options: ArmPoolsOptions) {
    this.#options = options;
    this.#programs = options.archive.size;
    this.#calls = options.archive.callCount;
  }

  /** What a unit may choose from; until the next call for the same task it stays as it is. */
  of(taskId: string, unit: Sight): ArmPool {
    this.#follow();
    const island = islandOfDraw(unit.draw, this.#options.islands ?? 1);
    let pools = this.#pools.get(taskId);
    if (!pools) this.#pools.set(taskId, pools = new Map());
    let pool = pools.get(island);
    if (!pool?.suits(unit)) pools.set(island, pool = this.fresh(taskId, unit));
    pool!.show(unit);
    return pool!;
  }

  /** A pool that is not carried on. @param timesChosen times a program was chosen (N) */
  fresh(
    taskId: string,
    unit: Sight,
    timesChosen: (id: string) => number = this.#timesChosen,
  ): ArmPool {
    const { archive, sampleUnitsOf, ...options } = this.#options;
    const sampleUnits = sampleUnitsOf(taskId);
    const entryOf = (id: string) => archive.get(id);
    const pool = new ArmPool({ ...options, unit, sampleUnits, timesChosen, entryOf });
    for (const entry of archive.ofTask(taskId)) pool.add(entry);
    pool.show(unit);
    return pool;
  }

  readonly #timesChosen = (id: string) => {
    const { archive, countChoices = true } = this.#options;
    return countChoices ? archive.timesChosen(id) : 0;
  };

  #follow(): void {
    const { archive, countChoices = true } = this.#options;
    for (const entry of archive.entries(this.#programs)) {
      for (const pool of this.#pools.get(entry.taskId)?.values() ?? []) pool.add(entry);
    }
    this.#programs = archive.size;
    for (const { taskId, parents } of countChoices ? archive.choices(this.#calls) : []) {
      for (const pool of this.#pools.get(taskId)?.values() ?? []) {
        for (const id of parents) pool.choose(id);
      }
    }
    this.#calls = archive.callCount;
  }
}
