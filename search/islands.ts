/**
 * Islands: sub-populations of a task's archive that refine side by side and do not exchange
 * (SOAR appendix D.3).
 *
 * An island is known by its number alone. All see the sampled programs (each draws its own first
 * archive from them); a refined program belongs to the island whose turn its draw was.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";

/** Islands a task (SOAR appendix D.3). */
export const ISLANDS = 4;

/** Island whose turn a refinement draw is: draws go round. */
export function islandOfDraw(draw: number, islands: number = ISLANDS): number {
  return draw % islands;
}

/** Whether an island may refine a candidate. */
export function isOnIsland(
  candidate: { readonly operator: Operator; readonly draw: number },
  island: number,
  islands: number = ISLANDS,
): boolean {
  return candidate.operator === "sample" || islandOfDraw(candidate.draw, islands) === island;
}
