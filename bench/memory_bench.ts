/**
 * Whether memory stays flat when one stage is a hundred times slower than the others.
 *
 *     deno task bench --suite memory [--minutes N] [--case NAME]
 *
 * Each case is a process of its own with the whole engine, its server, a SQL client and a tail client:
 * `none` (the baseline: nothing is slow), `executor`, `disk`, `sql` (a client that asks for whole
 * programs and hardly reads the answer), `tail` (one that hardly reads its events). What grows in the
 * baseline is the index of the archive and the database, by the program; a case may grow by no more
 * than that and {@link SLACK_BYTES}. With a slow stage in the pipeline the fast ones have to wait;
 * with a slow client the search may not, and the store has every program in the end.
 */
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { serveRun } from "../cli/run_server.ts";
import type { ModelClient } from "../models/client.ts";
import { benchRun } from "./bench_run.ts";
import { programOf } from "./model_server.ts";
import { TimedCells } from "./timed_cells.ts";

const CASES = ["none", "executor", "disk", "sql", "tail"] as const;
type Case = typeof CASES[number];

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    case: { type: "string" },
    // Internal: prints the figures of one case as JSON.
    child: { type: "boolean", default: false },
  },
});

/** How much slower a slow stage is. */
const FACTOR = 100;

/** Programs a second while nothing is slow: 10 cells of 50 ms. */
const CELLS = 10;
const COST_MS = 50;

/** A write as the journal's disk takes it; 100 times that is what a slow disk takes. */
const WRITE_MS = 0.2;

/** Memory that a process may gain beside what is counted: garbage not yet collected. */
const SLACK_BYTES = 64 * 1024 * 1024;

interface Figures {
  readonly programs: number;
  readonly perSecond: number;
  /** Resident memory after a fifth of the time, and at the end; bytes. */
  readonly early: number;
  readonly late: number;
  /** Programs archived after a fifth of the time. */
  readonly earlyPrograms: number;
  /** Share of its time that sampling waited for room downstream. */
  readonly waited: number;
  /** Programs in the store at the end. */
  readonly stored: number;
}

if (values.child) {
  console.log(JSON.stringify(await measure(values.case as Case, Number(values.minutes))));
  Deno.exit(0);
}
const cases = values.case ? ["none", values.case] as Case[] : CASES;
if (!cases.every((name) => CASES.includes(name))) {
  console.error(`--case ${values.case}: expected one of ${CASES.join(", ")}`);
  Deno.exit(2);
}
let failed = false;
let baseline: Figures | null = null;
for (const name of new Set(cases)) {
  const figures = await inChild(name);
  baseline ??= figures;
  const faults = faultsOf(name, figures, baseline);
  failed ||= faults.length > 0;
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    `${name.padEnd(9)} ${String(figures.programs).padStart(7)} programs, ` +
      `${figures.perSecond.toFixed(1).padStart(6)}/s; RSS ${mb(figures.early)} → ` +
      `${mb(figures.late)}; sampling waited ${(100 * figures.waited).toFixed(0)} %; ` +
      `${faults.length === 0 ? "ok" : faults.join("; ")}`,
  );
}
Deno.exit(failed ? 1 : 0);

function faultsOf(name: Case, figures: Figures, none: Figures): string[] {
  const faults: string[] = [];
  const perProgram = Math.max(0, none.late - none.early) / (none.programs - none.earlyPrograms);
  const due = perProgram * (figures.programs - figures.earlyPrograms) + SLACK_BYTES;
  if (figures.late - figures.early > due) faults.push("memory grows");
  if (figures.stored !== figures.programs) faults.push(`the store holds ${figures.stored}`);
  const inPipeline = name === "executor" || name === "disk";
  if (inPipeline && figures.waited < 0.5) faults.push("sampling did not wait");
  if (!inPipeline && figures.perSecond < 0.8 * none.perSecond) faults.push("the search was slowed");
  return faults;
}

