import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseAnswers, parseTask, TaskError } from "../../data/parse_task.ts";
import { arcText, contents } from "./tasks.ts";

const ORIGIN = { file: "tasks/foo.json", id: "foo", dataset: "tasks", split: "training" } as const;
const PAIR = { input: [[1]], output: [[2]] };

Deno.test("parseTask() reads back every task written as ARC JSON", () => {
  fc.assert(fc.property(contents(), (written) => {
    const { task, answers } = parseTask(JSON.parse(arcText(written)), ORIGIN);
    const { id, dataset, split, ...read } = task;
    assertEquals({ id, dataset, split }, { id: "foo", dataset: "tasks", split: "training" });
    assertEquals({ ...read, answers }, written);
  }));
});

Deno.test("parseTask() keeps test outputs out of the task", () => {
  const secret = [[9, 9, 9]];
  const json = { train: [PAIR], test: [{ input: [[1]], output: secret }] };
  const { task, answers } = parseTask(json, ORIGIN);
  assertEquals(answers, [secret]);
  assertEquals(JSON.stringify(task).includes("9"), false);
});

Deno.test("parseTask() ignores metadata beside train and test", () => {
  const json = { name: "Foo", id: 7, train: [PAIR], test: [{ input: [[1]] }] };
  assertEquals(parseTask(json, ORIGIN).answers, null);
});

const malformed: [name: string, json: unknown, message: string][] = [
  ["a list", [PAIR], ": expected an object, got a list"],
  ["null", null, ": expected an object, got null"],
  ["no train", { test: [PAIR] }, ": train: expected a list of pairs, got nothing"],
  ["empty train", { train: [], test: [PAIR] }, ": train: expected at least one pair"],
  ["train by name", { train: {}, test: [PAIR] }, ": train: expected a list of pairs, got object"],
  ["no test", { train: [PAIR] }, ": test: expected a list of pairs, got nothing"],
  ["empty test", { train: [PAIR], test: [] }, ": test: expected at least one pair"],
  [
    "a grid for a pair",
    { train: [PAIR, [[1]]], test: [PAIR] },
    ": train[1]: expected an object, got a list",
  ],
  [
    "a train pair without output",
    { train: [{ input: [[1]] }], test: [PAIR] },
    ": train[0].output: missing",
  ],
  [
    "a test pair without input",
    { train: [PAIR], test: [{ output: [[1]] }] },
    ": test[0].input: missing",
  ],
  [
    "a misspelt field",
    { train: [PAIR, { input: [[1]], ouput: [[1]] }], test: [PAIR] },
    ': train[1]: expected input and output only, got "ouput"',
  ],
  [
    "a ragged grid",
    { train: [PAIR, PAIR, { input: [[1]], output: [[1, 2, 3], [1, 2, 3, 4]] }], test: [PAIR] },
    ": train[2].output: row 1: expected 3 cells, got 4",
  ],
  [
    "a colour out of range",
    { train: [PAIR], test: [{ input: [[0, 12]] }] },
    ": test[0].input: row 0, cell 1: expected an integer 0..9, got 12",
  ],
  [
    "a null answer",
    { train: [PAIR], test: [{ input: [[1]], output: null }] },
    ": test[0].output: expected a list of rows, got null",
  ],
  [
    "answers to some tests only",
    { train: [PAIR], test: [PAIR, { input: [[1]] }] },
    ": test[1].output: missing",
  ],
];
for (const [name, json, message] of malformed) {
  Deno.test(`parseTask() refuses ${name}`, () => {
    const error = assertThrows(() => parseTask(json, ORIGIN), TaskError);
    assertEquals(error.message, `tasks/foo.json: task foo${message}`);
    assertEquals(error.fault, "malformed");
  });
}

Deno.test("parseAnswers() refuses what is not one grid a test input", () => {
  const { task } = parseTask({ train: [PAIR], test: [PAIR, PAIR] }, ORIGIN);
  const cases: [json: unknown, message: string][] = [
    [undefined, "expected a list of grids, got nothing"],
    [[[[1]]], "expected 2 test outputs, got 1"],
    [[[[1]], [[1], []]], "[1]: row 1: expected 1..30 cells, got 0"],
  ];
  for (const [json, message] of cases) {
    const error = assertThrows(() => parseAnswers(json, task, "x_solutions.json"), TaskError);
    assertEquals(error.message, `x_solutions.json: task foo: ${message}`);
  }
  assertEquals(parseAnswers([[[1]], [[2]]], task, "x_solutions.json"), [[[1]], [[2]]]);
});
