/**
 * A unit of work: one request to be made of the model.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";

/** One request of a generation's budget. */
export interface Unit {
  readonly generation: number;
  readonly taskId: string;
  readonly operator: Operator;
  /** Number among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completions to ask for. */
  readonly n: number;
  /** Number among all of (generation, task), samples first. */
  readonly position: number;
  /**
   * Last position of this generation whose candidates a parent choice may see; null = all there
   * are. Fixed in a deterministic run, so that choices do not hang on timing.
   */
  readonly visible: number | null;
}