async function inChild(name: Case): Promise<Figures> {
  const permissions = ["read", "write", "env", "net=127.0.0.1", "run", "sys"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...permissions.map((permission) => `--allow-${permission}`),
      fileURLToPath(import.meta.url),
      "--child",
      "--case",
      name,
      "--minutes",
      values.minutes,
    ],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`case ${name} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function measure(name: Case, minutes: number): Promise<Figures> {
  if (name === "disk") slowDisk(WRITE_MS * FACTOR);
  const model: ModelClient = {
    complete: ({ n, seed }) =>
      Promise.resolve({
        completions: Array.from({ length: n }, (_, i) => {
          return { text: programOf(seed, i), finishReason: "stop" };
        }),
        promptTokens: 100,
        completionTokens: 100,
        latencyMs: 0,
        retries: 0,
      }),
  };
  const ms = minutes * 60_000;
  const tasks = 100;
  // More than can be done in the time: it is stopped.
  const samples = Math.ceil(4 * ms / COST_MS * CELLS / tasks);
  await using run = await benchRun({
    client: model,
    sandbox: new TimedCells(CELLS, name === "executor" ? COST_MS * FACTOR : COST_MS),
    tasks,
    budget: { samples, refinements: 0, completionsPerCall: 10 },
    concurrency: 8,
  });
  const { recorder, engine } = run;
  const server = serveRun(recorder, run.directory.journal);
  const clients = new AbortController();
  const headers = { authorization: `Bearer ${server.token}` };
  const url = `http://127.0.0.1:${server.port}`;
  const reading = Promise.all([
    drink(`${url}/candidates`, { headers }, name === "tail", clients.signal),
    askOften(url, headers, name === "sql", clients.signal),
  ]);
  const start = performance.now();
  const end = new AbortController();
  let early = { rss: 0, programs: 0 };
  const timers = [
    setTimeout(
      () => early = { rss: Deno.memoryUsage().rss, programs: recorder.archive.size },
      ms / 5,
    ),
    setTimeout(() => end.abort(), ms),
  ];
  let waited = 0;
  let late = 0;
  end.signal.addEventListener("abort", () => {
    late = Deno.memoryUsage().rss;
    const sample = engine.stages.find(({ stage }) => stage === "sample");
    waited = sample?.measure().blockedFrac ?? 0;
  });
  await run.run(end.signal);
  const programs = recorder.archive.size;
  const perSecond = programs / (performance.now() - start) * 1000;
  for (const timer of timers) clearTimeout(timer);
  clients.abort();
  await reading;
  const answer = await fetch(`${url}/sql`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ sql: "select count(*) from programs" }),
  });
  const stored = Number((await answer.json()).rows[0][0]);
  await server.close();
  return {
    programs,
    perSecond,
    early: early.rss,
    late,
    earlyPrograms: early.programs,
    waited,
    stored,
  };
}

/** Makes every write of a file take so long. */
function slowDisk(ms: number): void {
  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = async function (bytes) {
    await new Promise((go) => setTimeout(go, ms));
    return await write.call(this, bytes);
  };
}

/** Reads a response to its end; a slow reader takes one piece every ten seconds. */
async function drink(
  url: string,
  init: RequestInit,
  slow: boolean,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  const drinking = (async () => {
    const response = await fetch(url, { ...init, signal });
    for await (const _ of response.body!) {
      if (slow) await new Promise((go) => setTimeout(go, FACTOR * 100));
    }
  })();
  drinking.catch(() => {});
  // A reader that is in the middle of a pause need not be waited for.
  await Promise.race([drinking, ended.promise]).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/**
 * Asks for whole programs, again and again: so few that an answer has the same size all along, also
 * where two programs a second are made.
 */
async function askOften(
  url: string,
  headers: Record<string, string>,
  slow: boolean,
  signal: AbortSignal,
): Promise<void> {
  const init = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ sql: "select * from programs", maxRows: 100 }),
  };
  while (!signal.aborted) {
    await drink(`${url}/sql`, init, slow, signal);
    await new Promise((go) => setTimeout(go, 2_000));
  }
}
