/**
 * How fast the sandbox runs programs, beside a fresh pool a program and beside no isolation.
 *
 *     deno task bench --suite sandbox [--programs 1000] [--long 300] [--pure 400] [--rounds 3]
 *         [--seed 1] [--workers 2] [--deadlines 0.25,1,2] [--engines python,wasm]
 *         [--only screening,confirming,flawed,start] [--quick]
 *
 * The machine is never quiet, so each round measures engine and baselines one after the other, and
 * what is compared is the median of the rounds' ratios. Baselines (baseline_pool.py) run every
 * fourth program of the same corpus:
 *
 *   pool    one fresh one-process pool a program, forked from a process that has loaded numpy
 *   pool+   the same, forked from a process that has loaded scipy.ndimage too
 *   plain   CPython without any isolation, all loaded
 *
 * The rows of `wasm` are about programs in plain Python, which is what it has; and about programs that
 * do nothing, to show what each one costs by itself. All of them are run once before anything is
 * timed, as V8 compiles what runs often. Its target is against the pool on the small programs, the
 * kind that SOAR's sandbox did 69 a second of: a pool without numpy to touch is three times as fast,
 * and eight times that is half of what CPython does without any isolation.
 *
 * The bound of a run with loops is what nobody can beat who gives loops their deadline: the clean
 * programs' time and the memory bombs' time (with the same deadline), each measured by themselves
 * with the same engine, and loops × deadline ÷ workers.
 *
 * `--quick` is a tenth of the size and one round: to see that it runs, not to be quoted.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { preparePython } from "../cli/python.ts";
import type { Engine } from "../sandbox/engine.ts";
import { openPythonEngine } from "../sandbox/python.ts";
import { openWasmEngine } from "../sandbox/wasm.ts";
import { seededRandom } from "../search/random.ts";
import { type BaselineResult, runBaseline } from "./baseline.ts";
import { longPrograms, purePrograms, smallPrograms, USUAL_FLAWS } from "./corpus/compose.ts";
import type { CorpusProgram } from "./corpus/program.ts";
import { processFigures } from "./process_figures.ts";
import { median, megabytes, row, title, verdict } from "./sandbox_table.ts";

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "1000" },
    long: { type: "string", default: "300" },
    pure: { type: "string", default: "400" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    deadlines: { type: "string", default: "0.25,1,2" },
    engines: { type: "string", default: "python,wasm" },
    only: { type: "string", default: "screening,confirming,flawed,start" },
    quick: { type: "boolean", default: false },
  },
});
const scale = values.quick ? 0.1 : 1;
const rounds = values.quick ? 1 : Number(values.rounds);
const [seed, workers] = [Number(values.seed), Number(values.workers)];
const small = Math.round(Number(values.programs) * scale);
const long = Math.round(Number(values.long) * scale);
const plain = Math.round(Number(values.pure) * scale);
const sections = new Set(values.only.split(","));
const deadlines = values.deadlines.split(",").map(Number);
/** Deadline of clean programs, in milliseconds: none of them is near it. */
const CLEAN_MS = 10_000;
/** Baselines run every so manieth program. */
const STRIDE = 4;

/** Programs to be screened, and how many times as fast as a pool that must be. */
interface Screening {
  readonly label: string;
  readonly programs: readonly CorpusProgram[];
  readonly target: number | null;
  /** What the baselines run. @default the same programs */
  readonly beside?: readonly CorpusProgram[];
}

/** An engine to be measured. */
interface Contender {
  readonly name: string;
  /** Opens it; `batchSize` 1 asks for one program a fork, where it has such a thing. */
  open(batchSize?: number): Promise<Engine>;
  /** Word in the command line of its processes. */
  readonly processes: string;
  /** Runs before anything is timed. */
  readonly warmUp: readonly CorpusProgram[];
  readonly screened: readonly Screening[];
  /** Programs to be confirmed, each input alone. */
  readonly confirmed: readonly CorpusProgram[];
  /** Whether it can be asked for a fork a program, and is measured with loops and memory bombs. */
  readonly forks: boolean;
  /** What the first verdict after a start is about, and how many seconds it may take. */
  readonly first: CorpusProgram;
  readonly startSeconds: number;
  /** Resident memory that its processes may hold, in bytes. */
  readonly memoryBytes: number;
}

