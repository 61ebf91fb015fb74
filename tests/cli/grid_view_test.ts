import { assertEquals, assertStringIncludes } from "@std/assert";
import { type GridStyle, gridView, type ShownGrids } from "../../cli/grid_view.ts";

const TASK: ShownGrids = {
  train: [["1", "2"], ["12/34", "21/43"]],
  testInputs: ["5"],
  testOutputs: ["6"],
};
const PLAIN: GridStyle = { color: false, columns: 80, inputs: 9 };

Deno.test("gridView() shows wrong inputs first, and marks the cells that differ", () => {
  assertEquals(gridView(TASK, ["2", "21/44", "6"], PLAIN).split("\n"), [
    "train 2 input 2×2   expected 2×2   predicted, wrong 2×2",
    "1 2                 2 1            2 1",
    "3 4                 4 3            4 4!",
    "train 1 input 1×1   expected 1×1   predicted, right 1×1",
    "1                   2              2",
    "test 1 input 1×1   expected 1×1   predicted, right 1×1",
    "5                  6              6",
  ]);
});

Deno.test("gridView() says how many inputs are left out, and when there is no output", () => {
  assertEquals(gridView(TASK, [null, "21/43", "6"], { ...PLAIN, inputs: 1 }).split("\n"), [
    "train 1 input 1×1   expected 1×1   predicted: none",
    "1                   2",
    "(2 more inputs: --grids 3)",
  ]);
});

Deno.test("gridView() shows no expected output where the run does not know it", () => {
  const text = gridView({ ...TASK, train: [], testOutputs: null }, ["7"], PLAIN);
  assertEquals(text.split("\n"), ["test 1 input 1×1   predicted 1×1", "5                  7"]);
});

Deno.test("gridView() puts grids below one another where the terminal is too narrow", () => {
  const text = gridView({ ...TASK, train: [] }, ["7"], { ...PLAIN, columns: 30 });
  assertEquals(text.split("\n"), [
    "test 1 input 1×1",
    "5 ",
    "expected 1×1",
    "6 ",
    "predicted, wrong 1×1",
    "7!",
  ]);
});

Deno.test("gridView() in colour has a background a cell, and marks what differs", () => {
  const text = gridView({ ...TASK, train: [] }, ["7"], { ...PLAIN, color: true });
  const [heading, cells] = text.split("\n");
  assertEquals(heading, "test 1 input 1×1   expected 1×1   predicted, wrong 1×1");
  assertStringIncludes(cells, "\x1b[48;5;247;38;5;16m  \x1b[0m");
  assertStringIncludes(cells, "\x1b[48;5;208;38;5;16m><\x1b[0m");
});
