/**
 * A search with a model of one's own: here a list of programs that is handed out by turns.
 *
 *     deno task example:own-model [FOLDER]
 *
 * It searches the bundled tasks, tells each candidate that solves its train pairs, and leaves a run
 * in FOLDER (default runs) that `deno task sql` and `deno task tail` read like any other.
 *
 * @module
 */
import {
  Archive,
  candidateView,
  Journal,
  loadTasks,
  type ModelClient,
  openWasmEngine,
  Recorder,
  RunDirectory,
  SearchEngine,
} from "../mod.ts";

const PROGRAMS = ["grid", "grid[::-1]", "[row[::-1] for row in grid]", "list(zip(*grid))"];

/** Any object with `complete`; a client of a real server is `openaiClient`. */
const model: ModelClient = {
  complete: ({ n, seed }) =>
    Promise.resolve({
      completions: Array.from({ length: n }, (_, i) => {
        const answer = PROGRAMS[(seed + i) % PROGRAMS.length];
        const code = `def transform(grid):\n    return [list(row) for row in ${answer}]`;
        return { text: "```python\n" + code + "\n```", finishReason: "stop" };
      }),
      promptTokens: 0,
      completionTokens: 0,
      latencyMs: 0,
      retries: 0,
    }),
};

const { tasks, answers } = await loadTasks("sample");
const directory = new RunDirectory(Deno.args[0] ?? "runs", `own-model-${Date.now()}`);
Deno.mkdirSync(directory.journal, { recursive: true });
const journal = Journal.open(directory.journal, 0);
const recorder = new Recorder(journal, new Archive());
const sandbox = await openWasmEngine({ workers: 2, cacheDir: ".cache/wasm" });
const engine = new SearchEngine({
  tasks,
  answers,
  seat: {
    client: model,
    sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 256 },
    modelOf: () => "by-turns",
    seed: 1,
  },
  sandbox,
  recorder,
  directory,
  budget: { samples: 4, refinements: 0, completionsPerCall: 4, completionsPerRefinement: 1 },
});

recorder.records$.subscribe(({ event }) => {
  const entry = event.kind === "evaluation" && recorder.archive.get(event.id);
  if (!entry) return;
  const { taskId, trainRight, trainCount } = candidateView(recorder.archive, entry);
  if (trainRight === trainCount) console.log(`${taskId}: ${entry.id} is right on all train pairs`);
});

try {
  await engine.run();
} finally {
  await sandbox.close();
  await journal.close();
}
console.log(`${recorder.archive.size} programs for ${tasks.length} tasks in ${directory.path}`);
