import { assertEquals, assertThrows } from "@std/assert";
import { namedQueries } from "../../data/queries.ts";
import { openStore } from "../../data/open_store.ts";
import { onEachEngine } from "./store_engines.ts";
import { call, evaluation, ID, numbered, reply, RUN, runOpened, task } from "./store_run.ts";

/** What each query answers on the made-up run, without run_id. */
const expected: Record<string, unknown[][]> = {
  learning_curve: [
    [0, 4, 1, 1, 0, 1, 1, 1, 1, 25, 0, 25, 25, 25],
    [1, 4, 0.75, 1, 1, 2, 2, 1, 1, 25, 25, 50, 50, 25],
  ],
  vote_gap: [[1, "a", 1, 1001, 2]],
  refinement: [[1, "zero", 1, 1, 1]],
  lineage: [
    [1, "b", ID.parent, 0, "initial_solution", 0, "parent\n"],
    [0, "b", ID.child, 1, "refined", 1, "child\n"],
  ],
  scaling: [
    [0, "initial_solution", 1, 4, 12.5],
    [1, "initial_solution", 1, 4, 25],
    [1, "refined", 1, 4, 25],
  ],
  failures: [
    [0, "tiny", "ok", 3, null, 75],
    [0, "tiny", "no_code", 1, "no program in the reply", 25],
    [1, "tiny", "ok", 3, null, 100],
  ],
  near_misses: [["c", null, 1, 0], ["d", null, 0, 0]],
  hindsight: [[0, "sample", "medium", true, 1, 1, 321]],
  diversity: [
    [0, false, 1, 1, null, null],
    [0, true, 1, 2, 1, 1],
    [1, false, 1, 1, null, null],
    [1, true, 2, 2, null, null],
  ],
  cost: [
    [0, "tiny", "sample", 3, 300, 120, 4.5, 120],
    [1, "tiny", "refine", 1, 100, 40, 1.5, 20],
    [1, "tiny", "sample", 4, 200, 80, 3, 40],
  ],
  endpoints: [[null, "tiny", 8, 1, 0, 12, 6, 7, 85.7, 0.667, 600, 240, 1500, 1500]],
  bottleneck: [["executor", 2, 0.5, 0.25, 10, 9, 0.25]],
  wrong_answers: [],
  program: [
    [
      ID.solved,
      "a",
      0,
      "initial_solution",
      [],
      "tiny",
      "ok",
      null,
      1,
      1,
      "import numpy as np\nnp.solved\n",
      "Let me think.\n\nThat is it.",
    ],
  ],
};

onEachEngine("namedQueries answer on a run that has everything", async ({ openStore, t }) => {
  const store = await openStore();
  await store.ingest(numbered(RUN));
  assertEquals([...namedQueries.keys()], Object.keys(expected));
  for (const [name, { sql }] of namedQueries) {
    await t.step(name, async () => {
      const { columns, rows } = await store.query(sql);
      const kept = columns.map(({ name }) => name !== "run_id");
      assertEquals(rows.map((row) => row.filter((_, i) => kept[i])), expected[name]);
    });
  }
  await store.close();
});

onEachEngine("namedQueries answer on an empty store", async ({ openStore }) => {
  const store = await openStore();
  for (const { sql } of namedQueries.values()) {
    assertEquals((await store.query(sql)).rows, []);
  }
  await store.close();
});

/** Four programs of one task: outputs 1, 1, 1 and the right one; sources 1, 2, 3 and 4. */
const FOUR = numbered([
  runOpened("run-1"),
  task("a", ["6"]),
  task("b", ["6"]),
  call("A", 0, "a", [], 4),
  reply("A", ["one", "two", "three", "four"]),
  ...[0, 1, 2].map((index) => evaluation("A", `${index + 1}`, { index, outputs: ["1", "1", "1"] })),
  evaluation("A", "4", {
    index: 3,
    outputs: ["10", "5", "6"],
    correctTrain: [true, true],
    correctTest: [true],
  }),
]);

onEachEngine("scaling and diversity are expectations over all draws", async ({ openStore, t }) => {
  const store = await openStore();
  await store.ingest(FOUR);
  const rowsOf = async (name: string) => (await store.query(namedQueries.get(name)!.sql)).rows;
  await t.step("scaling", async () => {
    // One of four is right: k of them hold it with a chance of k/4. The other task has none.
    const expected = [1, 3].map((k) => ["run-1", 0, "initial_solution", k, 2, 50 * k / 4]);
    assertEquals(await rowsOf("scaling"), expected);
  });
  await t.step("diversity", async () => {
    // Of six pairs three have the same outputs, none the same source.
    assertEquals(await rowsOf("diversity"), [["run-1", 0, true, 1, 4, 0.5, 1]]);
  });
  await store.close();
});

Deno.test("wrong_answers puts what was given beside what was right", async () => {
  const store = await openStore();
  await store.ingest(numbered([
    runOpened("run-1"),
    task("a", ["6", "01/10"]),
    call("A", 0, "a"),
    reply("A", ["x"]),
    evaluation("A", "1", {
      outputs: ["10", "5", "6", "11/11"],
      correctTrain: [true, true],
      correctTest: [true, false],
    }),
  ]));
  const { rows } = await store.query(namedQueries.get("wrong_answers")!.sql);
  assertEquals(rows, [["run-1", "a", "1", "🟦🟦\n🟦🟦", "⬛🟦\n🟦⬛"]]);
  await store.close();
});

Deno.test("namedQueries bind values that are checked, and never more than values", async (t) => {
  const store = await openStore();
  await store.ingest(numbered(RUN));
  const hostile = "a' OR 'x' = 'x -- $limit \\' é";
  const cases: [name: string, values: string[], rows: number][] = [
    ["lineage", ["a"], 1],
    ["lineage", ["b"], 2],
    ["lineage", ["none"], 0],
    ["lineage", [hostile], 0],
    ["failures", ["tiny"], 3],
    ["failures", ["none"], 0],
    ["near_misses", ["1"], 1],
    ["program", [ID.child], 1],
    ["program", ["1"], 0],
    ["wrong_answers", [hostile, "2"], 0],
  ];
  for (const [name, values, rows] of cases) {
    await t.step(`@${name} ${values.join(" ")}`, async () => {
      const found = await store.query(namedQueries.get(name)!.bind(values));
      assertEquals(found.rows.length, rows);
    });
  }
  await store.close();
});

const UNFIT: readonly [name: string, values: string[], said: string][] = [
  ["near_misses", ["0"], 'limit: expected a whole number from 1, got "0"'],
  ["near_misses", ["1 OR 1"], "limit: expected a whole number"],
  ["program", ["1; DROP"], 'id: expected a program\'s unique_id, got "1; DROP"'],
  ["failures", ["a", "b"], "@failures takes these values: model; got a b"],
  ["cost", ["a"], "@cost takes these values: none; got a"],
];
for (const [name, values, said] of UNFIT) {
  Deno.test(`@${name} refuses ${values.join(" ")}`, () => {
    assertThrows(() => namedQueries.get(name)!.bind(values), TypeError, said);
  });
}
