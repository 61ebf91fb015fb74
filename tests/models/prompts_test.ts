import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Grid } from "../../data/grid.ts";
import {
  answerText,
  crossoverPrompt,
  gridText,
  refinePrompt,
  samplePrompt,
  type ShownAttempt,
  type ShownTask,
} from "../../models/prompts.ts";
import { chosenBlock } from "../../models/extract_program.ts";

const TASK: ShownTask = {
  train: [
    { input: [[1, 2, 3]], output: [[1], [2], [3]] },
    { input: [[4]], output: [[5]] },
    { input: [[6, 6]], output: [[7, 7]] },
  ],
  testInputs: [[[8, 0]], [[0, 8]]],
};

const ATTEMPT: ShownAttempt = {
  code: "def transform(grid):\n    return grid\n",
  outputs: [[[1], [2], [3]], [[4, 0]], null, [[3, 3]], null],
  error: "IndexError: list index out of range",
  correctTrain: [true, false, false],
};

/** Grids of the given colours, at least 2 cells wide. */
function grids(colours: number[]): fc.Arbitrary<Grid> {
  return fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 6 })).chain(
    ([height, width]) => {
      const row = fc.array(fc.constantFrom(...colours), { minLength: width, maxLength: width });
      return fc.array(row, { minLength: height, maxLength: height });
    },
  );
}

const SHOWN = grids([0, 1, 2, 3, 4, 5, 6, 7, 8]);
const ANSWER = grids([9]);
const PLAIN_TASK = fc.record({
  train: fc.array(fc.record({ input: SHOWN, output: SHOWN }), { minLength: 1, maxLength: 4 }),
  testInputs: fc.array(SHOWN, { minLength: 1, maxLength: 3 }),
});

/** Two nines side by side, however a grid is written: only grids of the answers have them. */
const LEAK = /9[\s,/]*9/;

function user(messages: readonly { role: string; content: string }[]): string {
  assertEquals(messages.map(({ role }) => role), ["system", "user"]);
  return messages[1].content;
}

/** What stands under the last heading of this name. */
function section(text: string, heading: string): string {
  return text.split(`## ${heading}\n`).at(-1)!.split("\n## ")[0];
}

Deno.test("prompts say what a task is, what the colours are and what is wanted", () => {
  for (const messages of [samplePrompt(TASK, null), refinePrompt(TASK, ATTEMPT, null)]) {
    const system = messages[0].content;
    const colours =
      "0 black, 1 blue, 2 red, 3 green, 4 yellow,\n5 grey, 6 magenta, 7 orange, 8 light blue, 9 maroon";
    for (const part of [colours, "transform(grid", "fenced python block", "numpy"]) {
      assert(system.includes(part), part);
    }
  }
});

Deno.test("gridText() is numpy's way of writing a grid", () => {
  assertEquals(gridText([[0, 1], [2, 3]]), "[[0 1]\n [2 3]]");
  assertEquals(gridText([[7]]), "[[7]]");
});

Deno.test("samplePrompt() shows every pair and test input with its shape, in order", () => {
  assertEquals(
    section(user(samplePrompt(TASK, null)), "Task").trim(),
    `Train 1 input (1x3):
[[1 2 3]]
Train 1 output (3x1):
[[1]
 [2]
 [3]]
Train 2 input (1x1):
[[4]]
Train 2 output (1x1):
[[5]]
Train 3 input (1x2):
[[6 6]]
Train 3 output (1x2):
[[7 7]]
Test 1 input (1x2):
[[8 0]]
Test 2 input (1x2):
[[0 8]]

Write the program for this task.`,
  );
});

Deno.test("both prompts show all of any task under the last Task heading", () => {
  fc.assert(fc.property(PLAIN_TASK, (task) => {
    const attempt = {
      code: "pass",
      outputs: [...task.train, ...task.testInputs].map(() => null),
      error: null,
      correctTrain: task.train.map(() => false),
    };
    const example = { task: TASK, code: "def transform(grid):\n    return grid" };
    for (const messages of [samplePrompt(task, example), refinePrompt(task, attempt, example)]) {
      const text = section(user(messages), "Task");
      const shown = (label: string, grid: Grid) =>
        assert(
          text.includes(`${label} (${grid.length}x${grid[0].length}):\n${gridText(grid)}\n`),
          label,
        );
      task.train.forEach(({ input, output }, i) => {
        shown(`Train ${i + 1} input`, input);
        shown(`Train ${i + 1} output`, output);
      });
      task.testInputs.forEach((grid, i) => shown(`Test ${i + 1} input`, grid));
      assert(!text.includes(`Train ${task.train.length + 1}`));
      assert(!text.includes(`Test ${task.testInputs.length + 1}`));
    }
  }));
});