const { python } = await preparePython((line) => console.log(line));
const clean = smallPrograms(small, seed, USUAL_FLAWS);
const longer = longPrograms(long, seed);
const pure = purePrograms(plain, seed, USUAL_FLAWS);
const empty = pure.map((program) => ({
  ...program,
  code: "def transform(grid):\n    return grid",
}));
const CONTENDERS: readonly Contender[] = [
  {
    name: "python",
    open: (batchSize) => openPythonEngine({ python, workers, batchSize }),
    processes: "launcher.py",
    warmUp: clean.slice(0, 64),
    screened: [
      { label: "screening, small", programs: clean, target: 12 },
      { label: "screening, long", programs: longer, target: 5 },
    ],
    confirmed: everyFourth(clean),
    forks: true,
    first: clean.find(({ kind, flaw }) => kind === "numpy" && flaw === "none")!,
    startSeconds: 0.7,
    memoryBytes: 250e6,
  },
  {
    name: "wasm",
    open: () => openWasmEngine({ workers }),
    processes: "wasm_cell.ts",
    warmUp: pure,
    screened: [
      { label: "screening, plain Python", programs: pure, target: null },
      { label: "  the pools on small ones", programs: pure, beside: clean, target: 8 },
      { label: "screening, empty programs", programs: empty, target: null },
    ],
    confirmed: everyFourth(pure),
    forks: false,
    first: pure.find(({ flaw }) => flaw === "none")!,
    startSeconds: 1.5,
    memoryBytes: 450e6,
  },
];

const load = Deno.loadavg().map((n) => n.toFixed(1)).join(" ");
console.log(
  `${small} small, ${long} long and ${plain} plain programs, seed ${seed}, ${workers} workers, ` +
    `${rounds} rounds, ${navigator.hardwareConcurrency} cores, load ${load}`,
);
const engines = values.engines.split(",");
for (const contender of CONTENDERS) if (engines.includes(contender.name)) await measure(contender);

async function measure(contender: Contender): Promise<void> {
  const { name, open, processes, warmUp, screened, confirmed, forks } = contender;
  const columns = ["engine", "pool", "pool+", "plain", "×pool", "×pool+"];
  title(`${name}: programs per second`, columns);
  const engine = await open();
  await screen(engine, warmUp); // its servers have started
  if (sections.has("screening")) {
    for (const { label, programs, target, beside } of screened) {
      await throughput(label, target, programs, () => screen(engine, programs), beside);
    }
  }
  const { host, cells } = await processFigures(python, processes);
  if (sections.has("confirming")) {
    const label = forks ? "confirming, one fork an input" : "confirming, one image an input";
    await throughput(label, null, confirmed, () => confirm(engine, confirmed));
    if (forks) {
      const alone = await open(1);
      await screen(alone, warmUp);
      await throughput("confirming, one fork a program", 4, clean, () => screen(alone, clean));
      await alone.close();
    }
  }
  if (sections.has("flawed") && forks) await flawed(engine);
  await engine.close();
  if (sections.has("start")) await starting(contender);
  row("memory of its processes", [
    `${megabytes(cells.rss)} RSS`,
    `${megabytes(cells.pss)} PSS`,
    `${megabytes(host.rss)} host`,
  ], `≤ ${megabytes(contender.memoryBytes)} MB: ${verdict(cells.rss <= contender.memoryBytes)}`);
}

function everyFourth(programs: readonly CorpusProgram[]): CorpusProgram[] {
  return programs.filter((_, i) => i % STRIDE === 0);
}

async function confirm(engine: Engine, programs: readonly CorpusProgram[]): Promise<void> {
  const random = seededRandom("bench", seed);
  await Promise.all(
    programs.map(({ code, inputs }) =>
      engine.confirm({ code, inputs, timeoutMs: CLEAN_MS }, random)
    ),
  );
}

