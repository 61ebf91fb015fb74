/**
 * A unit of work: one request to be made of the model.
 *
 * @module
 */
import type { TaskUnit } from "../search/budget.ts";

/** One request of a generation's budget. */
export interface Unit extends TaskUnit {
  /** Generation of the run, from 0. */
  readonly generation: number;
  /** Task it is for. */
  readonly taskId: string;
  /** Number among all of (generation, task), samples first. */
  readonly position: number;
  /**
   * Last position of this generation whose candidates a parent choice may see; null = all there
   * are. Fixed in a deterministic run, so that choices do not hang on timing.
   */
  readonly visible: number | null;
}
