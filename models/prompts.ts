/**
 * Prompts for the two operators, in our own words (what they must show: SOAR sections 3.2, D.5).
 *
 * The layout is fixed, because the embedded model reads tasks out of it as any model must:
 * the task to solve stands under the last `## Task` heading; grids are numpy style below a line
 * `Train 1 input (3x4):`, `Train 1 output (…):`, `Test 1 input (…):`; a program to improve stands
 * in a python fence under `## Program to improve`, what it gave under `## What it gave`.
 *
 * @module
 */
import type { Grid } from "../data/grid.ts";
import type { Pair } from "../data/task.ts";

/** A chat message as the chat-completions protocol has it. */
export interface Message {
  /** Who speaks. */
  readonly role: "system" | "user" | "assistant";
  /** What is said. */
  readonly content: string;
}

/** What a prompt shows of a task; a {@link Pair} list and inputs, never test outputs. */
export interface ShownTask {
  /** Demonstrations shown. */
  readonly train: readonly Pair[];
  /** Inputs shown without their outputs. */
  readonly testInputs: readonly Grid[];
}

/** A solved task shown before the one to solve. */
export interface FewShot {
  /** The task, without test outputs. */
  readonly task: ShownTask;
  /** A program that solves it. */
  readonly code: string;
}

/** A program to improve, and what it gave on the task's train inputs then test inputs. */
export interface ShownAttempt {
  /** Its source. */
  readonly code: string;
  /** Train outputs then test outputs; null where there was none. */
  readonly outputs: readonly (Grid | null)[];
  /** The fault where an output is null. */
  readonly error: string | null;
  /** Whether each train output was right; one a train pair. */
  readonly correctTrain: readonly boolean[];
}

const SYSTEM =
  `You are an expert Python programmer who solves puzzles of the Abstraction and Reasoning Corpus.
A task shows input grids and the output grid each becomes. All pairs of a task follow one rule.
Grids hold the integers 0 to 9, which stand for colours: 0 black, 1 blue, 2 red, 3 green, 4 yellow,
5 grey, 6 magenta, 7 orange, 8 light blue, 9 maroon. A side has 1 to 30 cells.
Write a function \`transform(grid: list[list[int]]) -> list[list[int]]\` that turns every input into
its output, and would do so for new inputs of the same rule. You may import numpy and scipy.ndimage.
Do not write expected grids into the program. Think first if it helps, then give the whole program
in one fenced python block.`;

/**
 * Prompt that asks for a new program.
 *
 * @param testOutputs Shown beside the test inputs, as the published code does in relabelled rows;
 *   empty at inference and by the paper.
 */
export function samplePrompt(
  task: ShownTask,
  fewShot: FewShot | null,
  testOutputs: readonly Grid[] = [],
): Message[] {
  const parts = fewShot ? [fewShotText(fewShot)] : [];
  parts.push(`## Task\n\n${taskText(task)}`);
  parts.push(...testOutputs.map((grid, i) => shaped(`Test ${i + 1} output`, grid)));
  parts.push("Write the program for this task.");
  return [{ role: "system", content: SYSTEM }, { role: "user", content: parts.join("\n\n") }];
}

/** Prompt that asks for a better version of a program. */
export function refinePrompt(
  task: ShownTask,
  attempt: ShownAttempt,
  fewShot: FewShot | null,
): Message[] {
  const parts = fewShot ? [fewShotText(fewShot)] : [];
  parts.push(`## Task\n\n${taskText(task)}`);
  parts.push(`## Program to improve\n\n${answerText(attempt.code)}`);
  parts.push(`## What it gave\n\n${feedbackText(task, attempt)}`);
  parts.push("Find what is wrong with the program and write a better one.");
  return [{ role: "system", content: SYSTEM }, { role: "user", content: parts.join("\n\n") }];
}

/**
 * Prompt that asks for a program made of two (crossover): the first is shown as in
 * {@link refinePrompt}, so that a model that knows only refining improves that one.
 *
 * @param attempts The two programs, the better one first.
 */
export function crossoverPrompt(
  task: ShownTask,
  [first, second]: readonly [ShownAttempt, ShownAttempt],
  fewShot: FewShot | null,
): Message[] {
  const parts = fewShot ? [fewShotText(fewShot)] : [];
  parts.push(`## Task\n\n${taskText(task)}`);
  parts.push(`## Program to improve\n\n${answerText(first.code)}`);
  parts.push(`## What it gave\n\n${feedbackText(task, first)}`);
  parts.push(`## Second program\n\n${answerText(second.code)}`);
  parts.push(`## What the second gave\n\n${feedbackText(task, second)}`);
  parts.push(
    "Each program is right where the other may be wrong. Find what each does well and write one " +
      "program that does both.",
  );
  return [{ role: "system", content: SYSTEM }, { role: "user", content: parts.join("\n\n") }];
}

/** A program as an answer: one fenced python block. */
export function answerText(code: string): string {
  return "```python\n" + code.replace(/\n+$/, "") + "\n```";
}

/** A grid in numpy style, e.g. `[[0 1]\n [2 3]]`. */
export function gridText(grid: Grid): string {
  return "[" + grid.map((row) => `[${row.join(" ")}]`).join("\n ") + "]";
}

function shaped(label: string, grid: Grid): string {
  return `${label} (${grid.length}x${grid[0].length}):\n${gridText(grid)}`;
}

function taskText(task: ShownTask): string {
  const lines = task.train.flatMap((pair, i) => [
    shaped(`Train ${i + 1} input`, pair.input),
    shaped(`Train ${i + 1} output`, pair.output),
  ]);
  lines.push(...task.testInputs.map((grid, i) => shaped(`Test ${i + 1} input`, grid)));
  return lines.join("\n");
}

function fewShotText({ task, code }: FewShot): string {
  return `## Example of a solved task\n\n${taskText(task)}\n\n${answerText(code)}`;
}

function feedbackText(task: ShownTask, attempt: ShownAttempt): string {
  const lines = task.train.map((pair, i) => {
    const output = attempt.outputs[i];
    if (attempt.correctTrain[i]) return `Train ${i + 1}: right`;
    if (!output) return `Train ${i + 1}: no grid (${attempt.error ?? "unknown fault"})`;
    return [
      `Train ${i + 1}: wrong`,
      shaped(`Train ${i + 1} given`, output),
      shaped(`Train ${i + 1} expected`, pair.output),
    ].join("\n");
  });
  task.testInputs.forEach((_, i) => {
    const output = attempt.outputs[task.train.length + i];
    lines.push(output ? shaped(`Test ${i + 1} given`, output) : `Test ${i + 1}: no grid`);
  });
  return lines.join("\n");
}
