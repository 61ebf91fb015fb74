/**
 * What a distribution over plans is worth by itself: so many plans are drawn for each task, dead and
 * repeated ones too, and worked out as they were drawn. Nothing is filled in, drawn again or put
 * aside, so a fitted grammar differs from the uniform one by what it has learned alone.
 *
 * The first plan of a task that is right everywhere is written out and run in the sandbox, where the
 * hard-coding filter is on; what is not right there does not count.
 *
 * @module
 */
import { evaluate } from "../actors/evaluate.ts";
import { type Grid, gridsEqual } from "../data/grid.ts";
import type { Task, TaskSet } from "../data/task.ts";
import { drawPlan } from "../models/embedded/draw.ts";
import { Evaluator } from "../models/embedded/evaluate.ts";
import type { Weights } from "../models/embedded/grammar.ts";
import { seeded } from "../models/embedded/random.ts";
import { chancesFor } from "../models/embedded/sample.ts";
import { writeProgram } from "../models/embedded/write_program.ts";
import type { Engine } from "../sandbox/engine.ts";
import { isSolved } from "../search/judged.ts";
import type { RunResult } from "./run_result.ts";

/** How much is drawn. */
export interface DrawnPlansOptions {
  /** Plans a task. */
  readonly plans: number;
  readonly seed: number;
  /** Where what is right is run. */
  readonly engine: Engine;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Draws plans for all tasks; `programs` are the plans, `seconds` the time of drawing them. */
export async function drawnPlans(
  { tasks, answers }: TaskSet,
  weights: Weights,
  { plans, seed, engine, now }: DrawnPlansOptions,
): Promise<RunResult> {
  const solved: boolean[] = [];
  let filtered = 0;
  let ms = 0;
  for (const task of tasks) {
    const began = now();
    const code = firstRight(task, answers.get(task.id) ?? [], weights, plans, seed);
    ms += now() - began;
    const findings = code === null
      ? null
      : await evaluate(code, { engine, task, answers: answers.get(task.id), timeoutMs: null });
    if (findings?.transduction) filtered++;
    solved.push(findings !== null && isSolved(findings) && !findings.transduction);
  }
  return {
    tasks: tasks.map(({ id }) => id),
    solved,
    voted: null,
    programs: tasks.length * plans,
    filtered,
    duplicates: 0,
    seconds: ms / 1000,
  };
}

/** The program of the first plan that is right on all pairs; all plans are drawn either way. */
function firstRight(
  { id, train, testInputs }: Task,
  answers: readonly Grid[],
  weights: Weights,
  plans: number,
  seed: number,
): string | null {
  const evaluator = new Evaluator({ train, testInputs });
  const random = seeded("drawn plans", id, seed);
  const chances = chancesFor(evaluator, weights, { n: plans, temperature: 1, random });
  const expected = [...train.map(({ output }) => output), ...answers];
  let code: string | null = null;
  for (let i = 0; i < plans; i++) {
    const plan = drawPlan(chances(), random);
    const result = evaluator.result(plan);
    if (code !== null || !result || result.outputs.length !== expected.length) continue;
    if (!expected.every((grid, at) => gridsEqual(grid, result.outputs[at]))) continue;
    code = writeProgram(plan, result.table, evaluator.facts);
  }
  return code;
}
