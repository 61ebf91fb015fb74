/**
 * The contamination guard on the real data sets: ARC-AGI-2's training tasks hold tasks that
 * ARC-AGI-1 measures with. Only counts are compared, so that a failure shows no task.
 */
import { assertEquals } from "@std/assert";
import { Confirmer } from "../../actors/confirmer.ts";
import { Relabeler } from "../../actors/relabeler.ts";
import { readConfig } from "../../cli/config.ts";
import { preparePython } from "../../cli/python.ts";
import { loadRunTasks } from "../../cli/run_tasks.ts";
import { encodeGrid } from "../../data/grid.ts";
import { loadTasks } from "../../data/load_tasks.ts";
import { readManifest, readShards } from "../../data/shards.ts";
import { inputsOf, type Task, type TaskSet } from "../../data/task.ts";
import { ContaminationGuard } from "../../search/contamination.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded } from "./recorded.ts";

const { arckitData } = await preparePython(() => {});
const load = (spec: string) => loadTasks(spec, { arckitData });

/** Tasks of ARC-AGI-1's evaluation set that stand among ARC-AGI-2's training tasks. */
const SHARED = 376;

/** A task's pairs as text, answers among them: compared here without the guard's own hashes. */
function pairTexts({ train, testInputs, id }: Task, answers: TaskSet["answers"]): string[] {
  const tests = testInputs.map((input, i) => ({ input, output: answers.get(id)![i] }));
  return [...train, ...tests].map(({ input, output }) => JSON.stringify([input, output]));
}

/** Shards made of one program a task, whose outputs are its inputs. */
async function relabelled(tasks: readonly Task[], guard: ContaminationGuard, answers: TaskSet) {
  await using recorded = new Recorded();
  for (const task of tasks) {
    await recorded.program({ taskId: task.id, code: "def transform(grid): return grid" }, {
      outputs: inputsOf(task).map(encodeGrid),
      correctTrain: task.train.map(() => false),
      correctTest: null,
    });
  }
  const directory = `${Deno.makeTempDirSync()}/g001`;
  const { recorder } = recorded;
  const confirmer = new Confirmer({
    engine: new MemoryEngine({}),
    recorder,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    timeoutMs: 500,
    delay: () => Promise.resolve(),
  });
  await new Relabeler({
    generation: 1,
    directory,
    baseModel: "base",
    tasks,
    answers: answers.answers,
    guard,
    recorder,
    confirmer,
    concurrency: 4,
    ...PAPER_SEARCH,
    strategy: "greedy_diverse",
    samplingRows: 1,
    refinementRows: 0,
    seed: 1,
  }).run(new AbortController().signal);
  const inRows = new Set([...readShards(directory)].map(({ meta }) => JSON.parse(meta).taskId));
  const inManifest = new Set(readManifest(directory).tasks!.map(({ id }) => id));
  return { inRows, inManifest };
}

Deno.test("of ARC-AGI-2's training tasks, those of ARC-AGI-1's evaluation never reach a shard", async () => {
  const config = readConfig({
    flags: { run: { tasks: "arc-agi-2:training" } },
    set: [],
    environment: {},
    file: null,
  });
  const run = await loadRunTasks(config, arckitData);
  const measured = new Set<string>();
  for (const spec of config.guard.measured) {
    const { tasks, answers } = await load(spec);
    for (const task of tasks) for (const text of pairTexts(task, answers)) measured.add(text);
  }
  const shared = new Set(
    run.tasks.filter((task) => pairTexts(task, run.answers).some((text) => measured.has(text)))
      .map(({ id }) => id),
  );
  assertEquals([run.tasks.length, shared.size], [1000, SHARED]);
  const { inRows, inManifest } = await relabelled(run.tasks, run.guard, run);
  assertEquals([inRows.size, inManifest.size], [1000 - SHARED, 1000 - SHARED]);
  assertEquals([inRows.intersection(shared).size, inManifest.intersection(shared).size], [0, 0]);
  assertEquals(inRows.union(shared).size, 1000);
});

Deno.test("they are told by their pairs: under other names the same tasks are kept out", async () => {
  const evaluation = await load("arc-agi-1:evaluation");
  const guard = new ContaminationGuard(
    evaluation.tasks.map((task) => ({ task, answers: evaluation.answers.get(task.id) })),
  );
  const { tasks, answers } = await load("arc-agi-2:training");
  const byTrain = tasks.filter((task) => guard.fault({ ...task, id: "renamed" }));
  const byAll = tasks.filter((task) =>
    guard.fault({ ...task, id: "renamed" }, answers.get(task.id))
  );
  const byId = tasks.filter((task) => guard.fault(task));
  assertEquals([byTrain.length, byAll.length, byId.length], [SHARED, SHARED, SHARED]);
});
