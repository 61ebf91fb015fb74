/**
 * Reading a task, and a program to improve, out of a prompt (its layout: models/prompts.ts).
 *
 * @module
 */
import { type Grid, gridFault } from "../../data/grid.ts";
import type { Pair } from "../../data/task.ts";
import type { Message, ShownTask } from "../prompts.ts";

/** What a prompt asks for. */
export interface Request {
  readonly task: ShownTask;
  /** The program to improve, for a refinement. */
  readonly attempt: ReadAttempt | null;
}

/** A program to improve and what it gave. */
export interface ReadAttempt {
  readonly code: string;
  /** For each train pair: the wrong grid it gave, `right`, or null where it gave none. */
  readonly given: readonly (Grid | "right" | null)[];
  /** Code of a second program to make one of, for a crossover; else null. */
  readonly second: string | null;
}

/** The prompt is not one this model can read. */
export class PromptError extends Error {
  override name = "PromptError";
}

/**
 * Reads the last user message.
 *
 * @throws {PromptError} when it shows no task, or grids that are none
 */
export function readPrompt(messages: readonly Pick<Message, "role" | "content">[]): Request {
  const content = messages.findLast((message) => message.role === "user")?.content;
  if (typeof content !== "string") {
    throw new PromptError("expected a user message with the task as text");
  }
  const text = `\n${content.replaceAll("\r\n", "\n")}`;
  const start = text.lastIndexOf("\n## Task\n");
  if (start < 0) throw new PromptError('expected a "## Task" heading, got none');
  const [shown, ...sections] = text.slice(start + "\n## Task\n".length).split("\n## ");
  const section = (title: string) =>
    sections.find((part) => part.startsWith(`${title}\n`))?.slice(title.length + 1);
  const task = readTask(shown);
  const program = section("Program to improve");
  if (program === undefined) return { task, attempt: null };
  const given = readGiven(section("What it gave") ?? "", task);
  const second = section("Second program");
  return {
    task,
    attempt: {
      code: readCode(program, "Program to improve"),
      given,
      second: second === undefined ? null : readCode(second, "Second program"),
    },
  };
}

function readCode(text: string, title: string): string {
  const code = text.match(/```python\n([\s\S]*?)\n?```/)?.[1];
  if (code === undefined) {
    throw new PromptError(`expected a python fence under "## ${title}", got none`);
  }
  return code;
}

function readTask(text: string): ShownTask {
  const grids = readGrids(text);
  const train: Pair[] = [];
  while (grids.has(`Train ${train.length + 1} input`)) {
    const [input, output] = ["input", "output"].map((side) =>
      grids.get(`Train ${train.length + 1} ${side}`)
    );
    if (!output) throw new PromptError(`expected an output for train pair ${train.length + 1}`);
    train.push({ input: input!, output });
  }
  if (train.length === 0) throw new PromptError("expected at least 1 train pair, got 0");
  const testInputs: Grid[] = [];
  for (let grid; (grid = grids.get(`Test ${testInputs.length + 1} input`));) testInputs.push(grid);
  if (testInputs.length === 0) throw new PromptError("expected at least 1 test input, got 0");
  return { train, testInputs };
}

function readGiven(text: string, task: ShownTask): (Grid | "right" | null)[] {
  const grids = readGrids(text);
  return task.train.map((_, i) =>
    text.includes(`Train ${i + 1}: right`) ? "right" : grids.get(`Train ${i + 1} given`) ?? null
  );
}

/** Grids by label, e.g. `Train 1 input`, from lines like `Train 1 input (3x4):`. */
function readGrids(text: string): Map<string, Grid> {
  const grids = new Map<string, Grid>();
  const found = text.matchAll(/^((?:Train|Test) \d+ \w+) \((\d+)x(\d+)\):\n(\[\[[\d\s[\]]*\]\])/gm);
  for (const [, label, height, width, rows] of found) {
    const grid = rows.slice(2, -2).split(/\]\s*\[/).map((row) =>
      row.trim().split(/\s+/).map(Number)
    );
    const fault = gridFault(grid);
    if (fault) throw new PromptError(`${label}: ${fault}`);
    if (grid.length !== Number(height) || grid[0].length !== Number(width)) {
      throw new PromptError(
        `${label}: expected ${height}x${width}, got ${grid.length}x${grid[0].length}`,
      );
    }
    grids.set(label, grid);
  }
  return grids;
}
