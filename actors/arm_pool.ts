/**
 * The arms of a task: which programs a refinement may start from, kept as the archive grows.
 *
 * They are the programs that ran without error on every input and are not hard-coded, one for each
 * set of outputs, without those already right everywhere. A pool shows what a unit may see and is
 * carried from unit to unit; a unit that may see less than the one before needs a pool of its own.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive_entry.ts";
import { outputKey } from "../data/output_key.ts";
import {
  type ArmGroup,
  ArmGroups,
  type Grouped,
  insertSorted,
  sortedPlace,
} from "../search/arm_groups.ts";
import { parentBin } from "../search/bins.ts";
import { islandOfDraw, programsOfIsland } from "../search/islands.ts";
import { outputsKey } from "../search/judged.ts";
import type { CoveringArm } from "../search/parents.ts";
import type { Random } from "../search/random.ts";
import { initialArchive } from "../search/rex.ts";
import type { Unit } from "./unit.ts";

/** What a unit may choose from, beside what it sees. */
export interface ArmOptions {
  /** Sub-populations that do not exchange. @default 1 */
  readonly islands?: number;
  /** Whether islands share their samples. @default false */
  readonly sharedIslands?: boolean;
  /** Programs a bin. @default SOAR's 300 */
  readonly binCap?: number;
}

/** What a unit may see. */
export type Sight = Pick<Unit, "generation" | "visible" | "draw">;

/** Options of {@link ArmPool}. */
export interface ArmPoolOptions extends ArmOptions {
  /** The island is that of this unit's draw. */
  readonly unit: Sight;
  /** Sample requests of a task and generation, whose positions come first. */
  readonly sampleUnits: number;
  /** Times a program was chosen (N), asked when it becomes an arm. */
  readonly timesChosen: (id: string) => number;
  /** The program of an id. */
  readonly entryOf: (id: string) => ArchiveEntry | undefined;
}

/** A program that is or may become an arm; what is compared often is read from the archive once. */
export class PooledArm implements Grouped {
  readonly entry: ArchiveEntry;
  /** Generation, samples before refinements. */
  readonly major: number;
  readonly draw: number;
  /** Which completion. */
  readonly index: number;
  group: ArmGroup | null = null;

  constructor(entry: ArchiveEntry) {
    const { generation, operator, draw, index } = entry;
    this.entry = entry;
    this.major = 2 * generation + Number(operator === "refine");
    this.draw = draw;
    this.index = index;
  }

  get correctTrain(): readonly boolean[] {
    return this.entry.correctTrain;
  }
  get correctTest(): readonly boolean[] | null {
    return this.entry.correctTest;
  }
  /** Times chosen, as it stands in its group. */
  get timesChosen(): number {
    return this.group?.timesChosen ?? 0;
  }
  get generation(): number {
    return this.major >> 1;
  }
  /** Place in its generation among what units may see. */
  place(sampleUnits: number): number {
    return this.draw + (this.major & 1) * sampleUnits;
  }
}

/** The arms of one task and island. */
export class ArmPool {
  /** In groups of equal chances. */
  readonly groups = new ArmGroups<PooledArm>(byRequest);
  readonly #options: ArmPoolOptions;
  readonly #island: number;
  /** In the order of their requests. */
  readonly #arms: PooledArm[] = [];
  /** By a key of their outputs of 53 bits: two of a task's thousands hardly ever share one. */
  readonly #byOutputs = new Map<number, PooledArm>();
  /** What no unit could see so far, by generation and place. */
  readonly #unseen: PooledArm[] = [];
  #last: PooledArm | null = null;
  /** Ids of arms chosen since the last unit. */
  #chosen: string[] = [];
  /** Arms given to the last unit, by id. */
  readonly #given = new Map<string, PooledArm>();

  constructor(options: ArmPoolOptions) {
    this.#options = options;
    this.#island = islandOfDraw(options.unit.draw, options.islands ?? 1);
  }

  get size(): number {
    return this.#arms.length;
  }

  /** Takes a program of the task, in any order. */
  add(entry: ArchiveEntry): void {
    if (entry.outcome !== "ok" || entry.transduction) return;
    if (parentBin(entry) === "max" && entry.correctTest !== null) return;
    const { islands = 1, sharedIslands: shared = false } = this.#options;
    if (islands > 1 && programsOfIsland([entry], this.#island, islands, { shared }).length === 0) {
      return;
    }
    insertSorted(this.#unseen, new PooledArm(entry), this.#byPlace);
  }

  /** Whether all that is shown is what a unit may see. */
  suits(unit: Sight): boolean {
    return this.#last === null || this.#isSeenBy(this.#last, unit);
  }

  /** Notes that a program was chosen once more. */
  choose(id: string): void {
    this.#chosen.push(id);
  }

  /** The id of an arm that may now be chosen; {@link choose} then need not look for it. */
  give(arm: PooledArm): string {
    const { id } = arm.entry;
    this.#given.set(id, arm);
    return id;
  }

  /** Shows what a unit may see. Nothing else changes what may be chosen. */
  show(unit: Sight): void {
    for (const id of this.#chosen) this.#recount(id);
    this.#chosen.length = 0;
    this.#given.clear();
    let seen = 0;
    while (seen < this.#unseen.length && this.#isSeenBy(this.#unseen[seen], unit)) seen++;
    for (const arm of this.#unseen.splice(0, seen)) {
      if (this.#last === null || this.#byPlace(arm, this.#last) > 0) this.#last = arm;
      this.#show(arm);
    }
  }

  /** The arms, at most SOAR's cap a bin (appendix D.3). */
  draw(random: Random): CoveringArm[] {
    return initialArchive(this.#arms, random, this.#options.binCap)
      .map(({ entry: { id, h }, correctTrain, timesChosen }) => {
        return { id, h, correctTrain, timesChosen };
      });
  }

  #show(arm: PooledArm): void {
    const [high, low] = outputKey(outputsKey(arm.entry));
    const key = high * 2 ** 21 + (low >>> 11);
    const rival = this.#byOutputs.get(key);
    if (rival) {
      if (byRequest(rival, arm) < 0) return;
      this.groups.remove(rival);
      this.#arms.splice(this.#arms.indexOf(rival), 1);
    }
    this.#byOutputs.set(key, arm);
    insertSorted(this.#arms, arm, byRequest);
    this.groups.put(arm, this.#options.timesChosen(arm.entry.id));
  }

  /** What is no arm yet is asked for its count when it becomes one. */
  #recount(id: string): void {
    const arm = this.#given.get(id) ?? this.#armOf(id);
    if (arm) this.groups.put(arm, arm.timesChosen + 1);
  }

  #armOf(id: string): PooledArm | null {
    const entry = this.#options.entryOf(id);
    if (entry === undefined) return null;
    const wanted = new PooledArm(entry);
    const arm = this.#arms[sortedPlace(this.#arms, wanted, byRequest) - 1];
    return arm !== undefined && byRequest(arm, wanted) === 0 ? arm : null;
  }

  #isSeenBy(arm: PooledArm, { generation, visible }: Sight): boolean {
    if (arm.generation !== generation) return arm.generation < generation;
    return visible === null || arm.place(this.#options.sampleUnits) <= visible;
  }

  readonly #byPlace = (a: PooledArm, b: PooledArm) => {
    const { sampleUnits } = this.#options;
    return a.generation - b.generation || a.place(sampleUnits) - b.place(sampleUnits) ||
      byRequest(a, b);
  };
}

/** As `byRequest` of the archive's entries. */
function byRequest(a: PooledArm, b: PooledArm): number {
  return a.major - b.major || a.draw - b.draw || a.index - b.index;
}
