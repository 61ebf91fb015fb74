import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { RelabelerOptions } from "../../actors/relabeler.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import type { Grid } from "../../data/grid.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { readManifest, type ShardRow } from "../../data/shards.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { Recorded, type Result, taskOf } from "./recorded.ts";
import {
  confirmerOf,
  DOUBLES,
  FIVES,
  gives,
  NEVER,
  put,
  question,
  relabel,
  relabelerOf,
  RIGHT,
  shown,
  TASK,
} from "./relabeling.ts";

Deno.test("Relabeler: a right program keeps its task, a wrong one gets the task it solves", async () => {
  await using recorded = new Recorded();
  const right = await put(recorded, { draw: 0, code: "right" }, RIGHT);
  const wrong = await put(recorded, { draw: 1, code: "doubles" }, DOUBLES);
  const { rows, manifest } = await relabel(recorded);
  assertEquals(rows.length, 2);
  const expected: [ArchiveEntry, (k: string) => string, boolean][] = [
    [right, () => "0", false],
    [wrong, (k) => k, true],
  ];
  for (const [entry, end, relabelled] of expected) {
    const { row, meta } = rows.find(({ meta }) => meta.programId === entry.id)!;
    const { pairs, tests } = question(row);
    assertEquals(pairs.toSorted(), [..."12345"].map((k) => `${k}→${k}${end(k)}`));
    assertEquals(tests.toSorted(), ["6", "7", "8"]);
    const code = relabelled ? "doubles" : "right";
    assertEquals(row.completion, [
      { role: "assistant", content: "```python\n" + code + "\n```" },
    ]);
    assertEquals(meta, {
      taskId: "a",
      split: "training",
      programId: entry.id,
      generation: 0,
      operator: "sample",
      relabelled,
      correct: !relabelled,
    });
  }
  assertEquals(manifest?.mix, { "sample/correct": 1, "sample/relabelled": 1 });
  assertEquals([manifest?.rows, manifest?.generation, manifest?.baseModel], [2, 1, "base"]);
});

Deno.test("Relabeler shuffles pairs and tests from row to row", async () => {
  await using recorded = new Recorded();
  for (let draw = 0; draw < 8; draw++) {
    const outputs = gives((k) => `${k}${draw}`);
    await put(recorded, { draw, code: `program ${draw}` }, { ...DOUBLES, outputs });
  }
  const { rows } = await relabel(recorded);
  assertEquals(rows.length, 8);
  const orders = (of: (row: ShardRow) => string) => new Set(rows.map(({ row }) => of(row))).size;
  assert(orders((row) => question(row).pairs.map(([k]) => k).join("")) > 4);
  assert(orders((row) => question(row).tests.join("")) > 1);
});

Deno.test("Relabeler: a refinement row shows the parent's own outputs on the pairs as shuffled", async () => {
  await using recorded = new Recorded();
  const half: Result = {
    outputs: [..."12345678"].map((k) => Number(k) % 2 ? `${k}0` : `${k}${k}`),
    correctTrain: [true, false, true, false, true],
    correctTest: [false, true, false],
  };
  const parent = await put(recorded, { draw: 0, code: "half right" }, half);
  const refined = { operator: "refine", draw: 0, parents: [parent.id], code: "right" } as const;
  const child = await put(recorded, refined, RIGHT);
  const { rows, manifest } = await relabel(recorded, { samplingRows: 0 });
  assertEquals(rows.map(({ meta }) => [meta.programId, meta.operator, meta.correct]), [
    [child.id, "refine", true],
  ]);
  const [{ row }] = rows;
  const { pairs } = question(row);
  assertEquals(pairs.toSorted(), [..."12345"].map((k) => `${k}→${k}0`));
  const grids = shown(row);
  const text = row.prompt.at(-1)!.content;
  assert(text.includes("half right"));
  for (const [i, [k]] of pairs.entries()) {
    if (Number(k) % 2) assert(text.includes(`Train ${i + 1}: right`));
    else assertEquals(grids.get(`Train ${i + 1} given`), `${k}${k}`);
  }
  assertEquals(row.completion[0].content, "```python\nright\n```");
  assertEquals(manifest?.mix, { "refine/correct": 1 });
});

const NO_PAIR: readonly [name: string, parent: Result, child: Result][] = [
  ["the child is wrong", DOUBLES, FIVES],
  ["the parent was right already", RIGHT, RIGHT],
  ["the parent is hard-coded", { ...DOUBLES, transduction: true }, RIGHT],
  ["the child is hard-coded", DOUBLES, { ...RIGHT, transduction: true }],
];

