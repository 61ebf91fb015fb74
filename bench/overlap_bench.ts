/**
 * What streaming gains over SOAR's phases, where asking and executing cost the same.
 *
 *     deno task bench --suite overlap [--scale N]
 *
 * A real HTTP model server of fixed latency and concurrency, cells of fixed cost, and the real engine
 * between them; run as a stream and with `--barriers`, which is the baseline. The costs do not hang
 * on the machine as long as it has a core to spare. The perfect stream would be twice as fast.
 *
 * Target: the scarcer of the two ≥ 95 % busy, and 1.7 times the speed of the phases.
 */
import { parseArgs } from "node:util";
import { openaiClient } from "../models/openai.ts";
import { BenchModel } from "./model_server.ts";
import { benchRun } from "./bench_run.ts";
import { TimedCells } from "./timed_cells.ts";

const { values } = parseArgs({ options: { scale: { type: "string", default: "4" } } });
const scale = Number(values.scale);

/** Requests a model answers at a time, time for one, programs in it, and cells. */
const SLOTS = 8;
const LATENCY_MS = 200;
const COMPLETIONS = 4;
const CELLS = 8;

/** Tasks; each has so many programs sampled and refined. */
const TASKS = 40;
const SAMPLES = 8 * scale;
const REFINEMENTS = 4 * scale;

/** A parent is run once more before it is built upon: at most one run for each refinement request. */
const runs = SAMPLES + REFINEMENTS + REFINEMENTS / COMPLETIONS;
const requests = (SAMPLES + REFINEMENTS) / COMPLETIONS;
const COST_MS = requests * LATENCY_MS / SLOTS * CELLS / runs;

const phases = await measured(true);
const stream = await measured(false);
const gain = phases.seconds / stream.seconds;
console.log(`the stream is ${gain.toFixed(2)} times as fast (target 1.7)`);
console.log(`its scarcer side is ${percent(stream.scarcer)} busy (target 95 %)`);
Deno.exit(gain >= 1.7 && stream.scarcer >= 0.95 ? 0 : 1);

async function measured(barriers: boolean) {
  await using model = new BenchModel(SLOTS, LATENCY_MS);
  const sandbox = new TimedCells(CELLS, COST_MS);
  const client = openaiClient({
    baseUrl: model.baseUrl,
    apiKey: null,
    timeoutMs: 60_000,
    now: Date.now,
    random: Math.random,
  });
  await using run = await benchRun({
    client,
    sandbox,
    tasks: TASKS,
    budget: {
      samples: SAMPLES,
      refinements: REFINEMENTS,
      completionsPerCall: COMPLETIONS,
      completionsPerRefinement: COMPLETIONS,
    },
    // More than the slots, so that none of them waits for the way there and back.
    concurrency: 2 * SLOTS,
    barriers,
  });
  const start = performance.now();
  let searched = start;
  run.recorder.records$.subscribe(({ event }) => {
    if (event.kind === "event" && event.event === "generation_ended") searched = performance.now();
  });
  await run.run();
  const wallMs = searched - start;
  const [slots, cells] = [model.busy.share(wallMs), sandbox.busy.share(wallMs)];
  console.log(
    `${(barriers ? "phases" : "stream").padEnd(8)} ${run.recorder.archive.size} programs in ` +
      `${(wallMs / 1000).toFixed(1)} s; model slots ${percent(slots)} busy, cells ${
        percent(cells)
      } busy`,
  );
  return { seconds: wallMs / 1000, scarcer: Math.max(slots, cells) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
