import { assertEquals, assertThrows } from "@std/assert";
import { PromptError, readPrompt } from "../../../models/embedded/read_prompt.ts";
import {
  crossoverPrompt,
  type Message,
  refinePrompt,
  samplePrompt,
} from "../../../models/prompts.ts";
import { TASKS } from "./tasks.ts";

const CODE = "def transform(grid):\n    return grid";

Deno.test("readPrompt() reads the task of a sampling prompt, not the example before it", () => {
  for (const [i, { task }] of TASKS.entries()) {
    const example = { task: TASKS[(i + 1) % TASKS.length].task, code: CODE };
    assertEquals(readPrompt(samplePrompt(task, null)), { task, attempt: null });
    assertEquals(readPrompt(samplePrompt(task, example)), { task, attempt: null });
  }
});

Deno.test("readPrompt() reads the program to improve and what it gave", () => {
  const { task } = TASKS[0];
  const wrong = [[1, 2, 3]];
  const outputs = task.train.map((pair, i) => i === 0 ? pair.output : i === 1 ? wrong : null);
  const attempt = {
    code: CODE,
    outputs: [...outputs, ...task.testInputs],
    error: "IndexError",
    correctTrain: task.train.map((_, i) => i === 0),
  };
  const example = { task: TASKS[1].task, code: "def transform(grid):\n    return []" };
  for (const shown of [null, example]) {
    const read = readPrompt(refinePrompt(task, attempt, shown));
    assertEquals(read.task, task);
    assertEquals(read.attempt, {
      code: CODE,
      given: task.train.map((_, i) => i === 0 ? "right" : i === 1 ? wrong : null),
      second: null,
    });
    const other = { ...attempt, code: "def transform(grid):\n    return grid[::-1]" };
    const both = readPrompt(crossoverPrompt(task, [attempt, other], shown));
    assertEquals(both.attempt, { ...read.attempt, second: other.code });
  }
});

Deno.test("readPrompt() says what it cannot read", () => {
  const user = (content: string): Message[] => [{ role: "user", content }];
  const task = "## Task\n\nTrain 1 input (1x1):\n[[1]]\nTrain 1 output (1x1):\n[[2]]\n";
  for (
    const [messages, message] of [
      [[{ role: "system", content: "hello" }], "user message"],
      [user("hello"), '"## Task" heading'],
      [user("## Task\n\nnothing"), "at least 1 train pair"],
      [user(task), "at least 1 test input"],
      [user("## Task\n\nTrain 1 input (1x1):\n[[1]]\n"), "output for train pair 1"],
      [user("## Task\n\nTrain 1 input (1x2):\n[[1]]\n"), "expected 1x2, got 1x1"],
      [user("## Task\n\nTrain 1 input (1x1):\n[[12]]\n"), "integer 0..9"],
      [user(`${task}Test 1 input (1x1):\n[[1]]\n\n## Program to improve\n\nnone`), "python fence"],
    ] as [Message[], string][]
  ) assertThrows(() => readPrompt(messages), PromptError, message);
});
