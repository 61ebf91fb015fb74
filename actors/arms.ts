/**
 * The arms of a refinement: which programs of a task a unit may choose from.
 *
 * @module
 */
import type { ArchiveEntry } from "../data/archive_entry.ts";
import { dedupByOutputs } from "../search/dedup.ts";
import type { Random } from "../search/random.ts";
import { islandOfDraw, programsOfIsland } from "../search/islands.ts";
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

/**
 * Programs that ran without error on every input and are not hard-coded, one for each set of
 * outputs, at most SOAR's cap a bin (appendix D.3); those already right everywhere are left out.
 *
 * @param entries in the order of their requests (`Archive.ofTask`)
 * @param sampleUnits sample requests of a task and generation, whose positions come first
 */
export function armsOf(
  entries: readonly ArchiveEntry[],
  unit: Pick<Unit, "generation" | "visible" | "draw">,
  sampleUnits: number,
  random: Random,
  { islands = 1, sharedIslands = false, binCap }: ArmOptions = {},
): ArchiveEntry[] {
  const place = (entry: ArchiveEntry) => {
    return entry.operator === "sample" ? entry.draw : sampleUnits + entry.draw;
  };
  const visible = entries.filter((entry) =>
    entry.outcome === "ok" && !entry.transduction && entry.generation <= unit.generation && (
      unit.visible === null || entry.generation < unit.generation || place(entry) <= unit.visible
    )
  );
  const island = programsOfIsland(visible, islandOfDraw(unit.draw, islands), islands, {
    shared: sharedIslands,
  });
  return initialArchive(dedupByOutputs(island), random, binCap);
}
