import { assertEquals, assertStringIncludes } from "@std/assert";
import { readTrainedOn } from "../../cli/trained_on.ts";
import { readManifest, readShards, RunDirectory, type TaskLoaded } from "../../mod.ts";
import { Recorded, type Result, SOLVES } from "../actors/recorded.ts";
import { CommandLine } from "./command.ts";

function task(taskId: string, split: TaskLoaded["split"], pair: [string, string]): TaskLoaded {
  const testOutputs = split === "training" ? ["4"] : null;
  return {
    kind: "task",
    dataset: "made-up",
    taskId,
    split,
    train: [pair],
    testInputs: ["3"],
    testOutputs,
  };
}

const TASKS = [
  task("a", "training", ["1", "2"]),
  task("measured", "training", ["7", "8"]),
  task("e", "evaluation", ["5", "6"]),
];
const WRONG: Result = { correctTrain: [false] };
const UNCONFIRMED: Result = { ...SOLVES, confirmed: false };

/** A run that is done, of {@link TASKS}, with these programs in the order of their draws. */
async function writeRun(
  runs: string,
  name: string,
  measured: readonly string[],
  programs: readonly (readonly [taskId: string, code: string, result: Result])[],
  tasks: readonly TaskLoaded[] = TASKS,
): Promise<RunDirectory> {
  const directory = new RunDirectory(runs, name);
  directory.writeRunFile({
    ...{ name, runId: name, seed: 1, startedAt: "2026-01-01T00:00:00Z", version: "0" },
    ...{ config: { guard: { measured } }, status: "done", server: null },
  });
  await using recorded = new Recorded(directory.journal);
  for (const record of tasks) await recorded.recorder.record(record);
  for (const [draw, [taskId, code, result]] of programs.entries()) {
    await recorded.program({ taskId, draw, code }, result);
  }
  return directory;
}

/** A folder of one task: that of the pair 7 → 8, under another name. */
function measuredFolder(): string {
  const folder = `${Deno.makeTempDirSync()}/evaluation`;
  Deno.mkdirSync(folder);
  const pairs = { train: [{ input: [[7]], output: [[8]] }], test: [{ input: [[1]] }] };
  Deno.writeTextFileSync(`${folder}/renamed.json`, JSON.stringify(pairs));
  return folder;
}

Deno.test("train --pool learns from the shortest right programs of all runs", async () => {
  const line = new CommandLine();
  await writeRun(line.runs, "one", [], [
    ["a", "x = 'much too long'", SOLVES],
    ["a", "x = 'both'", SOLVES],
    ["measured", "y = 1", SOLVES],
  ]);
  const two = await writeRun(line.runs, "two", [measuredFolder()], [
    ["a", "x = 'both'", SOLVES],
    ["a", "x = 1", SOLVES],
    ["a", "wrong", WRONG],
    ["a", "lucky", UNCONFIRMED],
    ["e", "z = 1", { ...SOLVES, correctTest: null }],
  ]);
  const before = { id: "old", dataset: "made-up", pairHashes: ["1"] };
  const model = two.model(1);
  Deno.mkdirSync(model, { recursive: true });
  Deno.writeTextFileSync(`${model}/training.json`, JSON.stringify({ tasks: [before] }));
  Deno.writeTextFileSync(`${model}/READY`, "");

  const out = `${line.runs}/pooled`;
  const { code, stderr } = await line.run("train", "--pool", "one,two", "--out", out);
  assertEquals([code, stderr], [0, "2 tasks kept out as they are being measured\n"]);

  const rows = [...readShards(`${out}/shards`)];
  assertEquals(
    rows.map(({ completion }) => /```python\n(.*)\n```/.exec(completion[0].content)?.[1]),
    ["x = 1", "x = 'both'", "x = 'much too long'"],
  );
  const metas = rows.map(({ meta }) => JSON.parse(meta));
  assertEquals(metas.map(({ programId }) => programId.split("/")[0]), ["two", "one", "one"]);
  assertEquals(metas.every(({ taskId, correct }) => taskId === "a" && correct), true);
  assertEquals(readManifest(`${out}/shards`).tasks!.map(({ id }) => id), ["a"]);
  assertEquals(readTrainedOn(out)!.map(({ id }) => id), ["a", "old"]);
  assertEquals(Deno.statSync(`${out}/READY`).isFile, true);
});

Deno.test("train refuses what it cannot pool", async (t) => {
  const line = new CommandLine();
  const other = [task("a", "training", ["1", "9"])];
  await writeRun(line.runs, "none", [], [["a", "wrong", WRONG]]);
  await writeRun(line.runs, "other", [], [["a", "x = 1", SOLVES]], other);
  const cases: [args: string[], code: number, said: string][] = [
    [["--pool", "none"], 2, "expected programs that are right on a task"],
    [["--pool", "none,other"], 2, "task a of run other is another than in the runs before"],
    [["--pool", "missing"], 3, "no run missing"],
    [["--pool", "none", "--shards", "s"], 2, "expected one of --shards and --pool"],
    [[], 2, "expected one of --shards and --pool"],
  ];
  for (const [args, expected, said] of cases) {
    await t.step(args.join(" ") || "neither", async () => {
      const { code, stderr } = await line.run("train", "--out", `${line.runs}/out`, ...args);
      assertEquals(code, expected, stderr);
      assertStringIncludes(stderr, said);
    });
  }
});
