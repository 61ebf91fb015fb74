import { assertEquals, assertStrictEquals } from "@std/assert";
import { decodeGrid, encodeGrid } from "../../../data/grid.ts";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";

const DUMMY = { input: [[0, 0]], output: [[1, 1]] };

/** What an expression gives for one grid; null where it is undefined. */
function gridOf(expression: string, input: string): string | null {
  const grid = decodeGrid(input);
  const evaluator = new Evaluator({ train: [{ ...DUMMY, input: grid }], testInputs: [grid] });
  const result = evaluator.result(parsePlan(`answer(${expression})`));
  return result && encodeGrid(result.outputs[0]);
}

Deno.test("operations give what their meaning says", () => {
  for (
    const [expression, input, expected] of [
      ["product(input, mirror_h(input))", "10/02", "0100/2000/0001/0020"],
      ["product_painted(input, keep_colour(input, blue))", "10/20", "1000/0000/2000/0000"],
      ["unfold_left(input)", "12", "2112"],
      ["unfold_up(input)", "1/2", "2/1/1/2"],
      ["tile_mirrored_h(input, two, two)", "12", "1212/2121"],
      ["tile_mirrored(input, two, two)", "12/34", "1221/3443/3443/1221"],
      ["plain(red, two, three)", "1", "222/222"],
      ["bar(red, four, two, three)", "1", "222/200"],
      ["diagonal(green, three)", "1", "300/030/003"],
      ["palette(input)", "0113", "1/3"],
      ["histogram(input)", "0113", "11/30"],
      ["unscale(input)", "1122/1122", "12"],
      ["continue_right(input, two)", "121", "121212"],
      ["continue_down(input, two)", "1/2", "1/2/1/2"],
      ["objects_down(objects_4(input))", "110/010/000/002", "000/000/110/012"],
      ["objects_right(objects_4(input))", "1020/3300", "0012/0033"],
      ["colour_up(objects_4(input), red)", "000/210/030", "200/010/030"],
      ["attract(objects_4(input), green)", "10003/00000/00000", "00013/00000/00000"],
      ["objects_mirror_h(objects_mixed(input))", "0120/0000", "0210/0000"],
      ["complete_objects(objects_mixed(input))", "01210/01000", "01210/01210"],
      ["line_up_v(ordered_by_filled(rows(input)))", "110/000/002", "000/002/110"],
      ["line_up_v(distinct_pieces(rows(input)))", "10/02/10", "10/02"],
      ["line_up_v(filled_pieces(rows(input)))", "10/00/11", "10"],
      ["shoot_right(input, red)", "0200/0203", "0222/0223"],
      ["shoot_up_left(input, red)", "000/000/002", "200/020/002"],
      ["rows_of(input, red)", "020/300", "222/300"],
      ["columns_of(input, red)", "020/300", "020/320"],
      ["connect_diagonal(input)", "400/000/004", "400/040/004"],
      ["spread_seeds(input, blue)", "0010/2010/0013", "2213/2213/2213"],
      ["paint_largest_block(input, red)", "100/000/000", "122/022/022"],
      ["hidden_by_mirror(input, maroon)", "1221/3993/3443/1221", "44"],
      ["hidden_by_tile(input, maroon)", "1212/2191/1212", "2"],
    ] as const
  ) {
    assertStrictEquals(gridOf(expression, input), expected, expression);
  }
});

Deno.test("keys that copy hold for colours that no train pair has", () => {
  const train = ([
    ["1001/0000/2002", "1111/0000/2222"],
    ["0000/3003/4000", "0000/3333/4000"],
  ] as const).map(([input, output]) => ({ input: decodeGrid(input), output: decodeGrid(output) }));
  const testInputs = [decodeGrid("5005/0000/7007")];
  const evaluator = new Evaluator({ train, testInputs });
  for (
    const [plan, guesses] of [
      ["paint(copy_rays(input))", false],
      ["paint(by_rays(input))", true],
    ] as const
  ) {
    const result = evaluator.result(parsePlan(plan))!;
    assertEquals(result.guesses, guesses, plan);
    assertEquals(encodeGrid(result.outputs[2]) === "5555/0000/7777", !guesses, plan);
  }
});

Deno.test("features tell of the nearest cell, of diagonals, and of the fields of a lattice", () => {
  for (
    const [feature, input, expected] of [
      ["nearest_colour(input)", "1000/0002", [[2, 1, 1, 2], [1, 1, 2, 1]]],
      ["nearest_distance(input)", "1000/0002", [[4, 1, 2, 1], [1, 2, 1, 4]]],
      ["seen_up_left(input)", "100/000/000", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]],
      [
        "field_filled(input)",
        "1050/5555/0053",
        [[1, 1, -1, 0], [-1, -1, -1, -1], [0, 0, -1, 1]],
      ],
      ["lattice_filled(input)", "1050/5555/0053", [[1, 0], [0, 1]]],
      ["object_twin_colour(objects_4(input))", "1103/0003", [[1, 1, -1, 3], [-1, -1, -1, 3]]],
      ["object_touched_colour(objects_4(input))", "120", [[2, 1, -1]]],
    ] as const
  ) {
    const grid = decodeGrid(input);
    const evaluator = new Evaluator({
      train: [{ input: grid, output: grid }],
      testInputs: [grid],
    });
    const { body } = parsePlan(`paint(by_feature(${feature}))`);
    assertEquals(evaluator.values(body.args[0])?.[0], expected, feature);
  }
});
