import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Journal } from "../../data/journal.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import { missingTasks, readRun } from "../../cli/read_run.ts";
import { taskRecords } from "../../cli/run_tasks.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { sampleTasks } from "../actors/scripted_run.ts";

async function recordsOf(count: number) {
  const { tasks, answers } = await sampleTasks(count);
  const guard = new ContaminationGuard([]);
  return taskRecords({ tasks, answers, usable: answers, guard, teachable: true });
}

async function journalled(count: number) {
  const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
  const journal = Journal.open(directory.journal, 0);
  for (const record of await recordsOf(count)) journal.append(record);
  await journal.close();
  return readRun(directory);
}

Deno.test("a run that died while its tasks were written gets the missing ones on resume", async () => {
  const wanted = await recordsOf(4);
  const missing = missingTasks(await journalled(2), wanted);
  assertEquals(missing.map(({ taskId }) => taskId), wanted.slice(2).map(({ taskId }) => taskId));
  assertEquals(missingTasks(await journalled(4), wanted), []);
});

Deno.test("a task that changed, or went, since the run began is refused by name", async () => {
  const run = await journalled(2);
  const [first, second] = await recordsOf(2);
  const changed = { ...first, train: first.train.slice(1) };
  const { message } = assertThrows(() => missingTasks(run, [changed, second]), UsageError);
  assertStringIncludes(message, `task ${first.taskId} has changed`);
  assertThrows(() => missingTasks(run, [first]), UsageError, `task ${second.taskId} is gone`);
});