for (const [name, parentResult, childResult] of NO_PAIR) {
  Deno.test(`Relabeler makes no refinement row when ${name}`, async () => {
    await using recorded = new Recorded();
    const parent = await put(recorded, { code: "parent" }, parentResult);
    const refined = { operator: "refine", parents: [parent.id], code: "child" } as const;
    await put(recorded, refined, childResult);
    assertEquals((await relabel(recorded, { samplingRows: 0 })).rows, []);
  });
}

const NOTHING: readonly [name: string, result: Result][] = [
  ["a program that failed", { ...DOUBLES, outcome: "runtime_error", outputs: Array(8).fill(null) }],
  ["a hard-coded program", { ...RIGHT, transduction: true }],
];

for (const [name, result] of NOTHING) {
  Deno.test(`Relabeler learns nothing from ${name}`, async () => {
    await using recorded = new Recorded();
    await put(recorded, { code: "program" }, result);
    const { rows, manifest } = await relabel(recorded);
    assertEquals([rows, manifest?.rows, manifest?.files], [[], 0, []]);
  });
}

Deno.test("Relabeler learns nothing from a program that gives other outputs alone", async () => {
  await using recorded = new Recorded();
  const screened = { confirmed: false };
  const parent = await put(recorded, { draw: 0, code: "doubles" }, { ...DOUBLES, ...screened });
  await put(recorded, { draw: 1, code: "fives" }, { ...FIVES, ...screened });
  const refined = { operator: "refine", draw: 0, parents: [parent.id], code: "right" } as const;
  await put(recorded, refined, { ...RIGHT, ...screened });
  const wide = (end: (k: number) => number) => (grid: Grid) => [[grid[0][0], end(grid[0][0])]];
  const engine = new MemoryEngine({
    doubles: wide((k) => k),
    fives: wide((k) => k === 8 ? 0 : 5),
    right: wide((k) => k === 1 ? 1 : 0),
  });
  const { rows } = await relabel(recorded, { confirmer: confirmerOf(recorded, engine) });
  assertEquals(rows.map(({ meta }) => meta.programId), [parent.id]);
});

Deno.test("Relabeler takes a source once, and of wrong programs those that differ in outputs", async () => {
  await using recorded = new Recorded();
  await put(recorded, { draw: 0, code: "right" }, RIGHT);
  await put(recorded, { draw: 1, code: "right" }, RIGHT);
  await put(recorded, { draw: 2, code: "right too" }, RIGHT);
  await put(recorded, { draw: 3, code: "doubles" }, DOUBLES);
  await put(recorded, { draw: 4, code: "doubles too" }, DOUBLES);
  await put(recorded, { draw: 5, code: "fives" }, FIVES);
  const { rows } = await relabel(recorded);
  const sources = rows.map(({ row }) => row.completion[0].content.split("\n")[1]);
  assertEquals(sources.toSorted(), ["doubles", "fives", "right", "right too"]);
});

Deno.test("Relabeler keeps within the rows asked for", async () => {
  await using recorded = new Recorded();
  for (let draw = 0; draw < 6; draw++) {
    const outputs = gives(() => String(draw));
    const parent = await put(recorded, { draw, code: `p${draw}` }, { ...DOUBLES, outputs });
    const refined = { operator: "refine", draw, parents: [parent.id], code: `c${draw}` } as const;
    await put(recorded, refined, RIGHT);
  }
  const { manifest } = await relabel(recorded, { samplingRows: 4, refinementRows: 3 });
  const { "refine/correct": refined, ...sampled } = manifest!.mix;
  assertEquals(refined, 3);
  assertEquals(Object.values(sampled).reduce((sum, n) => sum + n, 0), 4);
});

Deno.test("Relabeler keeps out a task that is being measured, says so, and teaches the others", async () => {
  await using recorded = new Recorded();
  const other = taskOf("b", [["9", "90"]], ["9"]);
  await put(recorded, { code: "right" }, RIGHT);
  await recorded.program({ taskId: "b", code: "b" }, {
    outputs: ["90", "90"],
    correctTrain: [true],
    correctTest: [true],
  });
  const twin = taskOf("elsewhere", [["3", "30"]], ["9"]);
  const { rows, events, manifest } = await relabel(recorded, {
    tasks: [TASK, other],
    guard: new ContaminationGuard([{ task: twin }]),
  });
  assertEquals(rows.map(({ meta }) => meta.taskId), ["b"]);
  assertEquals(events.map(({ event, taskId }) => [event, taskId]), [
    ["kept_out", "a"],
    ["shards_sealed", null],
  ]);
  assertEquals(events[0].message, "made-up/a shares a pair with measured task made-up/elsewhere");
  assertEquals(events[1].message, "1 rows; 1 tasks kept out as they are being measured");
  assertEquals(manifest?.rows, 1);
});

