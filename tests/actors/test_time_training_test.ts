/**
 * Test-time training learns from the train pairs of measured tasks, never from an answer. Each test
 * tries to bring an answer in by one road.
 */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { fewShotExamples } from "../../actors/few_shot.ts";
import { Relabeler } from "../../actors/relabeler.ts";
import { readConfig } from "../../cli/config.ts";
import { loadRunTasks } from "../../cli/run_tasks.ts";
import { encodeGrid, type Grid } from "../../data/grid.ts";
import { loadTasks } from "../../data/load_tasks.ts";
import { readManifest, readShards, type RowMeta } from "../../data/shards.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, SOLVES, taskOf } from "./recorded.ts";
import { newRun, ScriptedModel, scriptedRun } from "./scripted_run.ts";

const SPEC = "sample#mirror_left_right,upscale_double,rotate_quarter_turn,gravity_down";

const BUDGET = { samples: 10, refinements: 4, completionsPerCall: 2, completionsPerRefinement: 2 };

/** Writes the sample tasks as a folder; `answer` makes the test outputs of it, null leaves them out. */
async function folder(
  answer: ((right: Grid, input: Grid) => Grid) | null,
  path = `${Deno.makeTempDirSync()}/measured`,
): Promise<string> {
  const { tasks, answers } = await loadTasks(SPEC);
  Deno.mkdirSync(path, { recursive: true });
  for (const { id, train, testInputs } of tasks) {
    const test = testInputs.map((input, i) => ({
      input,
      ...answer && { output: answer(answers.get(id)![i], input) },
    }));
    Deno.writeTextFileSync(`${path}/${id}.json`, JSON.stringify({ train, test }));
  }
  return path;
}

const load = (tasks: string, measured: readonly string[] = []) =>
  loadRunTasks(readConfig({
    flags: { run: { tasks }, guard: { measured }, train: { test_time: true } },
    set: [],
    environment: {},
    file: null,
  }));

/** A run of two generations at test time: what it asked, kept, taught and submitted. */
async function run(tasks: string, measured: readonly string[] = []) {
  const directory = newRun();
  const model = new ScriptedModel();
  const loaded = await load(tasks, measured);
  const archive = await scriptedRun(directory, model, {
    tasks: loaded.tasks,
    answers: loaded.usable,
    guard: loaded.guard,
    deterministic: true,
    budget: BUDGET,
    // Stops as soon as a program seems right.
    allocation: { ...PAPER_SEARCH.allocation, enoughSampled: 1, enoughRefined: 1 },
    selection: {
      ...PAPER_SEARCH,
      testTime: true,
      strategy: "greedy_diverse_vote",
      samplingRows: 6,
      refinementRows: 0,
    },
  });
  const shards = directory.shards(1);
  return {
    prompts: model.requests.map(({ messages, seed }) => ({ messages, seed }))
      .toSorted((a, b) => a.seed - b.seed),
    archive: [...archive.entries()].map((
      { id, correctTrain, correctTest, outputs, parents, outcome },
    ) => ({ id, correctTrain, correctTest, outputs, parents, outcome }))
      .toSorted((a, b) => a.id < b.id ? -1 : 1),
    rows: [...readShards(shards)],
    manifest: readManifest(shards),
    submission: Deno.readTextFileSync(directory.submission),
  };
}

Deno.test("at test time nothing hangs on the answers: right, wrong or absent, the run is the same", async (t) => {
  const path = await folder((right) => right);
  const right = await run(path);
  await folder((_, input) => input, path);
  const wrong = await run(path);
  await folder(null, path);
  const absent = await run(path);
  for (const [name, other] of [["wrong", wrong], ["absent", absent]] as const) {
    for (const road of ["prompts", "archive", "rows", "manifest", "submission"] as const) {
      await t.step(`${name} answers: the same ${road}`, () => {
        assertEquals(other[road], right[road]);
      });
    }
  }
  await t.step("it stopped and learnt by train pairs: it is no empty run", () => {
    const { samples, refinements } = BUDGET;
    assert(right.archive.length < 4 * 2 * (samples + refinements), `${right.archive.length}`);
    assert(right.archive.every(({ correctTest }) => correctTest === null));
    assert(right.archive.some(({ correctTrain }) => correctTrain.every(Boolean)));
    assert(right.rows.length > 4);
    assertNotEquals(right.submission, "");
  });
  await t.step("rows and tasks are marked", () => {
    assertEquals(right.manifest.testTime, true);
    assertEquals(right.manifest.tasks!.map(({ testTime }) => testTime), [true, true, true, true]);
    const metas: RowMeta[] = right.rows.map(({ meta }) => JSON.parse(meta));
    assert(metas.every(({ testTime, split, operator }) => {
      return testTime && split === "evaluation" && operator === "sample";
    }));
  });
});

