/**
 * Integer sequences as a domain: find the Python function that gives a sequence's terms.
 *
 * Prompts, the name a program defines, judge and features are other than ARC's; nothing of the search
 * knows.
 *
 * @module
 */
import {
  type Domain,
  type Grid,
  judge,
  type Message,
  type ShownAttempt,
  type ShownTask,
} from "../../mod.ts";
import { HARNESS, numberOf } from "./numbers.ts";
import { loadTasks } from "./tasks.ts";

/** Heading of the program to improve; the model reads it there. */
export const TO_IMPROVE = "## Program to improve";

const SYSTEM =
  "You find the rule of integer sequences. Write a Python function `term(n)` that gives " +
  "the term of index n, as an int, in one fenced python block. Do not write terms down.";

const FENCE = "```";

/** The seam between sequences and the search. */
export const SEQUENCES: Domain = {
  name: "sequences",
  loadTasks,
  prompts: {
    sample: (task, fewShot) => asked([exampleText(fewShot), taskText(task)]),
    refine: (task, attempt, fewShot) =>
      asked([exampleText(fewShot), taskText(task), attemptText(TO_IMPROVE, task, attempt)]),
    crossover: (task, [first, second], fewShot) =>
      asked([
        exampleText(fewShot),
        taskText(task),
        attemptText(TO_IMPROVE, task, first),
        attemptText("## Second program", task, second),
      ]),
    answer,
    extract,
    firstExample: {
      task: { train: [{ input: [[5]], output: [[9]] }], testInputs: [[[6]]] },
      code: "def term(n):\n    return n + 4",
    },
  },
  runnable: (code) => code + HARNESS,
  judge: (task, answers, frames) => {
    // A row of digits is a number, whatever noughts it begins with.
    const canonical = frames.map((frame) => ({ ...frame, output: trimmed(frame.output) }));
    return judge(task, answers, canonical);
  },
  features: {
    isHardCoded: (code, outputs) => {
      const literals = new Set(code.match(/\d{3,}/g) ?? []);
      return outputs.some((output) => output !== null && literals.has(`${numberOf(output)}`));
    },
    keepFault: (train, outputs) => {
      const given = outputs.slice(0, train.length).map((output) => output && `${numberOf(output)}`);
      if (given.includes(null)) return "no_number";
      return new Set(given).size === 1 ? "constant" : null;
    },
  },
};

function asked(parts: readonly (string | null)[]): Message[] {
  const content = [...parts.filter((part) => part !== null), "Write `term`."].join("\n\n");
  return [{ role: "system", content: SYSTEM }, { role: "user", content }];
}

function taskText({ train, testInputs }: ShownTask): string {
  const shown = train.map(({ input, output }) => `a(${numberOf(input)}) = ${numberOf(output)}`);
  const wanted = testInputs.map((input) => `a(${numberOf(input)})`).join(", ");
  return `## Sequence\n\n${shown.join("\n")}\nAsked for: ${wanted}`;
}

function exampleText(shot: { task: ShownTask; code: string } | null): string | null {
  return shot && `## Example\n\n${taskText(shot.task)}\n\n${answer(shot.code)}`;
}

function attemptText(heading: string, { train }: ShownTask, attempt: ShownAttempt): string {
  const given = train.map(({ input }, i) => {
    const output = attempt.outputs[i];
    const what = output ? `${numberOf(output)}` : attempt.error ?? "no number";
    return `a(${numberOf(input)}): ${what}, ${attempt.correctTrain[i] ? "right" : "wrong"}`;
  });
  return `${heading}\n\n${answer(attempt.code)}\n\n${given.join("\n")}`;
}

function answer(code: string): string {
  return `${FENCE}python\n${code.trimEnd()}\n${FENCE}`;
}

function extract(text: string) {
  const found = [...text.matchAll(/```python\n([\s\S]*?)```/g)].at(-1);
  if (!found?.[1].includes("def term(")) return null;
  const start = found.index + `${FENCE}python\n`.length;
  return { span: [start, start + found[1].length] as const, addNumpy: false };
}

function trimmed(output: Grid | null): Grid | null {
  if (output?.length !== 1) return output;
  const first = output[0].findIndex((digit) => digit !== 0);
  return first < 0 ? [[0]] : [output[0].slice(first)];
}
