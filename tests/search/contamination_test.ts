import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import {
  type ComparedTask,
  ContaminationGuard,
  pairHash,
  sharesContent,
  taskContent,
} from "../../search/contamination.ts";

function task(id: string, outputs: number[], dataset = "one"): ComparedTask {
  const train = outputs.map((colour): { input: Grid; output: Grid } => {
    return { input: [[colour]], output: [[colour, colour]] };
  });
  return { id, dataset, train, testInputs: [[[9]]] };
}

const measured = task("m", [1, 2]);
const guard = new ContaminationGuard([{ task: measured, answers: [[[9, 9]]] }]);

const SUSPECTS: [
  name: string,
  suspect: ComparedTask,
  answers: Grid[] | undefined,
  why: RegExp | null,
][] = [
  ["the same task", measured, undefined, /has the id of measured task one\/m/],
  ["another data set's task of its id", task("m", [5], "two"), undefined, /^two\/m has the id/],
  [
    "a task with one common train pair",
    task("x", [4, 2]),
    undefined,
    /shares a pair with .*one\/m/,
  ],
  ["a task that trains on its hidden test pair", task("x", [9]), undefined, /shares a pair/],
  ["a task tested on its test pair", task("x", [4]), [[[9, 9]]], /shares a pair/],
  ["a task with a common test input only", task("x", [4]), [[[9]]], null],
  ["another task", task("x", [3, 4]), undefined, null],
];

for (const [name, suspect, answers, why] of SUSPECTS) {
  Deno.test(`ContaminationGuard.fault() on ${name}`, () => {
    const fault = guard.fault(suspect, answers);
    if (why) assert(why.test(fault ?? "no fault"), `${fault}`);
    else assertEquals(fault, null);
    const contents = [taskContent(measured, [[[9, 9]]]), taskContent(suspect, answers)] as const;
    assertEquals(sharesContent(...contents), why !== null);
    assertEquals(sharesContent(contents[1], contents[0]), why !== null);
  });
}

Deno.test("ContaminationGuard without answers cannot know hidden test pairs", () => {
  const blind = new ContaminationGuard([{ task: measured }]);
  assertEquals(blind.fault(task("x", [9])), null);
  assert(blind.fault(task("x", [1])) !== null);
});

Deno.test("pairHash() tells which grid is the input and where a grid ends", () => {
  const pairs = [
    { input: [[1, 2]], output: [[3]] },
    { input: [[3]], output: [[1, 2]] },
    { input: [[1]], output: [[2, 3]] },
    { input: [[1], [2]], output: [[3]] },
  ];
  assertEquals(new Set(pairs.map(pairHash)).size, pairs.length);
});

Deno.test("taskContent() refuses answers that do not match the test inputs", () => {
  assertThrows(() => taskContent(measured, []), RangeError, "expected 1 answers, got 0");
});