Deno.test("at test time the engine refuses answers", async () => {
  const { tasks, answers, guard } = await load(await folder((right) => right));
  await assertRejects(
    () => scriptedRun(newRun(), new ScriptedModel(), { tasks, answers, guard }),
    TypeError,
    "answers of evaluation task",
  );
});

Deno.test("at test time training tasks too are searched without their answers", async () => {
  const { tasks, usable, answers, guard, teachable } = await load(SPEC);
  assertEquals([usable.size, answers.size, teachable], [0, 4, true]);
  for (const task of tasks) {
    assertEquals([task.split, guard.fault(task)], ["evaluation", null]);
    assertEquals(typeof guard.fault(task, answers.get(task.id)), "string", "with its answers");
    assertEquals(typeof guard.fault({ ...task, train: task.train.slice(1) }), "string", "altered");
  }
});

Deno.test("at test time a task of another data set teaches nothing", async () => {
  const { guard } = await load(await folder((right) => right));
  const [task] = (await loadTasks(SPEC)).tasks;
  assertEquals(typeof guard.fault({ ...task, id: "renamed" }), "string");
});

Deno.test("at test time a task whose train pairs show another data set's answer is kept out", async () => {
  const other = `${Deno.makeTempDirSync()}/other`;
  const { tasks: [{ id, train: [shown, ...train] }] } = await loadTasks(SPEC);
  Deno.mkdirSync(other);
  Deno.writeTextFileSync(
    `${other}/told.json`,
    JSON.stringify({ train: [{ input: [[1]], output: [[2]] }], test: [shown] }),
  );
  const { rows, manifest, prompts } = await run(await folder(null), [other]);
  const learnt = (ids: string[]) => assert(ids.length > 0 && !ids.includes(id), `${ids}`);
  learnt(rows.map(({ meta }) => JSON.parse(meta).taskId));
  learnt(manifest.tasks!.map(({ id }) => id));
  const shots = prompts.map(({ messages }) => messages.at(-1)!.content.split("## Task")[0]);
  assert(train.length > 0 && shots.some((shot) => shot.includes("Example of a solved task")));
  const told = JSON.stringify(shown.output).replaceAll(",", " ").slice(1, -1);
  assert(!shots.some((shot) => shot.includes(told.replaceAll("] [", "]\n ["))), "few-shot");
});

/** `b` is asked with its answer among the train pairs of `a`, which is solved. */
const TELLING = taskOf("a", [["3", "4"], ["5", "6"]]);
const ASKED = taskOf("b", [["1", "2"]], ["3"]);
const MEASURED = [{ task: TELLING }, { task: ASKED, answers: [[[4]]] }];

Deno.test("at test time a few-shot example that shows an answer is never given", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a" }, {
    outputs: ["4", "6", "9"],
    correctTrain: [true, true],
    correctTest: null,
  });
  const pick = await fewShotExamples({
    tasks: [TELLING, ASKED],
    answers: new Map(),
    guard: new ContaminationGuard(MEASURED, [TELLING, ASKED]),
    recorder: recorded.recorder,
    generation: 1,
    seed: 1,
  });
  const unit = { generation: 1, operator: "sample", n: 1, position: 0, visible: null } as const;
  for (let draw = 0; draw < 10; draw++) {
    const { task } = pick(ASKED, { ...unit, taskId: "b", draw });
    assert(task.train.every(({ input }) => encodeGrid(input) !== "3"));
  }
});

Deno.test("at test time a program that was judged on an answer stops the selection", async () => {
  await using recorded = new Recorded();
  const task = { ...taskOf("a"), split: "evaluation" as const };
  await recorded.program({ taskId: "a" }, SOLVES);
  const relabeler = new Relabeler({
    generation: 1,
    directory: `${Deno.makeTempDirSync()}/g001`,
    baseModel: "base",
    tasks: [task],
    answers: new Map(),
    guard: new ContaminationGuard([{ task }], [task]),
    recorder: recorded.recorder,
    confirmer: null!,
    concurrency: 1,
    ...PAPER_SEARCH,
    testTime: true,
    strategy: "greedy_diverse_vote",
    samplingRows: 5,
    refinementRows: 0,
    seed: 1,
  });
  await assertRejects(
    () => relabeler.run(new AbortController().signal),
    TypeError,
    "of task a was judged on a test answer",
  );
});
