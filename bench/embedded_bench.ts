/**
 * What fitting adds to the embedded model: uniform grammar against fitted one, at equal draws.
 *
 *   deno run --allow-read bench/embedded_bench.ts --tasks DIR [--draws 50] [--seed 1]
 *
 * Programs are evaluated in this process (they compute what their Python does: a test holds that).
 * A task counts when some program is right on all its train and test pairs. "fitted" is fitted to
 * the uniform draws of the same tasks; "transferred" to those of the other half of the tasks.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Grid, gridsEqual } from "../data/grid.ts";
import { loadTasks } from "../data/load_tasks.ts";
import type { Drawn } from "../models/embedded/draw.ts";
import { Evaluator } from "../models/embedded/evaluate.ts";
import { fitModel, type TrainingRow } from "../models/embedded/fit.ts";
import { UNIFORM, type Weights } from "../models/embedded/grammar.ts";
import { seeded } from "../models/embedded/random.ts";
import { samplePrograms } from "../models/embedded/sample.ts";
import { answerText, samplePrompt, type ShownTask } from "../models/prompts.ts";
import { pairedBootstrap } from "../search/bootstrap.ts";

interface Case {
  readonly id: string;
  readonly task: ShownTask;
  readonly answers: readonly Grid[];
}

/** Rows a task: right programs, and relabelled ones (SOAR selects up to 25 and 25). */
const ROWS = 25;

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "sample" },
    draws: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});
const draws = Number(values.draws);
const seed = Number(values.seed);
const { tasks, answers } = await loadTasks(values.tasks, { split: "training" });
const cases: Case[] = tasks.map(({ id, train, testInputs }) => ({
  id,
  task: { train, testInputs },
  answers: [...train.map((pair) => pair.output), ...answers.get(id)!],
}));

const started = performance.now();
const first = drawAll(cases, () => UNIFORM, seed);
const seconds = (performance.now() - started) / 1000;
const again = drawAll(cases, () => UNIFORM, seed + 1);
const rows = cases.map((one) => rowsOf(one, first.get(one.id)!));
const fitStarted = performance.now();
const { weights, loss } = fitModel(rows.flat());
const fitSeconds = (performance.now() - fitStarted) / 1000;
const halves = [1, 0].map((odd) => fitModel(rows.filter((_, i) => i % 2 === odd).flat()).weights);
const fitted = drawAll(cases, () => weights, seed + 1);
const transferred = drawAll(cases, (i) => halves[i % 2], seed + 1);

const count = [...first.values()].reduce((sum, programs) => sum + programs.length, 0);
console.log(`${count} programs, ${Math.round(count / seconds)}/s drawn, evaluated and written`);
console.log(
  `fit: ${rows.flat().length} rows in ${fitSeconds.toFixed(1)} s, ` +
    `loss ${loss[0].loss.toFixed(2)} → ${loss.at(-1)!.loss.toFixed(2)} nats a plan`,
);
const base = solvedBy(again);
for (const [name, arm] of Object.entries({ uniform: again, fitted, transferred })) {
  const solved = solvedBy(arm);
  const { difference, low, high } = pairedBootstrap(solved, base, { random: seeded("bootstrap") });
  console.log(
    `${name}: ${
      solved.filter(Boolean).length
    } of ${cases.length} solved at ${draws} draws a task; ` +
      `against uniform ${difference} [${low}, ${high}]`,
  );
}

function drawAll(
  all: readonly Case[],
  weightsOf: (i: number) => Weights,
  seed: number,
): Map<string, Drawn[]> {
  return new Map(all.map(({ id, task }, i) => [
    id,
    samplePrograms(new Evaluator(task), weightsOf(i), {
      n: draws,
      temperature: 1,
      random: seeded(id, seed),
    }),
  ]));
}

function isRight({ answers }: Case, { outputs }: Drawn): boolean {
  return answers.every((answer, i) => gridsEqual(answer, outputs[i]));
}

function solvedBy(arm: ReadonlyMap<string, readonly Drawn[]>): boolean[] {
  return cases.map((one) => arm.get(one.id)!.some((drawn) => isRight(one, drawn)));
}

/** Right programs for their own task, shortest first; others for the task they solve. */
function rowsOf(one: Case, programs: readonly Drawn[]): TrainingRow[] {
  const { train, testInputs } = one.task;
  const ranked = programs.map((drawn) => ({
    drawn,
    right: isRight(one, drawn),
    near: train.filter((pair, i) => gridsEqual(pair.output, drawn.outputs[i])).length,
  })).sort((a, b) => b.near - a.near || a.drawn.code.length - b.drawn.code.length);
  const right = ranked.filter((entry) => entry.right).slice(0, ROWS);
  const wrong = ranked.filter((entry) => !entry.right).slice(0, ROWS);
  return [...right, ...wrong].map(({ drawn, right }) => {
    const shown = train.map(({ input }, i) => ({ input, output: drawn.outputs[i] }));
    return {
      prompt: samplePrompt(right ? one.task : { train: shown, testInputs }, null),
      completion: [{ role: "assistant", content: answerText(drawn.code) }],
      meta: JSON.stringify({
        taskId: one.id,
        operator: "sample",
        relabelled: !right,
        correct: right,
      }),
    };
  });
}
