/**
 * Islands: the programs of a task in sub-populations that do not exchange (SOAR appendix D.3).
 *
 * The island of a program follows from its id or its request, so that neither timing nor a resume
 * can move it: a sample belongs where its id says, refinement request `draw` works on island
 * `draw mod islands`, and its children stay there.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";

/** What tells a program's island. */
export interface Islander {
  /** Decimal id ({@link import("../data/candidate.ts").Candidate}). */
  readonly id: string;
  /** How it came to be. */
  readonly operator: Operator;
  /** Number of its request among those of its operator, from 0. */
  readonly draw: number;
}

/** How samples are shared out. */
export interface IslandOptions {
  /**
   * Whether every island starts from all samples, as in the published code, whose islands are
   * separate runs from the same samples; else each has its own part.
   * @default {false}
   */
  readonly shared?: boolean;
}

/**
 * Island of refinement request `draw`, 0..islands-1: requests take turns (SOAR appendix D.3).
 *
 * @param draw Number of the request among the task's refinements, from 0.
 * @param islands How many there are, at least 1; SOAR has 4.
 */
export function islandOfDraw(draw: number, islands: number): number {
  return draw % islands;
}

/**
 * The programs that island `island` may refine, in the order given (SOAR appendix D.3).
 *
 * @param islands How many there are; 1 gives all programs.
 * @throws {RangeError} If islands is not a whole number above `island`.
 */
export function programsOfIsland<T extends Islander>(
  programs: readonly T[],
  island: number,
  islands: number,
  { shared = false }: IslandOptions = {},
): T[] {
  if (!Number.isInteger(islands) || !(islands > island && island >= 0)) {
    throw new RangeError(
      `Cannot take island: expected 0 <= island < islands, got ${island}, ${islands}`,
    );
  }
  return programs.filter(({ id, operator, draw }) => {
    if (operator === "refine") return islandOfDraw(draw, islands) === island;
    return shared || Number(BigInt(id) % BigInt(islands)) === island;
  });
}
