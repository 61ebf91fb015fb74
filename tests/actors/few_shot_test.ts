import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fewShotExamples, type FewShotOptions } from "../../actors/few_shot.ts";
import type { Unit } from "../../actors/unit.ts";
import type { Grid } from "../../data/grid.ts";
import type { Task } from "../../data/task.ts";
import { FIRST_EXAMPLE } from "../../models/few_shot_example.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { Recorded, type Result, SOLVES, taskOf } from "./recorded.ts";

const TASKS = Array.from({ length: 8 }, (_, i) => taskOf(`t${i}`, [[`${i}`, `${i}${i}`]]));

const unit = (draw: number): Unit => ({
  generation: 1,
  taskId: "t0",
  operator: "sample",
  draw,
  n: 1,
  position: draw,
  visible: null,
});

function examplesOf(recorded: Recorded, changes: Partial<FewShotOptions> = {}) {
  return fewShotExamples({
    tasks: TASKS,
    answers: new Map(),
    guard: new ContaminationGuard([]),
    recorder: recorded.recorder,
    generation: 1,
    seed: 3,
    ...changes,
  });
}

/** A recorder in which all these tasks were solved by a program of their own. */
async function solved(tasks: readonly Task[]): Promise<Recorded> {
  const recorded = new Recorded();
  for (const { id } of tasks) await recorded.program({ taskId: id, code: `# ${id}` }, SOLVES);
  return recorded;
}

Deno.test("few-shot: before anything is solved everyone is shown the first example", async () => {
  await using recorded = new Recorded();
  assertEquals((await examplesOf(recorded))(TASKS[0], unit(0)), FIRST_EXAMPLE);
});

Deno.test("few-shot: a request is shown a solved task with the program that solved it", async () => {
  await using recorded = await solved(TASKS.slice(1, 2));
  const shot = (await examplesOf(recorded))(TASKS[0], unit(0));
  assertEquals(shot, { task: TASKS[1], code: "# t1\n" });
});

Deno.test("few-shot: a task is never shown itself", async () => {
  await using recorded = await solved(TASKS);
  const pick = await examplesOf(recorded);
  for (const task of TASKS) {
    for (let draw = 0; draw < 30; draw++) assertNotEquals(pick(task, unit(draw)).task, task);
  }
});

Deno.test("few-shot: the only solved task is shown the first example", async () => {
  await using recorded = await solved(TASKS.slice(0, 1));
  assertEquals((await examplesOf(recorded))(TASKS[0], unit(0)), FIRST_EXAMPLE);
});

Deno.test("few-shot: a task is never shown one with a pair of its own, be it a test pair", async () => {
  const shared: Grid = [[7, 7]];
  const twin = taskOf("twin", [["0", "00"]]);
  const testTwin = taskOf("test-twin", [["6", "9"]], ["7"]);
  const other = taskOf("other", [["7", "77"]]);
  await using recorded = await solved([twin, testTwin]);
  const pick = await examplesOf(recorded, {
    tasks: [twin, testTwin],
    answers: new Map([["test-twin", [shared]]]),
  });
  for (let draw = 0; draw < 20; draw++) {
    assertEquals(pick(TASKS[0], unit(draw)).task, testTwin);
    assertEquals(pick(other, unit(draw)).task, twin);
  }
});

Deno.test("few-shot: a task that is being measured is never an example", async () => {
  await using recorded = await solved(TASKS);
  const measured = new Set(["t1", "t2", "t3"]);
  const guard = new ContaminationGuard(
    TASKS.filter(({ id }) => measured.has(id)).map((task) => ({ task })),
  );
  const pick = await examplesOf(recorded, { guard });
  const shown = new Set<unknown>();
  for (let draw = 0; draw < 60; draw++) shown.add((pick(TASKS[0], unit(draw)).task as Task).id);
  assertEquals(shown, new Set(["t4", "t5", "t6", "t7"]));
});

Deno.test("few-shot: examples rotate over requests, the same for the same seed", async () => {
  await using recorded = await solved(TASKS);
  const shownBy = async (seed: number) => {
    const pick = await examplesOf(recorded, { seed });
    return Array.from({ length: 60 }, (_, draw) => (pick(TASKS[0], unit(draw)).task as Task).id);
  };
  const shown = await shownBy(3);
  assertEquals(new Set(shown).size, 7);
  assertEquals(await shownBy(3), shown);
  assertNotEquals(await shownBy(4), shown);
});

const UNFIT: readonly [name: string, result: Result, code?: string][] = [
  ["wrong on a test", { ...SOLVES, correctTest: [false] }],
  ["wrong on a train pair", { ...SOLVES, correctTrain: [false] }],
  ["hard-coded", { ...SOLVES, transduction: true }],
  ["not run to its end", { ...SOLVES, outcome: "timeout" }],
  ["too long", SOLVES, "#".repeat(4001)],
];

for (const [name, result, code = "# t1"] of UNFIT) {
  Deno.test(`few-shot: a program that is ${name} is no example`, async () => {
    await using recorded = new Recorded();
    await recorded.program({ taskId: "t1", code }, result);
    assertEquals((await examplesOf(recorded))(TASKS[0], unit(0)), FIRST_EXAMPLE);
  });
}

Deno.test("few-shot: only earlier generations give examples, the shortest program of each task", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "t1", code: "# quite long" }, SOLVES);
  await recorded.program({ taskId: "t1", draw: 1, code: "# short" }, SOLVES);
  await recorded.program({ taskId: "t1", draw: 2, code: "# middling" }, SOLVES);
  await recorded.program({ taskId: "t1", generation: 1, code: "#" }, SOLVES);
  assertEquals((await examplesOf(recorded))(TASKS[0], unit(0)).code, "# short\n");
  const base = await examplesOf(recorded, { generation: 0 });
  assertEquals(base(TASKS[0], unit(0)), FIRST_EXAMPLE);
});

Deno.test("few-shot: at most 64 tasks are read", async () => {
  const tasks = Array.from({ length: 70 }, (_, i) => taskOf(`m${i}`, [["12", `3/${i % 10}`]]));
  const own = taskOf("own", [["0", "0"]]);
  await using recorded = await solved(tasks);
  const pick = await examplesOf(recorded, { tasks });
  const shown = new Set<string>();
  for (let draw = 0; draw < 2000; draw++) shown.add((pick(own, unit(draw)).task as Task).id);
  assertEquals(shown.size, 64);
  assert(!shown.has("m64"));
});
