/**
 * Does the python engine stay as it is under a long, hostile load?
 *
 *     deno task test:soak [--programs 100000] [--seed 1] [--kill-every 2500]
 *
 * Runs programs of which one in ten means harm and one in five is confirmed, the others screened, and
 * kills a fork-server, with whatever it is doing, every so many verdicts. Looks at the figures of this
 * process and of its servers thirty times. Fails when
 *
 * - a program gets no verdict or more than one, or a sound program a wrong one (a kill may cost it
 *   its verdict, which then says so: as many `killed` as kills may happen, times what ran at once);
 * - memory, threads, descriptors or processes grow (growth.ts);
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
import { growthOf } from "./growth.ts";
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
const CONFIRMED_SHARE = 0.2;
const TIMEOUT_MS = 1_000;
/** Different sound programs; they come again and again, each time with the same result. */
const VARIETY = 500;
const LOOKS = 30;
/** What memory may gain beyond a tenth. */
const GROWTH_BYTES = 10 << 20;

type Sample = Awaited<ReturnType<typeof processFigures>>;

const { python } = await preparePython((line) => console.log(line));
const random = seededRandom("soak", seed);
const sound = smallPrograms(VARIETY, seed, USUAL_FLAWS);
/** What each sound program said first, screened and confirmed. */
const first: Record<"screened" | "confirmed", string[]> = { screened: [], confirmed: [] };
const verdicts = new Uint8Array(total);
const outcomes: Partial<Record<Outcome, number>> = {};
const wrong: string[] = [];
const samples: Sample[] = [];
const counts = { hostile: 0, confirmed: 0 };
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
    const confirmed = random() < CONFIRMED_SHARE;
    const job = { ...program(hostile, which), timeoutMs: TIMEOUT_MS };
    const { frames } = await (confirmed ? engine.confirm(job, random) : engine.run(job));
    if (hostile) counts.hostile++;
    if (confirmed) counts.confirmed++;
    verdicts[i]++;
    const count = ++done;
    const fault = frames.find(({ outcome }) => outcome !== "ok")?.outcome ?? "ok";
    outcomes[fault] = (outcomes[fault] ?? 0) + 1;
    if (!hostile) compare(first[confirmed ? "confirmed" : "screened"], which, frames);
    if (count % killEvery === 0) await killOne();
    if (count % Math.ceil(total / LOOKS) === 0) await sample();
  }
}

function program(hostile: boolean, which: number): { code: string; inputs: readonly Grid[] } {
  if (!hostile) return sound[which];
  const body = HOSTILE[which].replaceAll(/^/gm, "    ");
  return { code: `def transform(g):\n${body}\n`, inputs: [[[1, 2]]] };
}

/** The same program must say the same each time. */
function compare(said: string[], which: number, frames: readonly Frame[]): void {
  if (frames.some(({ outcome }) => outcome === "killed")) {
    lost++;
    return;
  }
  const text = JSON.stringify(frames);
  said[which] ??= text;
  if (said[which] !== text) wrong.push(`program ${which}: ${text.slice(0, 200)}`);
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
  if (verdicts.some((n) => n !== 1)) faults.push("a program without exactly one verdict");
  if (lost > 2 * kills) faults.push(`${lost} sound programs lost to ${kills} kills`);
  const grown = (what: string, of: (figures: Sample) => number, allowance: number) => {
    const { early, late, grown } = growthOf(samples.map(of), allowance);
    const said = `${what}: ${Math.round(early)} early, ${Math.round(late)} late`;
    console.log(said);
    if (grown) faults.push(`it has grown: ${said}`);
  };
  grown("bytes of the host", ({ host }) => host.rss, GROWTH_BYTES);
  // Servers of up to four tiers a worker come as programs ask for them.
  grown(
    "bytes of a server",
    ({ cells }) => cells.rss / Math.max(1, cells.processes),
    GROWTH_BYTES,
  );
  grown("threads", ({ host }) => host.threads, 2);
  grown("descriptors", ({ host }) => host.descriptors, 8);
  grown("descriptors of servers", ({ cells }) => cells.descriptors, 8);
  grown("servers", ({ cells }) => cells.processes, 2);
  const left = await sandboxProcesses(python);
  if (left.length > 0) faults.push(`${left.length} processes left behind`);
  console.log(
    `${total} programs in ${seconds.toFixed(0)} s, ${kills} kills, ${lost} lost to them; ` +
      `${counts.hostile} hostile, ${counts.confirmed} confirmed`,
  );
  console.log(JSON.stringify(outcomes));
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? "soak: ok" : "soak: failed");
  Deno.exit(faults.length === 0 ? 0 : 1);
}
