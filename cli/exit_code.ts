/**
 * Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such run or task, 4 model lost, 130 interrupted.
 *
 * @module
 */
import { ModelError, NoRunError, TaskError } from "../mod.ts";
import { UsageError } from "./usage_error.ts";

/** The run was stopped by a signal and can be resumed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The exit code an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  if (error instanceof UsageError) return 2;
  if (error instanceof TaskError) return error.fault === "not_found" ? 3 : 2;
  if (error instanceof NoRunError) return 3;
  if (error instanceof ModelError) return 4;
  return 1;
}
