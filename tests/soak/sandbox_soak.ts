/**
 * Does the python engine stay as it is under a long, hostile load?
 *
 *     deno task test:soak [--programs 100000] [--seed 1] [--kill-every 2500]
 *
 * Runs programs of which one in ten means harm, and kills a fork-server, with whatever it is doing,
 * every so many verdicts. Looks at the figures of this process and of its servers ten times. Fails when
 *
 * - a program gets no verdict or more than one, or a sound program a wrong one (a kill may cost it
 *   its verdict, which then says so: as many `killed` as kills may happen, times what ran at once);
 * - memory, threads, descriptors or processes grow after the first third;
 * - a process is left behind.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { processFigures } from "../../bench/process_figures.ts";
import { smallPrograms, USUAL_FLAWS } from "../../bench/corpus/compose.ts";
import { preparePython } from "../../cli/python.ts";
import type { Frame, Outcome } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { seededRandom } from "../../search/random.ts";
import { killHard, sandboxProcesses } from "../sandbox/find_python.ts";
import { HOSTILE } from "./hostile_rows.ts";

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    "kill-every": { type: "string", default: "2500" },
  },
});
const [total, seed, killEvery] = [values.programs, values.seed, values["kill-every"]].map(Number);
const HOSTILE_SHARE = 0.1;
const TIMEOUT_MS = 1_000;
/** Different sound programs; they come again and again, each time with the same result. */
const VARIETY = 500;
/** What memory may gain between the first third and the last. */
const GROWTH_BYTES = 48 << 20;

type Sample = Awaited<ReturnType<typeof processFigures>>;

const { python } = await preparePython((line) => console.log(line));
const random = seededRandom("soak", seed);
const sound = smallPrograms(VARIETY, seed, USUAL_FLAWS);
const first: string[] = Array(VARIETY);
const verdicts = new Uint8Array(total);
const outcomes: Partial<Record<Outcome, number>> = {};
const wrong: string[] = [];
const samples: Sample[] = [];
let [kills, lost, done, next] = [0, 0, 0, 0];

const engine = await openPythonEngine({ python, workers: 2 });
const began = performance.now();
const lanes = Array.from({ length: engine.workers + engine.ahead }, lane);
await Promise.all(lanes);
const seconds = (performance.now() - began) / 1000;
await engine.close();
await report();

async function lane(): Promise<void> {
  while (next < total) {
    const i = next++;
    const hostile = random() < HOSTILE_SHARE;
    const which = Math.floor(random() * (hostile ? HOSTILE.length : VARIETY));
    const { frames } = await engine.run({ ...program(hostile, which), timeoutMs: TIMEOUT_MS });
    verdicts[i]++;
    const count = ++done;
    const fault = frames.find(({ outcome }) => outcome !== "ok")?.outcome ?? "ok";
    outcomes[fault] = (outcomes[fault] ?? 0) + 1;
    if (!hostile) compare(which, frames);
    if (count % killEvery === 0) await killOne();
    if (count % Math.ceil(total / 10) === 0) await sample();
  }
}

function program(hostile: boolean, which: number): { code: string; inputs: readonly Grid[] } {
  if (!hostile) return sound[which];
  const body = HOSTILE[which].replaceAll(/^/gm, "    ");
  return { code: `def transform(g):\n${body}\n`, inputs: [[[1, 2]]] };
}

/** The same program must say the same each time. */
function compare(which: number, frames: readonly Frame[]): void {
  if (frames.some(({ outcome }) => outcome === "killed")) {
    lost++;
    return;
  }
  const text = JSON.stringify(frames);
  first[which] ??= text;
  if (first[which] !== text) wrong.push(`program ${which}: ${text.slice(0, 200)}`);
}

async function killOne(): Promise<void> {
  const servers = (await sandboxProcesses(python)).filter(({ fork }) => !fork);
  if (servers.length === 0) return;
  killHard(servers[Math.floor(random() * servers.length)].pid);
  kills++;
}

async function sample(): Promise<void> {
  const figures = await processFigures(python, "launcher.py");
  samples.push(figures);
  const { host, cells, forks } = figures;
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    `${done} done, ${kills} kills: host ${mb(host.rss)}, ${host.threads} threads, ` +
      `${host.descriptors} descriptors; ${cells.processes} servers ${mb(cells.rss)} ` +
      `(${mb(cells.pss)} shared out), ${cells.descriptors} descriptors; ${forks.processes} forks`,
  );
}

async function report(): Promise<void> {
  const faults: string[] = [...wrong.slice(0, 10)];
  if (samples.length < 9) faults.push(`only ${samples.length} looks at the figures`);
  if (verdicts.some((n) => n !== 1)) faults.push("a program without exactly one verdict");
  if (lost > 2 * kills) faults.push(`${lost} sound programs lost to ${kills} kills`);
  // A collected heap grows and falls; what it falls to must stay. So must the rest.
  const [early, late] = [samples.slice(1, 4), samples.slice(-3)];
  const grown = (what: string, of: (figures: Sample) => number, allowed: number) => {
    const [before, after] = [early, late].map((some) => Math.min(...some.map(of)));
    if (after - before > allowed) faults.push(`${what} grew from ${before} to ${after}`);
  };
  grown("memory", ({ host }) => host.rss, GROWTH_BYTES);
  // Servers of up to four tiers a worker come as programs ask for them.
  grown(
    "memory of a server",
    ({ cells }) => cells.rss / Math.max(1, cells.processes),
    GROWTH_BYTES,
  );
  grown("threads", ({ host }) => host.threads, 4);
  grown("descriptors", ({ host }) => host.descriptors, 16);
  grown("processes", ({ cells }) => cells.processes, 4);
  const left = await sandboxProcesses(python);
  if (left.length > 0) faults.push(`${left.length} processes left behind`);
  console.log(
    `${total} programs in ${seconds.toFixed(0)} s, ${kills} kills, ${lost} lost to them`,
  );
  console.log(JSON.stringify(outcomes));
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? "soak: ok" : "soak: failed");
  Deno.exit(faults.length === 0 ? 0 : 1);
}
