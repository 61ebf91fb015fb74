/**
 * A whole run in a temporary folder, with a model that follows a script: which program a completion
 * holds hangs on the seed of the request alone. Everything else is the real thing.
 */
import { Archive } from "../../data/archive.ts";
import { Journal } from "../../data/journal.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { loadTasks } from "../../data/load_tasks.ts";
import { RunDirectory } from "../../data/run_directory.ts";
import type { Task } from "../../data/task.ts";
import type { CompletionRequest, ModelClient } from "../../models/client.ts";
import { answerText } from "../../models/prompts.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { Recorder } from "../../actors/recorder.ts";
import { SearchEngine, type Stopping } from "../../actors/engine.ts";
import type { SearchOptions } from "../../actors/search_options.ts";
import { PYTHON } from "../python.ts";

/** Programs the script holds: right for some sample tasks, wrong in many ways for the others. */
export const PROGRAMS: readonly (string | null)[] = [
  "def transform(grid):\n    return [row[::-1] for row in grid]",
  "def transform(grid):\n    return [list(row) for row in grid[::-1]]",
  "def transform(grid):\n    return [list(row) for row in zip(*grid)]",
  "def transform(grid):\n    return grid",
  "def transform(grid):\n    return [[c for c in row for _ in (0, 1)] for row in grid for _ in (0, 1)]",
  "def transform(grid):\n    return [[0 if c else 5 for c in row] for row in grid]",
  "def transform(grid):\n    return nonsense",
  "def transform(grid:\n",
  null,
];

/** A model that answers by seed, and counts what it is asked. */
export class ScriptedModel implements ModelClient {
  readonly requests: CompletionRequest[] = [];

  complete(request: CompletionRequest, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.requests.push(request);
    const completions = Array.from({ length: request.n }, (_, i) => {
      const code = PROGRAMS[((request.seed >>> 10) + i * 7) % PROGRAMS.length];
      return { text: code === null ? "I do not know." : answerText(code), finishReason: "stop" };
    });
    return Promise.resolve({
      completions,
      promptTokens: 10,
      completionTokens: 20,
      latencyMs: 1,
      retries: 0,
    });
  }
}

/** What a test may change. */
export type Changes = Partial<SearchOptions> & {
  /** Given the engine before it runs. */
  readonly onEngine?: (engine: SearchEngine, recorder: Recorder) => void;
};

/** The script solves the first two. */
const IDS = [
  "mirror_left_right",
  "upscale_double",
  "rotate_quarter_turn",
  "gravity_down",
  "sort_rows_by_count",
  "crop_to_object",
];

/** Sample tasks with their answers. */
export async function sampleTasks(count: number) {
  const { tasks, answers } = await loadTasks(`sample#${IDS.slice(0, count).join(",")}`);
  return { tasks, answers };
}

/** Runs, or goes on with, the run in `directory`; resolves with its archive when it has ended. */
export async function scriptedRun(
  directory: RunDirectory,
  client: ModelClient,
  changes: Changes & { tasks?: readonly Task[] } = {},
  stopping: Stopping = {},
): Promise<Archive> {
  const { tasks, answers } = await sampleTasks(6);
  const archive = new Archive();
  try {
    for (const entry of readJournal(directory.journal)) archive.apply(entry);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const journal = Journal.open(directory.journal, archive.seq);
  const recorder = new Recorder(journal, archive);
  const sandbox = await openPythonEngine({ python: PYTHON, workers: 2 });
  try {
    const engine = new SearchEngine({
      tasks,
      answers,
      generations: 2,
      budget: { samples: 8, refinements: 4, completionsPerCall: 4, completionsPerRefinement: 2 },
      seat: {
        client,
        sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 100 },
        modelOf: (generation) => `scripted-${generation}`,
        seed: 3,
      },
      sandbox,
      trainer: readyAtOnce,
      recorder,
      directory,
      selection: { samplingRows: 6, refinementRows: 4 },
      concurrency: 4,
      timeoutMs: 3000,
      host: "test",
      delay: () => Promise.resolve(),
      ...changes,
    });
    changes.onEngine?.(engine, recorder);
    await engine.run(stopping);
  } finally {
    await sandbox.close();
    await journal.close();
  }
  return archive;
}

/** A new run directory of its own. */
export function newRun(): RunDirectory {
  return new RunDirectory(Deno.makeTempDirSync(), "run");
}

/** A trainer that learns nothing: the scripted model has no weights. */
const readyAtOnce = {
  name: "none",
  async train(_shards: string, model: string) {
    await Deno.mkdir(model, { recursive: true });
    await Deno.writeTextFile(
      `${model}/training.json`,
      JSON.stringify({ rows: 1, skipped: 0, loss: [{ step: 1, loss: 0.5 }] }),
    );
    await Deno.writeTextFile(`${model}/READY`, "");
  },
};
