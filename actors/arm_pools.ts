/**
 * The arms of all tasks, following the archive: what is new is looked at once, whoever asks.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import { ArmPool, type ArmPoolOptions, type Sight } from "./arm_pool.ts";
import { islandOfDraw } from "../search/islands.ts";

/** Options of {@link ArmPools}. */
export interface ArmPoolsOptions extends Omit<ArmPoolOptions, "unit" | "sampleUnits"> {
  readonly archive: Archive;
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
    timesChosen: (id: string) => number = this.#options.timesChosen,
  ): ArmPool {
    const { archive, sampleUnitsOf, ...options } = this.#options;
    const sampleUnits = sampleUnitsOf(taskId);
    const pool = new ArmPool({ ...options, unit, sampleUnits, timesChosen });
    for (const entry of archive.ofTask(taskId)) pool.add(entry);
    pool.show(unit);
    return pool;
  }

  #follow(): void {
    const { archive } = this.#options;
    for (const entry of archive.entries(this.#programs)) {
      for (const pool of this.#pools.get(entry.taskId)?.values() ?? []) pool.add(entry);
    }
    this.#programs = archive.size;
    for (const { taskId, parents } of archive.choices(this.#calls)) {
      for (const pool of this.#pools.get(taskId)?.values() ?? []) {
        for (const id of parents) {
          const parent = archive.get(id);
          if (parent) pool.choose(parent);
        }
      }
    }
    this.#calls = archive.callCount;
  }
}
