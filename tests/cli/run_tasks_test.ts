import { assertEquals, assertRejects } from "@std/assert";
import { type Config, readConfig } from "../../cli/config.ts";
import { loadRunTasks, taskRecords } from "../../cli/run_tasks.ts";
import { TaskError } from "../../mod.ts";

/** Writes ARC tasks into a folder of this name: input k becomes k+1 in train, 9 in the test. */
function folder(name: string, tasks: Readonly<Record<string, number>>): string {
  const path = `${Deno.makeTempDirSync()}/${name}`;
  Deno.mkdirSync(path);
  for (const [id, k] of Object.entries(tasks)) {
    const train = [{ input: [[k]], output: [[k + 1]] }];
    const test = [{ input: [[k, k]], output: [[9]] }];
    Deno.writeTextFileSync(`${path}/${id}.json`, JSON.stringify({ train, test }));
  }
  return path;
}

function configOf(tasks: string, measured: readonly string[], split?: string): Config {
  return readConfig({
    flags: { run: { tasks, split }, guard: { measured } },
    set: [],
    environment: {},
    file: null,
  });
}

const TASKS = { a: 1, b: 2 };

Deno.test("loadRunTasks(): answers of training tasks may be used, and all may be learnt from", async () => {
  const { tasks, answers, usable, guard, teachable } = await loadRunTasks(
    configOf(folder("training", TASKS), []),
    "",
  );
  assertEquals(tasks.map(({ id }) => id), ["a", "b"]);
  assertEquals([...usable], [["a", [[[9]]]], ["b", [[[9]]]]]);
  assertEquals([...answers], [...usable]);
  assertEquals([guard.fault(tasks[0]), guard.fault(tasks[1]), teachable], [null, null, true]);
});

Deno.test("loadRunTasks(): answers of evaluation tasks are known, not usable, and guarded", async () => {
  const { tasks, answers, usable, guard, teachable } = await loadRunTasks(
    configOf(folder("evaluation", TASKS), []),
    "",
  );
  assertEquals([answers.size, usable.size, teachable], [2, 0, false]);
  for (const task of tasks) {
    assertEquals(typeof guard.fault(task), "string");
    const copy = { ...task, id: "copy", train: [] };
    assertEquals(guard.fault(copy), null);
    assertEquals(typeof guard.fault(copy, answers.get(task.id)), "string", "by its test pair");
  }
});

Deno.test("loadRunTasks(): the split that is given wins over the folder's name", async () => {
  const path = folder("evaluation", TASKS);
  const { usable, teachable } = await loadRunTasks(configOf(path, [], "training"), "");
  assertEquals([usable.size, teachable], [2, true]);
});

Deno.test("loadRunTasks(): a training task that is measured elsewhere is searched, not learnt from", async () => {
  const measured = folder("evaluation", { "other-name": 1 });
  const { tasks, usable, guard, teachable } = await loadRunTasks(
    configOf(folder("training", TASKS), [measured]),
    "",
  );
  assertEquals([usable.size, teachable], [2, true]);
  assertEquals(
    guard.fault(tasks[0])?.includes("shares a pair with measured task"),
    true,
  );
  assertEquals(guard.fault(tasks[1]), null);
});

Deno.test("loadRunTasks(): a run of measured tasks alone can teach nothing", async () => {
  const measured = folder("evaluation", TASKS);
  const training = folder("training", TASKS);
  const { teachable } = await loadRunTasks(configOf(training, [measured]), "");
  assertEquals(teachable, false);
  // Under other names and with other train pairs, but with the same test pair.
  for (const id of ["a", "b"]) {
    const task = JSON.parse(Deno.readTextFileSync(`${measured}/${id}.json`));
    task.train = [{ input: [[7]], output: [[7]] }];
    Deno.writeTextFileSync(`${measured}/other-${id}.json`, JSON.stringify(task));
    Deno.removeSync(`${measured}/${id}.json`);
  }
  const byTests = await loadRunTasks(configOf(training, [measured]), "");
  assertEquals(byTests.teachable, false);
});

Deno.test("loadRunTasks(): measured tasks that are not there stop the run before it begins", async () => {
  await assertRejects(
    () => loadRunTasks(configOf(folder("training", TASKS), ["/nowhere"]), ""),
    TaskError,
    "/nowhere",
  );
});

for (const [split, testOutputs] of [["training", ["9"]], ["evaluation", null]] as const) {
  Deno.test(`taskRecords() of ${split} tasks hold ${testOutputs ? "their" : "no"} answers`, async () => {
    const path = folder(split, TASKS);
    const records = taskRecords(await loadRunTasks(configOf(path, []), ""));
    assertEquals(records.length, 2);
    assertEquals(records[0], {
      kind: "task",
      taskId: "a",
      dataset: path,
      split,
      train: [["1", "2"]],
      testInputs: ["11"],
      testOutputs,
    });
  });
}
