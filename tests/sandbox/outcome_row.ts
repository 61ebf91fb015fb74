/**
 * A program and what is to be said of it.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";

/** A program and what is to be said of it. */
export interface Row {
  readonly name: string;
  readonly code: string;
  readonly outcome: Outcome;
  /** Output on [[1,2],[3,4]] when ok. */
  readonly output?: Grid;
  /** The whole error text, where it does not depend on the version of Python. */
  readonly error?: string | RegExp;
  readonly needs?: "numpy" | "scipy" | "ctypes";
  readonly timeoutMs?: number;
}

/** What the programs are run on. */
export const INPUT: Grid = [[1, 2], [3, 4]];
/** A program that returns the value of an expression of the input `g`. */
export function returning(expression: string): string {
  return `def transform(g):\n    return ${expression}`;
}

/** The same, with numpy at hand. */
export function withNumpy(expression: string): string {
  return `import numpy as np\n${returning(expression)}`;
}
