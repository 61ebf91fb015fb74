/** Conformance: filters, duplicates, hindsight. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { coerceGrid } from "../../search/coerce_grid.ts";
import { dedupByCode, dedupByOutputs } from "../../search/dedup.ts";
import { gridDistance } from "../../search/grid_distance.ts";
import { holdsText, isHardCoded } from "../../search/hard_coding.ts";
import { dropLong, keepFault } from "../../search/keep.ts";
import { seededRandom } from "../../search/random.ts";
import { relabelRefinement, relabelTask, type SamplingExample } from "../../search/relabel.ts";
import { dedupBySimilarity } from "../../search/similarity.ts";
import { isErrorJson, testCases } from "./vectors.ts";

interface PairJson {
  readonly input: Grid;
  readonly output: Grid;
}

interface TaskJson {
  readonly train: PairJson[];
  readonly test: PairJson[];
}

interface OutputsJson {
  readonly id: string;
  readonly predicted_train_output: unknown[];
  readonly predicted_test_output: unknown[];
}

testCases<{ a: Grid; b: Grid }, { ignoring_zero_background: number; counting_all_cells: number }>(
  "grid_distance",
  ({ a, b }, expected) => {
    for (const [left, right] of [[a, b], [b, a]]) {
      assertAlmostEquals(gridDistance(left, right), expected.ignoring_zero_background, 1e-9);
      const all = gridDistance(left, right, { ignoreZero: false });
      assertAlmostEquals(all, expected.counting_all_cells, 1e-9);
    }
  },
);

testCases<{ output: unknown }, boolean>("valid_grid", ({ output }, expected) => {
  assertEquals(coerceGrid(output) !== null, expected);
});

interface KeepInput extends OutputsJson {
  readonly task: TaskJson;
}

interface KeepExpected {
  readonly keep: boolean;
  readonly stored_train_outputs?: Grid[];
  readonly stored_test_outputs?: Grid[];
}

testCases<KeepInput, KeepExpected>("keep_program", (input, expected) => {
  const train = input.predicted_train_output.map((output) => coerceGrid(output));
  const test = input.predicted_test_output.map((output) => coerceGrid(output));
  assertEquals(keepFault(input.task.train, [...train, ...test]) === null, expected.keep);
  if (!expected.keep) return;
  assertEquals(train, expected.stored_train_outputs!);
  assertEquals(test, expected.stored_test_outputs!);
});

testCases<
  { programs: { id: string; tokens: number; correct_train_input: boolean[] }[] },
  { kept: string[] }
>("long_program_filter", ({ programs }, { kept }) => {
  const sized = programs.map(({ id, tokens, correct_train_input }) => {
    return { id, tokens, correctTrain: correct_train_input };
  });
  assertEquals(dropLong(sized).map(({ id }) => id), kept);
});

testCases<{ codes: string[] }, { kept: number[] }>("dedup_by_code", ({ codes }, { kept }) => {
  const programs = codes.map((code, index) => ({ code, index }));
  assertEquals(dedupByCode(programs).map(({ index }) => index), kept);
});

testCases<{ programs: OutputsJson[] }, { working: string[] }>(
  "dedup_by_outputs",
  ({ programs }, { working }) => {
    const texts = programs.map(({ id, predicted_train_output, predicted_test_output }) => {
      const outputs = [...predicted_train_output, ...predicted_test_output];
      return { id, outputs: outputs.map((output) => JSON.stringify(output)) };
    });
    assertEquals(dedupByOutputs(texts).map(({ id }) => id), working);
  },
);

testCases<{ vectors: number[][]; threshold: number }, { kept: number[] }>(
  "dedup_by_similarity",
  ({ vectors, threshold }, { kept }) => {
    assertEquals(dedupBySimilarity(vectors, threshold), kept);
  },
);

interface HardCodedInput {
  readonly code: string;
  readonly predicted_train_output: unknown[];
  readonly predicted_test_output: unknown[];
  readonly task_train_outputs: Grid[];
}

testCases<HardCodedInput, { removed: boolean }>("hard_coded_filter", (input, { removed }) => {
  const outputs = [...input.predicted_train_output, ...input.predicted_test_output];
  const texts = outputs.map((it) => typeof it === "string" ? it : JSON.stringify(it));
  const { code, task_train_outputs: trainOutputs } = input;
  assertEquals(holdsText(code, texts, trainOutputs, { ignore: "spaces" }), removed);
  // Where all outputs are grids both entrances agree.
  const grids = outputs.map((output) => coerceGrid(output));
  if (grids.every((grid) => grid !== null)) {
    assertEquals(isHardCoded(code, grids, trainOutputs, { ignore: "spaces" }), removed);
  }
});

interface RelabelInput {
  readonly task: TaskJson;
  readonly programs: OutputsJson[];
  readonly shuffle: boolean;
}

function toTask({ train, test }: TaskJson) {
  return { train, testInputs: test.map(({ input }) => input) };
}

/** The file's grids hold any numbers, so that each output can be told from the others. */
function isTwoLevel(output: unknown): output is Grid {
  return Array.isArray(output) && Array.isArray(output[0]) && output[0].length > 0 &&
    output.every((row) =>
      Array.isArray(row) && row.length === output[0].length &&
      row.every((cell) => typeof cell === "number")
    );
}

