import { assertEquals } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { keepFault } from "../../search/keep.ts";

function pairsTo(...outputs: Grid[]): { input: Grid; output: Grid }[] {
  return outputs.map((output, i) => ({ input: [[i + 1, 0]], output }));
}

const TASK = pairsTo([[1, 2]], [[3, 4]]);
const COPYING = pairsTo([[1, 0]], [[2, 0]], [[5, 5]]);
const CASES: [name: string, train: typeof TASK, outputs: (Grid | null)[], fault: string | null][] =
  [
    ["right", TASK, [[[1, 2]], [[3, 4]], [[5, 6]]], null],
    ["missing an output", TASK, [[[1, 2]], null, [[5, 6]]], "no_grid"],
    ["blank on the test", TASK, [[[1, 2]], [[3, 4]], [[0]]], "blank_tests"],
    ["blank where the task is too", pairsTo([[0]], [[3]]), [[[1]], [[3]], [[0]]], null],
    ["constant", TASK, [[[7]], [[7]], [[7]]], "constant"],
    ["constant where the task is too", pairsTo([[7]], [[7]]), [[[6]], [[6]], [[6]]], null],
    ["the identity", TASK, [[[1, 0]], [[2, 0]], [[3, 0]]], "copies_input"],
    ["copying as often as the task", COPYING, [[[1, 0]], [[2, 0]], [[6, 6]], [[1]]], null],
    [
      "copying more often than the task",
      COPYING,
      [[[1, 0]], [[2, 0]], [[3, 0]], [[1]]],
      "copies_input",
    ],
    ["right on a single pair", pairsTo([[4]]), [[[4]], [[5]]], null],
  ];

for (const [name, train, outputs, fault] of CASES) {
  Deno.test(`keepFault() on a program ${name}`, () => {
    assertEquals(keepFault(train, outputs), fault);
  });
}
