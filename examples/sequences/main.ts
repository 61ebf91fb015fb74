/**
 * The whole loop on integer sequences: sample, execute, refine, relabel, fit, vote.
 *
 *     deno task example:sequences [--tasks sequences#6] [--generations 3] [--samples 48]
 *         [--refinements 24] [--seed 1] [--runs runs] [--run sequences] [--python .venv/bin/python]
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  Archive,
  Journal,
  openPythonEngine,
  openWasmEngine,
  Recorder,
  RunDirectory,
  SEARCH_DEFAULTS,
  SearchEngine,
  summarize,
} from "../../mod.ts";
import { SEQUENCES } from "./domain.ts";
import { arithmeticModel, arithmeticTrainer, modelName } from "./model.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "sequences" },
    generations: { type: "string", default: "3" },
    samples: { type: "string", default: "48" },
    refinements: { type: "string", default: "24" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "runs" },
    run: { type: "string", default: "sequences" },
    /** Without one programs run in WebAssembly. */
    python: { type: "string" },
  },
});
const [generations, samples, refinements, seed] = [
  values.generations,
  values.samples,
  values.refinements,
  values.seed,
].map(Number);

const directory = new RunDirectory(values.runs, values.run);
if (directory.exists()) {
  console.error(`run ${values.run} exists: give another name by --run`);
  Deno.exit(2);
}
const { tasks, answers } = await SEQUENCES.loadTasks(values.tasks);
Deno.mkdirSync(directory.journal, { recursive: true });
const archive = new Archive();
const journal = Journal.open(directory.journal, 0);
const sandbox = values.python === undefined
  ? await openWasmEngine({ workers: 2, cacheDir: `${Deno.cwd()}/.cache/wasm` })
  : await openPythonEngine({ python: await Deno.realPath(values.python), workers: 2 });
const engine = new SearchEngine({
  domain: SEQUENCES,
  tasks,
  answers,
  generations,
  budget: { ...SEARCH_DEFAULTS.budget, samples, refinements },
  seat: {
    client: arithmeticModel(directory.models),
    sampling: { temperature: 1, topP: 1, minP: null, maxTokens: 256 },
    modelOf: modelName,
    seed,
  },
  sandbox,
  trainer: arithmeticTrainer,
  recorder: new Recorder(journal, archive),
  directory,
  deterministic: true,
  timeoutMs: 500,
});
try {
  await engine.run();
} finally {
  await sandbox.close();
  await journal.close();
}
for (const row of summarize(archive, tasks, generations, true)) {
  console.log(
    `generation ${row.generation}: ${row.programs} programs, ${row.bySampling} sequences by sampling, ` +
      `${row.byRefining} by refining, ${row.cumulative} of ${tasks.length} so far, ${row.byVote} by vote`,
  );
}
