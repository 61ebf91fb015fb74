/**
 * What the engine itself costs: how many candidates a second it carries when nothing else does.
 *
 *     deno task bench --suite overhead [--programs N] [--seconds N]
 *
 * First a model that answers at once and cells that cost nothing (in this benchmark only), through
 * sample → execute → journal → store, until the store has every row. Then 1,000 programs a second
 * and a reader of the run's server: the time from a program's journal line to the reader.
 * The baseline is one thing less: the same lines written to a journal by themselves.
 *
 * Targets on 2 cores: ≥ 3,000 candidates/s; 99 % of them with the reader within 100 ms.
 */
import { parseArgs } from "node:util";
import { readServerEvents } from "../cli/server_events.ts";
import { serveRun } from "../cli/run_server.ts";
import { Journal } from "../data/journal.ts";
import { readJournal } from "../data/journal_reader.ts";
import { JournalStore } from "../data/journal_store.ts";
import type { ModelClient } from "../models/client.ts";
import { benchRun } from "./bench_run.ts";
import { programOf } from "./model_server.ts";
import { TimedCells } from "./timed_cells.ts";

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "60000" },
    seconds: { type: "string", default: "20" },
  },
});

/** Programs of a request. */
const COMPLETIONS = 10;

/** Answers at once. */
const instant: ModelClient = {
  complete: ({ n, seed }) =>
    Promise.resolve({
      completions: Array.from({ length: n }, (_, i) => {
        return { text: programOf(seed, i), finishReason: "stop" };
      }),
      promptTokens: 100,
      completionTokens: 50 * n,
      latencyMs: 0,
      retries: 0,
    }),
};

const throughput = await carried(Number(values.programs));
const p99 = await readerDelay(Number(values.seconds));
Deno.exit(throughput >= 3000 && p99 < 100 ? 0 : 1);

/** Candidates a second until journal and store have them all. */
async function carried(programs: number): Promise<number> {
  const tasks = 100;
  const each = Math.ceil(programs / tasks / COMPLETIONS) * COMPLETIONS;
  await using run = await benchRun({
    client: instant,
    sandbox: new TimedCells(2, 0),
    tasks,
    budget: { samples: each, refinements: 0, completionsPerCall: COMPLETIONS },
    concurrency: 8,
  });
  const store = new JournalStore(run.directory.journal);
  const count = async () => {
    const { rows } = await store.query("select count(*) from programs", { timeoutMs: 120_000 });
    return Number(rows[0][0]);
  };
  await count();
  const start = performance.now();
  let searchedMs = 0;
  const searching = new Promise<void>((resolve) =>
    run.recorder.records$.subscribe(({ event }) => {
      if (event.kind !== "event" || event.event !== "generation_ended") return;
      searchedMs = performance.now() - start;
      resolve();
    })
  );
  const running = run.run();
  // The store follows the journal while it grows, as for somebody who asks again and again.
  let over = false;
  void searching.then(() => over = true);
  while (!over) {
    await count();
    await new Promise((go) => setTimeout(go, 250));
  }
  const stored = await count();
  const storedMs = performance.now() - start;
  await running;
  await store.close();
  const total = run.recorder.archive.size;
  if (stored !== total) throw new Error(`the store holds ${stored} of ${total} programs`);
  const rate = total / storedMs * 1000;
  console.log(
    `${total} programs: ${Math.round(total / searchedMs * 1000)}/s to the journal, ` +
      `${Math.round(rate)}/s to the store (target 3,000/s)`,
  );
  await baseline(run.directory.journal);
  return rate;
}

/** The same records written by themselves. */
async function baseline(journal: string): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const bodies = [...readJournal(journal)].map(({ record: { seq: _, at: __, ...body } }) => body);
  const programs = bodies.filter(({ kind }) => kind === "evaluation").length;
  const copy = Journal.open(folder, 0);
  const start = performance.now();
  for (let i = 0; i < bodies.length; i += 64) {
    await Promise.all(bodies.slice(i, i + 64).map((body) => copy.append(body).written));
  }
  const ms = performance.now() - start;
  await copy.close();
  await Deno.remove(folder, { recursive: true });
  console.log(`baseline, the journal by itself: ${Math.round(programs / ms * 1000)} programs/s`);
}

/** The 99th percentile of the time from journal to reader, in milliseconds. */
async function readerDelay(seconds: number): Promise<number> {
  const cells = 20;
  // Timers come late: about 1,100 a second are left of these.
  const perSecond = 1200;
  const tasks = 50;
  const samples = Math.ceil(perSecond * seconds / tasks / COMPLETIONS) * COMPLETIONS;
  await using run = await benchRun({
    client: instant,
    sandbox: new TimedCells(cells, cells * 1000 / perSecond),
    tasks,
    budget: { samples, refinements: 0, completionsPerCall: COMPLETIONS },
    concurrency: 2,
  });
  const server = serveRun(run.recorder, run.directory.journal);
  const written = new Map<number, number>();
  run.recorder.records$.subscribe(({ seq, event }) => {
    if (event.kind === "evaluation") written.set(seq, performance.now());
  });
  const stop = new AbortController();
  const response = await fetch(`http://127.0.0.1:${server.port}/candidates`, {
    headers: { authorization: `Bearer ${server.token}` },
    signal: stop.signal,
  });
  const delays: number[] = [];
  let gaps = 0;
  const reading = (async () => {
    for await (const { event, data } of readServerEvents(response.body!)) {
      if (event === "gap") gaps++;
      if (event !== "message") continue;
      const at = written.get(JSON.parse(data).seq);
      if (at !== undefined) delays.push(performance.now() - at);
    }
  })().catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  const start = performance.now();
  await run.run();
  const rate = run.recorder.archive.size / (performance.now() - start) * 1000;
  stop.abort();
  await reading;
  await server.close();
  delays.sort((a, b) => a - b);
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))];
  console.log(
    `${delays.length} programs at ${Math.round(rate)}/s to a reader, ${gaps} gaps: ` +
      `half within ${at(0.5).toFixed(1)} ms, 99 % within ${at(0.99).toFixed(1)} ms (target 100 ms)`,
  );
  return at(0.99);
}