/** Screens all programs as fast as the engine takes them; the time in seconds. */
async function screen(
  engine: Engine,
  programs: readonly CorpusProgram[],
  timeoutMs = CLEAN_MS,
): Promise<number> {
  const began = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < programs.length) {
      const { code, inputs } = programs[next++];
      await engine.run({ code, inputs, timeoutMs });
    }
  };
  await Promise.all(Array.from({ length: engine.workers + engine.ahead }, lane));
  return (performance.now() - began) / 1000;
}

function baseline(
  programs: readonly CorpusProgram[],
  mode: "pool" | "plain",
  preload: string,
  timeout = CLEAN_MS / 1000,
): Promise<BaselineResult> {
  return runBaseline(programs, { python, mode, workers, preload, timeout });
}

/** One row: programs per second of the engine and each baseline, and the ratios. */
async function throughput(
  label: string,
  target: number | null,
  programs: readonly CorpusProgram[],
  work: () => Promise<unknown>,
  beside = programs,
): Promise<void> {
  const found: number[][] = [];
  const sample = everyFourth(beside);
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    const ours = programs.length / (performance.now() - began) * 1000;
    const pool = await baseline(sample, "pool", "numpy");
    const loaded = await baseline(sample, "pool", "numpy,scipy.ndimage");
    const bare = await baseline(beside, "plain", "numpy,scipy.ndimage");
    const speeds = [ours, ...[pool, loaded, bare].map((one) => one.programsPerSecond)];
    found.push([...speeds, ours / speeds[1], ours / speeds[2]]);
  }
  const middle = found[0].map((_, column) => median(found.map((speeds) => speeds[column])));
  const shown = middle.map((value, i) => i < 4 ? value.toFixed(0) : `${value.toFixed(1)}×`);
  const goal = target === null ? "" : `≥ ${target}×: ${verdict(middle[4] >= target)}`;
  row(label, shown, goal);
}

/** With 2 % loops and 2 % memory bombs: share of the bound, at each deadline. */
async function flawed(engine: Engine): Promise<void> {
  const programs = smallPrograms(small, seed + 1, { ...USUAL_FLAWS, loop: 0.02, memory: 0.02 });
  const of = (flaw: string) => programs.filter((program) => program.flaw === flaw);
  const sound = programs.filter(({ flaw }) => flaw !== "loop" && flaw !== "memory");
  const [loops, bombs] = [of("loop"), of("memory")];
  title(`with ${loops.length} loops and ${bombs.length} memory bombs`, [
    "seconds",
    "bound",
    "share",
    "per s",
    "pool/s",
    "×pool",
  ]);
  for (const deadline of deadlines) {
    const found: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      const timeoutMs = deadline * 1000;
      const bound = await screen(engine, sound, CLEAN_MS) + await screen(engine, bombs, timeoutMs) +
        loops.length * deadline / workers;
      const seconds = await screen(engine, programs, timeoutMs);
      found.push([seconds, bound, bound / seconds, programs.length / seconds]);
    }
    // Once is enough: it is the deadlines that take the time.
    const sample = everyFourth(programs);
    const { programsPerSecond: pool } = await baseline(sample, "pool", "numpy", deadline);
    const [seconds, bound, share, speed] = found[0].map((_, i) => median(found.map((r) => r[i])));
    row(`deadline ${deadline} s`, [
      seconds.toFixed(2),
      bound.toFixed(2),
      `${(share * 100).toFixed(0)} %`,
      speed.toFixed(0),
      pool.toFixed(0),
      `${(speed / pool).toFixed(1)}×`,
    ], `≥ 80 %: ${verdict(share >= 0.8)}`);
  }
}

/** From nothing to the first verdict; for `python`, of a program that imports numpy. */
async function starting({ open, first, startSeconds }: Contender): Promise<void> {
  title("start", ["engine", "pool"]);
  const found: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const engine = await open();
    await engine.run({ ...first, timeoutMs: CLEAN_MS });
    const ours = (performance.now() - began) / 1000;
    await engine.close();
    found.push([ours, (await baseline([first], "pool", "numpy")).started]);
  }
  const [ours, pool] = [0, 1].map((column) => median(found.map((times) => times[column])));
  const shown = [ours, pool].map((value) => `${value.toFixed(2)} s`);
  row("first verdict after start", shown, `≤ ${startSeconds} s: ${verdict(ours <= startSeconds)}`);
}
