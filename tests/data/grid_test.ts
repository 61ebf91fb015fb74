import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import {
  decodeGrid,
  encodeGrid,
  type Grid,
  gridFault,
  gridsEqual,
  isGrid,
  MAX_SIDE,
} from "../../data/grid.ts";
import { grids } from "./tasks.ts";

Deno.test("decodeGrid() is the inverse of encodeGrid()", () => {
  fc.assert(fc.property(grids(), (grid) => assertEquals(decodeGrid(encodeGrid(grid)), grid)));
});

Deno.test("encodeGrid() writes one digit a cell, rows joined by a slash", () => {
  assertEquals(encodeGrid([[0, 1, 2], [3, 4, 9]]), "012/349");
  assertEquals(encodeGrid([[7]]), "7");
});

Deno.test("gridFault() finds nothing wrong with a grid", () => {
  fc.assert(fc.property(grids(), (grid) => gridFault(grid) === null && isGrid(grid)));
});

const side = (n: number) => new Array(n).fill(0);
const faults: [value: unknown, fault: string][] = [
  [null, "expected a list of rows, got null"],
  ["01/23", "expected a list of rows, got string"],
  [{}, "expected a list of rows, got object"],
  [[], "expected 1..30 rows, got 0"],
  [side(MAX_SIDE + 1).map(() => [0]), "expected 1..30 rows, got 31"],
  [[0, 1], "row 0: expected a list, got number"],
  [[[0], null], "row 1: expected a list, got null"],
  [[[]], "row 0: expected 1..30 cells, got 0"],
  [[side(MAX_SIDE + 1)], "row 0: expected 1..30 cells, got 31"],
  [[[0, 1, 2], [0, 1]], "row 1: expected 3 cells, got 2"],
  [[[0, 10]], "row 0, cell 1: expected an integer 0..9, got 10"],
  [[[-1]], "row 0, cell 0: expected an integer 0..9, got -1"],
  [[[1.5]], "row 0, cell 0: expected an integer 0..9, got 1.5"],
  [[["1"]], 'row 0, cell 0: expected an integer 0..9, got "1"'],
  [[[true]], "row 0, cell 0: expected an integer 0..9, got true"],
  [[[null]], "row 0, cell 0: expected an integer 0..9, got null"],
];
for (const [value, fault] of faults) {
  Deno.test(`gridFault() says "${fault}"`, () => {
    assertEquals(gridFault(value), fault);
    assertFalse(isGrid(value));
  });
}

Deno.test("gridsEqual() compares shape and cells", () => {
  fc.assert(fc.property(grids(3), grids(3), (a, b) => {
    assert(gridsEqual(a, structuredClone(a) as Grid));
    assertEquals(gridsEqual(a, b), encodeGrid(a) === encodeGrid(b));
  }));
  assertFalse(gridsEqual([[1, 2]], [[1], [2]]));
});
