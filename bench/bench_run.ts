/**
 * A search in a temporary folder for benchmarks of the pipeline: the real engine upon made-up tasks.
 *
 * @module
 */
import { SearchEngine } from "../actors/engine.ts";
import { Recorder } from "../actors/recorder.ts";
import { Archive } from "../data/archive.ts";
import { encodeGrid, type Grid } from "../data/grid.ts";
import { Journal } from "../data/journal.ts";
import { RunDirectory } from "../data/run_directory.ts";
import type { Task } from "../data/task.ts";
import type { ModelClient } from "../models/client.ts";
import type { Engine as Sandbox } from "../sandbox/engine.ts";
import type { TaskBudget } from "../search/budget.ts";

/** What a benchmark decides. */
export interface BenchOptions {
  readonly client: ModelClient;
  readonly sandbox: Sandbox;
  /** Number of tasks. */
  readonly tasks: number;
  readonly budget: TaskBudget;
  readonly concurrency: number;
  readonly barriers?: boolean;
}

/** A search ready to run. */
export interface BenchRun extends AsyncDisposable {
  readonly directory: RunDirectory;
  readonly recorder: Recorder;
  readonly engine: SearchEngine;
  /** Runs until done, or until the signal aborts; what is under way is then cancelled. */
  run(signal?: AbortSignal): Promise<void>;
}

/** Sets a search up; its folder is removed at the end. */
export async function benchRun(options: BenchOptions): Promise<BenchRun> {
  const directory = new RunDirectory(Deno.makeTempDirSync(), "bench");
  const journal = Journal.open(directory.journal, 0);
  const recorder = new Recorder(journal, new Archive());
  const tasks = Array.from({ length: options.tasks }, (_, i) => taskOf(i));
  const config = { "run.generations": "1" };
  const opened = { runId: "1", seed: 1, resumed: false, config, codeVersion: "bench" };
  await recorder.record({ kind: "run_opened", ...opened });
  for (const { id, dataset, split, train, testInputs } of tasks) {
    await recorder.record({
      kind: "task",
      taskId: id,
      dataset,
      split,
      train: train.map(({ input, output }) => [encodeGrid(input), encodeGrid(output)] as const),
      testInputs: testInputs.map(encodeGrid),
      testOutputs: null,
    });
  }
  const engine = new SearchEngine({
    ...options,
    tasks,
    seat: {
      client: options.client,
      sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 100 },
      modelOf: () => "bench",
      seed: 1,
    },
    recorder,
    directory,
    selection: { samplingRows: 1, refinementRows: 1 },
    timeoutMs: 1000,
  });
  return {
    directory,
    recorder,
    engine,
    run: async (signal) => {
      try {
        await engine.run({ signal });
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      await journal.close();
      await Deno.remove(`${directory.path}/..`, { recursive: true });
    },
  };
}

/** A task that the identity does not solve. */
function taskOf(i: number): Task {
  const grid = (shift: number): Grid =>
    Array.from(
      { length: 5 },
      (_, y) => Array.from({ length: 5 }, (_, x) => (x * y + i + shift) % 10),
    );
  return {
    id: `bench${i}`,
    dataset: "bench",
    split: "training",
    train: [{ input: grid(0), output: grid(1) }, { input: grid(2), output: grid(3) }],
    testInputs: [grid(4)],
  };
}
