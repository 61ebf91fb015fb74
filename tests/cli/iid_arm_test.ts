import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Config } from "../../cli/config.ts";
import { iidArm, iidLine, iidSection } from "../../cli/iid_arm.ts";
import { reportMarkdown } from "../../cli/report_markdown.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { NoRunError, RunDirectory, type TaskLoaded } from "../../mod.ts";
import { type Asked, Recorded, SOLVES } from "../actors/recorded.ts";

const TASK: TaskLoaded = {
  kind: "task",
  taskId: "a",
  dataset: "made-up",
  split: "training",
  train: [["1", "2"]],
  testInputs: ["3"],
  testOutputs: ["4"],
};

const WRONG = { outputs: ["9", "5"], correctTrain: [false], correctTest: [false] };

const ALONE = Config.parse({
  run: { generations: 1 },
  budget: { refinements: 0, samples: 3 },
});

/** A run of one task: what is asked for, and whether it is right. */
async function writeRun(
  runs: string,
  name: string,
  config: Config,
  programs: readonly (Partial<Asked> & { readonly right: boolean })[],
  task: TaskLoaded = TASK,
): Promise<RunDirectory> {
  const directory = new RunDirectory(runs, name);
  directory.writeRunFile({
    name,
    runId: name,
    seed: 1,
    startedAt: "2026-01-01T00:00:00Z",
    version: "0",
    config,
    status: "done",
    server: null,
  });
  await using recorded = new Recorded(directory.journal);
  await recorded.recorder.record(task);
  for (const [draw, { right, ...asked }] of programs.entries()) {
    await recorded.program({ taskId: task.taskId, draw, ...asked }, right ? SOLVES : WRONG);
  }
  return directory;
}

const SOAR = Config.parse({
  run: { generations: 2, seed: 7 },
  budget: { samples: 2, refinements: 1 },
});

async function soarRun(runs: string, task: TaskLoaded = TASK): Promise<RunDirectory> {
  return await writeRun(runs, "s", SOAR, [
    { right: false },
    { right: true, generation: 1 },
    { right: false, generation: 1, operator: "refine", draw: 0 },
  ], task);
}

function textOf(arm: Awaited<ReturnType<typeof iidArm>>): string {
  return reportMarkdown({ title: "t", figures: [], sections: [iidSection(arm)] });
}

Deno.test("iidArm() compares with the run NAME-iid at as many programs", async () => {
  const runs = Deno.makeTempDirSync();
  const directory = await soarRun(runs);
  await writeRun(runs, "s-iid", ALONE, [0, 1, 2, 3].map(() => ({ right: false })));
  const arm = await iidArm(directory, SOAR);
  assertEquals(
    iidLine(arm),
    "i.i.d. arm, run s-iid, at 3 programs a task: 0 solved, 0 by vote; SOAR 1 and 1, " +
      "+1 [+1, +1] and +1 [+1, +1] (95 % paired bootstrap)",
  );
  const text = textOf(arm);
  assertStringIncludes(text, "| SOAR | 3 | 1 | 1 |");
  assertStringIncludes(text, "| i.i.d. | 3 | 0 | 0 |");
});

Deno.test("iidArm() says plainly that there is none, and how to make one", async () => {
  const directory = await soarRun(Deno.makeTempDirSync());
  const arm = await iidArm(directory, SOAR);
  assertStringIncludes(iidLine(arm), "none");
  const text = textOf(arm);
  assertStringIncludes(text, "This run has no i.i.d. arm");
  for (
    const part of [
      "--run s-iid",
      "--set run.generations=1",
      "--set run.seed=7",
      "--set budget.samples=6",
      "--set budget.refinements=0",
      "--set train.enabled=false",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("iidArm() knows a run that is one itself, and one whose answers nobody knows", async () => {
  const runs = Deno.makeTempDirSync();
  const hidden: TaskLoaded = { ...TASK, split: "evaluation", testOutputs: null };
  const directory = await soarRun(runs, hidden);
  const alone = await writeRun(runs, "s-iid", ALONE, [{ right: true }], hidden);
  assertStringIncludes(textOf(await iidArm(alone, ALONE)), "it is an i.i.d. arm itself");
  assertEquals(await iidArm(directory, SOAR), { kind: "unknown", name: "s-iid" });
});

Deno.test("iidArm() takes no run that refines, learns, or had other tasks", async () => {
  const runs = Deno.makeTempDirSync();
  const directory = await soarRun(runs);
  await writeRun(runs, "other", SOAR, [{ right: true }]);
  await writeRun(runs, "elsewhere", ALONE, [{ right: true }], { ...TASK, testInputs: ["7"] });
  await assertRejects(() => iidArm(directory, SOAR, "other"), UsageError, "refines or learns");
  await assertRejects(() => iidArm(directory, SOAR, "elsewhere"), UsageError, "has no task of");
  await assertRejects(() => iidArm(directory, SOAR, "nobody"), NoRunError);
});
