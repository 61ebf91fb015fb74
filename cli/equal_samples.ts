/**
 * How many samples of a task two generations can be compared by, where the budget was changed.
 *
 * @module
 */
import { type Archive, BUDGET_CHANGED, budgetAfter } from "../mod.ts";
import type { Config } from "./config.ts";
import { taskBudget } from "./engine_options.ts";

/** Samples a task that both generations had. */
export function equalSamples(
  archive: Archive,
  config: Config,
  generations: readonly [number, number],
): number {
  const configured = { budget: taskBudget(config), limits: {} };
  const changes = archive.notesOf(BUDGET_CHANGED);
  return Math.min(
    ...generations.map((at) => budgetAfter(configured, changes, at).budget.samples),
  );
}

/** How the budget was changed while the run went on, e.g. `from generation 1 on: samples 36 → 72`. */
export function budgetChanges(archive: Archive): string[] {
  return archive.notesOf(BUDGET_CHANGED).map(({ message }) => message);
}
