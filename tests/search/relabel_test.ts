import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeGrid, type Grid, gridsEqual } from "../../data/grid.ts";
import { seededRandom } from "../../search/random.ts";
import { relabelRefinement, relabelTask } from "../../search/relabel.ts";

/** Grids from given colours only, so that their origin shows. */
function gridOf(...colours: number[]): fc.Arbitrary<Grid> {
  const side = fc.integer({ min: 1, max: 4 });
  return fc.tuple(side, side).chain(([rows, columns]) => {
    const row = fc.array(fc.constantFrom(...colours), { minLength: columns, maxLength: columns });
    return fc.array(row, { minLength: rows, maxLength: rows });
  });
}

/** A task whose outputs hold 7 to 9, programs whose outputs never do. */
const scene = fc.record({
  train: fc.array(fc.record({ input: gridOf(0, 1, 2), output: gridOf(7, 8, 9) }), {
    minLength: 1,
    maxLength: 5,
  }),
  testInputs: fc.array(gridOf(0, 1, 2), { minLength: 1, maxLength: 3 }),
  outputs: fc.array(gridOf(3, 4), { minLength: 8, maxLength: 8 }),
  parentOutputs: fc.array(fc.option(gridOf(3, 4)), { minLength: 8, maxLength: 8 }),
  seed: fc.nat(),
});

Deno.test("relabelTask() holds no answer of the original task", () => {
  fc.assert(fc.property(scene, ({ train, testInputs, outputs, seed }) => {
    const program = { id: "p", code: "code", outputs };
    const example = relabelTask({ train, testInputs }, program, seededRandom(seed))!;
    assert(!/[789]/.test(JSON.stringify(example)));
  }));
});

Deno.test("relabelTask() pairs every input with the program's own output", () => {
  fc.assert(fc.property(scene, ({ train, testInputs, outputs, seed }) => {
    const program = { id: "p", code: "code", outputs };
    const { train: shown, testInputs: tests, testOutputs } = relabelTask(
      { train, testInputs },
      program,
      seededRandom(seed),
    )!;
    const text = (input: Grid, output: Grid) => `${encodeGrid(input)}>${encodeGrid(output)}`;
    assertEquals(
      shown.map(({ input, output }) => text(input, output)).sort(),
      train.map(({ input }, i) => text(input, outputs[i])).sort(),
    );
    assertEquals(
      tests.map((input, i) => text(input, testOutputs[i])).sort(),
      testInputs.map((input, i) => text(input, outputs[train.length + i])).sort(),
    );
  }));
});

Deno.test("relabelTask() skips a program with an input without a grid", () => {
  const task = { train: [{ input: [[1]], output: [[2]] }], testInputs: [[[1]]] };
  assertEquals(relabelTask(task, { id: "p", code: "", outputs: [[[1]], null] }, null), null);
});

Deno.test("relabelRefinement() moves the parent's outputs with their pairs and judges them", () => {
  fc.assert(fc.property(scene, ({ train, testInputs, outputs, parentOutputs, seed }) => {
    const example = relabelRefinement(
      { train, testInputs },
      {
        parent: { id: "parent", code: "old", outputs: parentOutputs, error: "fault" },
        child: { id: "child", code: "new", outputs },
      },
      seededRandom(seed),
    )!;
    assert(!/[789]/.test(JSON.stringify(example)));
    assertEquals([example.code, example.parent.code, example.parent.error], [
      "new",
      "old",
      "fault",
    ]);
    const rows = (inputs: readonly Grid[], childs: readonly Grid[], parents: readonly unknown[]) =>
      inputs.map((input, i) => JSON.stringify([input, childs[i], parents[i]])).sort();
    const n = train.length;
    assertEquals(
      rows(
        example.train.map(({ input }) => input),
        example.train.map(({ output }) => output),
        example.parent.outputs,
      ),
      rows(train.map(({ input }) => input), outputs, parentOutputs),
    );
    assertEquals(
      rows(example.testInputs, example.testOutputs, example.parent.outputs.slice(n)),
      rows(testInputs, outputs.slice(n), parentOutputs.slice(n)),
    );
    example.parent.correctTrain.forEach((right, i) => {
      const output = example.parent.outputs[i];
      assertEquals(right, output !== null && gridsEqual(output, example.train[i].output));
    });
    assertEquals(example.parent.correctTrain.length, n);
  }));
});