Deno.test("Relabeler keeps out a task whose known test pair is being measured", async () => {
  await using recorded = new Recorded();
  await put(recorded, { code: "right" }, RIGHT);
  const { rows } = await relabel(recorded, {
    answers: new Map([["a", [[[6, 0]], [[7, 0]], [[8, 0]]]]]),
    guard: new ContaminationGuard([{ task: taskOf("elsewhere", [["8", "80"]], ["9"]) }]),
  });
  assertEquals(rows, []);
});

Deno.test("Relabeler journals what it chose", async () => {
  await using recorded = new Recorded();
  const parent = await put(recorded, { code: "doubles" }, DOUBLES);
  const refined = { operator: "refine", parents: [parent.id], code: "right" } as const;
  const child = await put(recorded, refined, RIGHT);
  const { rows } = await relabel(recorded);
  const selected = [...readJournal(recorded.directory)]
    .flatMap(({ record }) => record.kind === "selected" ? [record] : []);
  assertEquals(selected.map(({ generation, taskId }) => [generation, taskId]), [[1, "a"]]);
  const told = selected[0].rows.map((row) => [row.operator, row.strategy, row.id, row.parentId]);
  assertEquals(
    told.toSorted(),
    [
      ["refine", "balanced", child.id, parent.id],
      ["sample", "greedy_diverse", child.id, null],
      ["sample", "greedy_diverse", parent.id, null],
    ].toSorted(),
  );
  assertEquals(selected[0].rows.map(({ bin, relabelled }) => `${bin} ${relabelled}`).toSorted(), [
    "max false",
    "zero false",
    "zero true",
  ]);
  const chars = rows.map(({ row }) =>
    [...row.prompt, ...row.completion].reduce((sum, { content }) => sum + content.length, 0)
  );
  assertEquals(selected[0].rows.map((row) => row.chars), chars);
});

Deno.test("Relabeler writes the same for the same seed, and empties what an earlier try left", async () => {
  await using recorded = new Recorded();
  for (let draw = 0; draw < 8; draw++) {
    const outputs = gives((k) => `${k}${draw}`);
    await put(recorded, { draw, code: `program ${draw}` }, { ...DOUBLES, outputs });
  }
  const hashes = async (changes: Partial<RelabelerOptions>) =>
    readManifest((await relabel(recorded, changes)).directory).files.map(({ sha256 }) => sha256);
  const once = await relabel(recorded);
  Deno.writeTextFileSync(`${once.directory}/part-00009.jsonl`, "left over");
  const expected = readManifest(once.directory).files.map(({ sha256 }) => sha256);
  assertEquals(await hashes({ directory: once.directory }), expected);
  assertEquals([...Deno.readDirSync(once.directory)].map(({ name }) => name).toSorted(), [
    "manifest.json",
    "part-00000.jsonl",
  ]);
  assertNotEquals(await hashes({ seed: 4 }), expected);
});

Deno.test("Relabeler that is stopped seals nothing", async () => {
  await using recorded = new Recorded();
  await put(recorded, { code: "right" }, RIGHT);
  const { relabeler, directory } = relabelerOf(recorded);
  await assertRejects(() => relabeler.run(AbortSignal.abort(new Error("enough"))), Error, "enough");
  assertEquals([relabeler.manifest, [...Deno.readDirSync(directory)]], [null, []]);
});

Deno.test("Relabeler that was killed half-way journals no task's rows twice, and writes them all", async () => {
  await using recorded = new Recorded();
  const tasks = [TASK, { ...TASK, id: "b" }, { ...TASK, id: "c" }];
  for (const { id } of tasks) await put(recorded, { taskId: id, code: "right" }, RIGHT);
  const { record } = recorded.recorder;
  let told = 0;
  // The disk takes the first task's rows only, as if the process had ended then.
  recorded.recorder.record = (body) =>
    body.kind === "selected" && ++told > 1
      ? Promise.reject(new Error("killed"))
      : record.call(recorded.recorder, body);
  await assertRejects(() => relabelerOf(recorded, { tasks }).relabeler.run(NEVER), Error, "killed");
  recorded.recorder.record = record;
  const { rows } = await relabel(recorded, { tasks });
  assertEquals(rows.map(({ meta }) => meta.taskId), ["a", "b", "c"]);
  const selected = recorded.records().flatMap(({ record }) =>
    record.kind === "selected" ? [record.taskId] : []
  );
  assertEquals(selected, ["a", "b", "c"]);
});
