/** Rows of test-time training, whatever the programs: no test label is in them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeGrid } from "../../data/grid.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { SAMPLING_STRATEGIES } from "../../search/select_sampling.ts";
import { Recorded, taskOf } from "./recorded.ts";
import { put, relabel, shown, TASK } from "./relabeling.ts";

/** The answers to the tests 6, 7 and 8 of {@link TASK}; its train outputs end in 0 too. */
const ANSWERS = ["60", "70", "80"];
const MEASURED = { ...TASK, split: "evaluation" as const };

/** Programs: which train pairs each gets right, and what it puts behind each test input. */
const programs = fc.array(
  fc.record({
    right: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    ends: fc.array(fc.constantFrom("1", "2", "9"), { minLength: 3, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);

Deno.test("at test time no row holds a test label, whatever programs and strategy", async () => {
  let rowsSeen = 0;
  await fc.assert(
    fc.asyncProperty(
      programs,
      fc.constantFrom(...SAMPLING_STRATEGIES),
      async (programs, strategy) => {
        await using recorded = new Recorded();
        for (const [draw, { right, ends }] of programs.entries()) {
          await put(recorded, { draw, code: `program ${draw}` }, {
            outputs: [
              ...right.map((isRight, i) => `${i + 1}${isRight ? 0 : 7}`),
              ...ends.map((end, i) => `${i + 6}${end}`),
            ],
            correctTrain: right,
            correctTest: null,
          });
        }
        const answers = ANSWERS.map(decodeGrid);
        const { rows, manifest } = await relabel(recorded, {
          tasks: [MEASURED],
          guard: new ContaminationGuard([{ task: MEASURED, answers }], [MEASURED]),
          testTime: true,
          strategy,
          refinementRows: 0,
        });
        assert(rows.length <= programs.length);
        if (rows.length > 0) assertEquals(manifest?.testTime, true);
        for (const { row, meta } of rows) {
          rowsSeen++;
          assertEquals([meta.testTime, meta.operator], [true, "sample"]);
          const grids = [...shown(row).values()];
          assert(grids.length >= 13, "all pairs and tests are shown");
          assertEquals(grids.filter((grid) => ANSWERS.includes(grid)), []);
        }
      },
    ),
    { numRuns: 40 },
  );
  assert(rowsSeen > 20, `${rowsSeen} rows are too few to tell`);
});

Deno.test("at test time a task that shows the answer to another gives no row", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 2 }), async (test) => {
      await using recorded = new Recorded();
      await put(recorded, { code: "program" }, {
        outputs: ["10", "20", "30", "40", "50", "61", "71", "81"],
        correctTrain: Array(5).fill(true),
        correctTest: null,
      });
      const told = taskOf("b", [[["6", "7", "8"][test], ANSWERS[test]]], ["5"]);
      const guard = new ContaminationGuard(
        [{ task: MEASURED, answers: ANSWERS.map(decodeGrid) }, { task: told }],
        [MEASURED, told],
      );
      await recorded.program({ taskId: "b", code: "of b" }, {
        outputs: [ANSWERS[test], "5"],
        correctTrain: [true],
        correctTest: null,
      });
      const { rows } = await relabel(recorded, {
        tasks: [MEASURED, { ...told, split: "evaluation" }],
        guard,
        testTime: true,
        strategy: "correct",
        refinementRows: 0,
      });
      assertEquals(rows.map(({ meta }) => meta.taskId), ["a"]);
    }),
    { numRuns: 6 },
  );
});
