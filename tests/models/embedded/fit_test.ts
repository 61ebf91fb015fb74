import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { realise } from "../../../models/embedded/draw.ts";
import { Evaluator } from "../../../models/embedded/evaluate.ts";
import { fitModel, lossOf, type TrainingRow } from "../../../models/embedded/fit.ts";
import { UNIFORM } from "../../../models/embedded/grammar.ts";
import { parsePlan } from "../../../models/embedded/plan.ts";
import { seeded } from "../../../models/embedded/random.ts";
import { samplePrograms } from "../../../models/embedded/sample.ts";
import { loadWeights, saveWeights } from "../../../models/embedded/weights.ts";
import { randomGrid } from "./grids.ts";
import { rowOf } from "./tasks.ts";

const PLANS = [
  "answer(mirror_h(input))",
  "answer(unfold_down(input))",
  "paint(by_colour_and_feature(input, is_enclosed(input)))",
  "answer(crop_content(input))",
];

/** Rows of tasks made by running the plans on random grids. */
function madeRows(seed: string, n: number): TrainingRow[] {
  const random = seeded(seed);
  const rows: TrainingRow[] = [];
  while (rows.length < n) {
    const inputs = Array.from({ length: 4 }, () => randomGrid(random));
    const plan = parsePlan(PLANS[rows.length % PLANS.length]);
    const outputs = inputs.map((input) => input.map((row) => row.map((v) => (v === 0 ? 5 : v))));
    const shown = (out: typeof inputs) => ({
      train: inputs.slice(0, 3).map((input, i) => ({ input, output: out[i] })),
      testInputs: inputs.slice(3),
    });
    const drawn = realise(plan, new Evaluator(shown(outputs)));
    if (drawn) {
      rows.push(rowOf(shown(drawn.outputs as typeof inputs), drawn.code, { relabelled: true }));
    }
  }
  return rows;
}

const ROWS = madeRows("rows", 60);

Deno.test("fitModel() makes rows it has not seen likelier", () => {
  const held = madeRows("held out", 40);
  const { weights, loss, rows, skipped } = fitModel(ROWS);
  assertEquals([rows, skipped], [60, 0]);
  assert(loss.at(-1)!.loss < loss[0].loss);
  const [before, after] = [lossOf(UNIFORM, held), lossOf(weights, held)];
  assert(after < 0.6 * before, `${before} → ${after}`);
});

Deno.test("fitModel() starts from the base and does not depend on the order of rows", () => {
  const { weights, loss } = fitModel(ROWS);
  assertEquals(loss[0].loss, lossOf(UNIFORM, ROWS));
  assertEquals(fitModel(ROWS.toReversed()), { weights, loss, rows: 60, skipped: 0 });
  assertNotEquals(fitModel(ROWS, { seed: 1 }).weights, weights);
});

Deno.test("fitModel() goes on from a fitted base, and stays there where nothing is learnt", () => {
  const { weights: base } = fitModel(madeRows("before", 60));
  assertEquals(fitModel([], { base }).weights, base);
  const { weights, loss } = fitModel(ROWS.slice(0, 8), { base });
  // Summed in another order.
  assertAlmostEquals(loss[0].loss, lossOf(base, ROWS.slice(0, 8)), 1e-9);
  const held = madeRows("held out", 40);
  assert(lossOf(weights, held) < lossOf(fitModel(ROWS.slice(0, 8)).weights, held));
  assertThrows(() => fitModel(ROWS, { base: { features: ["other"], sites: {} } }), RangeError);
});

Deno.test("fitModel() gives right programs more weight than relabelled ones", () => {
  const right = ROWS.map((row, i) =>
    i % 4 === 0 ? { ...row, meta: '{"relabelled":false,"correct":true}' } : row
  );
  const loss = (rows: TrainingRow[], some: TrainingRow[]) => lossOf(fitModel(rows).weights, some);
  const mirrors = ROWS.filter((_, i) => i % 4 === 0);
  assert(loss(right, mirrors) < loss(ROWS, mirrors));
  const weighted = ROWS.map((row, i) => i % 4 === 0 ? { ...row, meta: '{"weight":8}' } : row);
  assertEquals(fitModel(weighted).weights, fitModel(right).weights);
});

Deno.test("fitModel() passes over rows it cannot read, and makes the base of none", () => {
  const [row] = ROWS;
  const strange = [
    { ...row, completion: [{ role: "assistant", content: "no program" }] as const },
    { ...row, prompt: [{ role: "user", content: "no task" }] as const },
  ];
  assertEquals(fitModel([...ROWS, ...strange]).skipped, 2);
  const { weights, rows } = fitModel([]);
  assertEquals(rows, 0);
  assertEquals(lossOf(weights, ROWS), lossOf(UNIFORM, ROWS));
});

Deno.test("fitModel() refuses options out of range", () => {
  assertThrows(() => fitModel(ROWS, { epochs: 0 }), RangeError, "expected epochs above 0, got 0");
});

Deno.test("a fitted model draws what it learned", () => {
  const { weights } = fitModel(ROWS);
  const input = [[0, 1, 2], [0, 0, 3]];
  const other = [[4, 0], [0, 5]];
  const task = {
    train: [{ input, output: [...input, ...input.toReversed()] }, {
      input: other,
      output: [...other, ...other.toReversed()],
    }],
    testInputs: [[[1, 0]]],
  };
  const place = (fitted: boolean) => {
    const random = seeded("place");
    const options = { n: 100, temperature: 1, random };
    return samplePrograms(new Evaluator(task), fitted ? weights : UNIFORM, options)
      .findIndex(({ plan }) => plan.body.text === "unfold_down(input)");
  };
  assert(place(true) >= 0 && place(true) < 5, `place ${place(true)}`);
  assert(place(false) === -1 || place(false) > 5, `place ${place(false)}`);
});

Deno.test("saved weights are the weights that are loaded", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const { weights } = fitModel(ROWS);
    await saveWeights(dir, weights);
    const loaded = await loadWeights(dir);
    assert(Math.abs(lossOf(loaded, ROWS) - lossOf(weights, ROWS)) < 1e-3);
    await Deno.writeTextFile(`${dir}/weights.json`, '{"format":2}');
    let message = "";
    await loadWeights(dir).catch((error) => message = `${error}`);
    assert(message.startsWith("SyntaxError: weights:"), message);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