Deno.test("no prompt holds a test output, even of tasks that carry their answers", () => {
  fc.assert(fc.property(PLAIN_TASK, ANSWER, SHOWN, (plain, answer, given) => {
    const task = {
      ...plain,
      testOutputs: plain.testInputs.map(() => answer),
      answers: [answer],
      test: plain.testInputs.map((input) => ({ input, output: answer })),
    };
    const attempt = {
      code: "def transform(grid):\n    return grid",
      outputs: [...plain.train, ...plain.testInputs].map(() => given),
      error: null,
      correctTrain: plain.train.map((_, i) => i % 2 === 0),
      correctTest: plain.testInputs.map(() => false),
    };
    const example = { task, code: attempt.code };
    for (
      const messages of [
        samplePrompt(task, null),
        samplePrompt(task, example),
        refinePrompt(task, attempt, null),
        refinePrompt(task, attempt, example),
      ]
    ) for (const { content } of messages) assert(!LEAK.test(content), content);
  }));
});

Deno.test("the search for test outputs finds one where a prompt does hold it", () => {
  fc.assert(fc.property(PLAIN_TASK, ANSWER, (task, answer) => {
    const shown = { ...task, train: [{ input: task.train[0].input, output: answer }] };
    assert(LEAK.test(user(samplePrompt(shown, null))));
  }));
});

Deno.test("refinePrompt() shows the program and what it gave: right, wrong and no grid", () => {
  const text = user(refinePrompt(TASK, ATTEMPT, null));
  assertEquals(
    section(text, "Program to improve").trim(),
    "```python\ndef transform(grid):\n    return grid\n```",
  );
  assertEquals(
    section(text, "What it gave").trim(),
    `Train 1: right
Train 2: wrong
Train 2 given (1x2):
[[4 0]]
Train 2 expected (1x1):
[[5]]
Train 3: no grid (IndexError: list index out of range)
Test 1 given (1x2):
[[3 3]]
Test 2: no grid

Find what is wrong with the program and write a better one.`,
  );
});

Deno.test("refinePrompt() does not judge test outputs", () => {
  const judged = (correctTest: boolean[]) =>
    refinePrompt(TASK, { ...ATTEMPT, correctTest } as ShownAttempt, null);
  assertEquals(judged([true, true]), judged([false, false]));
});

Deno.test("a solved example stands before the task, with its program", () => {
  const example = {
    task: { train: [TASK.train[1]], testInputs: [[[4, 4]]] },
    code: "def transform(grid):\n    return 5\n",
  };
  for (const messages of [samplePrompt(TASK, example), refinePrompt(TASK, ATTEMPT, example)]) {
    const text = user(messages);
    const shown = text.indexOf("## Example of a solved task");
    assert(shown >= 0 && shown < text.indexOf("## Task\n"));
    const part = section(text, "Example of a solved task");
    assert(part.includes("Train 1 input (1x1):\n[[4]]"), part);
    assert(part.includes(answerText(example.code)), part);
  }
});

Deno.test("an answer is found again as the program it holds", () => {
  const line = fc.constantFrom("def transform(grid):", "    return grid", "x = 1", "");
  fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
    const code = lines.join("\n");
    assertEquals(chosenBlock(answerText(code)), code.replace(/\n+$/, "") + "\n");
  }));
});

Deno.test("crossoverPrompt() shows both programs with what each gave, the first as in refinePrompt()", () => {
  const second = {
    ...ATTEMPT,
    code: "def transform(grid):\n    return []\n",
    correctTrain: [false, true, true],
  };
  const text = user(crossoverPrompt(TASK, [ATTEMPT, second], null));
  assert(section(text, "Second program").includes("return []"));
  assert(section(text, "What the second gave").includes("Train 2: right"));
  const alone = user(refinePrompt(TASK, ATTEMPT, null));
  for (const heading of ["Program to improve", "What it gave"]) {
    assert(section(alone, heading).startsWith(section(text, heading).trimEnd()), heading);
  }
});

Deno.test("samplePrompt() shows test outputs only when they are handed to it", () => {
  const shown = user(samplePrompt(TASK, null, [[[5, 5]], [[6]]]));
  assert(shown.includes("Test 1 output (1x2):\n[[5 5]]") && shown.includes("Test 2 output (1x1)"));
  assert(!user(samplePrompt(TASK, null)).includes("Test 1 output"));
});