/** Outputs beyond the task's inputs are ignored. */
function toRan({ train, test }: TaskJson, program: OutputsJson) {
  const outputs = [
    ...program.predicted_train_output.slice(0, train.length),
    ...program.predicted_test_output.slice(0, test.length),
  ];
  const grids = outputs.map((output) => isTwoLevel(output) ? output : null);
  return { id: program.id, code: `# ${program.id}`, outputs: grids };
}

function shownTask({ train, testInputs, testOutputs }: SamplingExample): TaskJson {
  const test = testInputs.map((input, i) => ({ input, output: testOutputs[i] }));
  return { train: [...train], test };
}

function sorted(task: TaskJson): TaskJson {
  const byText = (a: PairJson, b: PairJson) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
  return { train: task.train.toSorted(byText), test: task.test.toSorted(byText) };
}

testCases<RelabelInput, { examples: { program: string; task: TaskJson }[] } | { error: string }>(
  "relabel_task",
  ({ task, programs, shuffle }, expected) => {
    const before = JSON.stringify(task);
    const random = shuffle ? seededRandom("relabel") : null;
    const relabel = () =>
      programs.map((program) => relabelTask(toTask(task), toRan(task, program), random))
        .filter((example) => example !== null)
        .sort((a, b) => a.id < b.id ? -1 : 1);
    if (isErrorJson(expected)) {
      assertThrows(relabel, RangeError);
      return;
    }
    const examples = relabel();
    const given = expected.examples.toSorted((a, b) => a.program < b.program ? -1 : 1);
    assertEquals(examples.map(({ id }) => id), given.map(({ program }) => program));
    examples.forEach((example, i) => {
      const [actual, wanted] = [shownTask(example), given[i].task];
      if (shuffle) assertEquals(sorted(actual), sorted(wanted));
      else assertEquals(actual, wanted);
      assertEquals(example.code, `# ${example.id}`);
    });
    assertEquals(JSON.stringify(task), before);
  },
);

interface RelabelPairsInput {
  readonly task: TaskJson;
  readonly shuffle: boolean;
  readonly pairs: (OutputsJson & { readonly parent: string })[];
}

interface RelabelPairsExpected {
  readonly examples: { parent: string; child: string; task: TaskJson }[];
}

testCases<RelabelPairsInput, RelabelPairsExpected>(
  "relabel_refinement",
  ({ task, shuffle, pairs }, { examples }) => {
    const random = shuffle ? seededRandom("relabel") : null;
    const made = pairs.map((child) => {
      // The file gives no outputs of the parent: the inputs stand in for them.
      const outputs = [...task.train, ...task.test].map(({ input }) => input);
      const parent = { id: child.parent, code: `# ${child.parent}`, outputs };
      return relabelRefinement(toTask(task), { parent, child: toRan(task, child) }, random);
    }).filter((example) => example !== null);
    assertEquals(made.length, examples.length);
    for (const wanted of examples) {
      const example = made.find(({ parent, id }) =>
        parent.id === wanted.parent && id === wanted.child
      )!;
      assert(example, `no example of ${wanted.parent}`);
      const [actual, expected] = [shownTask(example), wanted.task];
      if (shuffle) assertEquals(sorted(actual), sorted(expected));
      else assertEquals(actual, expected);
      assertEquals(example.code, `# ${wanted.child}`);
      assertEquals(example.parent.code, `# ${wanted.parent}`);
      const inputs = [...example.train.map(({ input }) => input), ...example.testInputs];
      assertEquals(example.parent.outputs, inputs);
    }
  },
);
