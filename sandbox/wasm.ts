/**
 * The `wasm` engine: Pyodide, anywhere Deno runs.
 *
 * Each worker is a `deno` process of its own that may read two folders until it has started and
 * then nothing at all; in it, one Deno worker without permissions runs the interpreter. A process
 * is ended by SIGKILL: when a program has crashed it, left traces or cannot be stopped at its
 * deadline from within, or when a job is aborted.
 *
 * A process runs one program after another, and each starts from the same image of the interpreter's
 * memory (wasm_runner.ts), so that what one does to Python is not there for the next; in `confirm`,
 * each input does. From that memory there is no way to JavaScript (wasm_seal.ts).
 *
 * numpy and scipy are there where the user says where their wheels for Pyodide are, as they are on no
 * package registry; else programs that use them get `missing_module`.
 *
 * @module
 */
import { join } from "node:path";
import type { Frame } from "../data/candidate.ts";
import type { Grid } from "../data/grid.ts";
import { type Engine, type Job, type RunResult, SandboxError } from "./engine.ts";
import { checkJob, MAX_CODE_BYTES, shuffled } from "./job.ts";
import { decodeFrames, encodeJob, fault } from "./protocol.ts";
import { installPyodide, pyodideLock } from "./wasm_install.ts";
import { findPackages } from "./wasm_packages.ts";
import { WasmPool } from "./wasm_pool.ts";
import type { OrderEnd } from "./wasm_process.ts";

/** Settings of {@link openWasmEngine}. */
export interface WasmEngineOptions {
  /** Programs that run at the same time, at least 1. */
  readonly workers: number;
  /** Memory a program may use on top of the interpreter. @default 512 MiB, as in `python` */
  readonly memoryBytes?: number;
  /**
   * Where Pyodide and its snapshot are kept between runs.
   * @default `.cache/wasm` in the current folder
   */
  readonly cacheDir?: string;
  /**
   * Where the wheels of numpy and scipy for this version of Pyodide are: a folder, or a URL that ends
   * in a slash. They are checked against the hashes of Pyodide's lock file and kept in `cacheDir`.
   * @default the environment's SOAR_PYODIDE_WHEELS, else none, and nothing is fetched
   */
  readonly wheels?: string;
}

/** Entries of Pyodide's lock file that are looked for. */
const PACKAGES = ["numpy", "scipy"] as const;

/** Characters a program may print. */
const OUTPUT_BYTES = 1 << 20;
/** Programs after which a process is replaced. */
const RECYCLE_AFTER = 5_000;
const LAYERS = "process+permissions:none+no_code_generation+wasm";
/** What CPython says where a size does not fit 32 bits, as it would 64. */
const TOO_LARGE =
  /^OverflowError: (cannot fit 'int' into an index-sized integer|Python int too large to convert to C ssize_t)$/;

/**
 * Opens an engine: makes the snapshot where there is none, and starts its processes.
 * Needs `--allow-read` of this folder, of Deno's npm cache and of `cacheDir`, `--allow-write` of
 * `cacheDir`, and `--allow-run` of Deno itself.
 * @throws {SandboxError} naming what is missing: it fails closed.
 */
export async function openWasmEngine(options: WasmEngineOptions): Promise<Engine> {
  const { workers, memoryBytes = 512 << 20, cacheDir = join(Deno.cwd(), ".cache/wasm") } = options;
  for (const [name, value] of Object.entries({ workers, memoryBytes })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
    }
  }
  let pool: WasmPool | undefined;
  try {
    const wheels = options.wheels ?? wheelsOfEnvironment();
    const kept = join(cacheDir, "wheels");
    const packages = wheels === undefined
      ? []
      : await findPackages(await pyodideLock(), PACKAGES, wheels, kept);
    const folder = await installPyodide(cacheDir, OUTPUT_BYTES, packages);
    pool = new WasmPool({ folder, memoryBytes, outputBytes: OUTPUT_BYTES }, workers);
    await pool.open();
    return new WasmEngine(pool, workers);
  } catch (error) {
    await pool?.close();
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`open the wasm engine: ${(error as Error).message}`, { cause: error });
  }
}

function wheelsOfEnvironment(): string | undefined {
  const variable = "SOAR_PYODIDE_WHEELS";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}

class WasmEngine implements Engine {
  readonly name = "wasm";
  readonly layers = LAYERS;
  readonly workers: number;
  readonly ahead: number;
  #pool: WasmPool;
  #nextId = 1;

  constructor(pool: WasmPool, workers: number) {
    this.#pool = pool;
    this.workers = workers;
    this.ahead = workers;
  }

  async run(job: Job, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    return await this.#submit(job, job.inputs, signal);
  }

  async confirm(job: Job, random: () => number, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    const order = shuffled(job.inputs.length, random);
    const alone = await Promise.all(order.map((i) => this.#submit(job, [job.inputs[i]], signal)));
    const frames = Array<Frame>(order.length);
    for (const [position, i] of order.entries()) frames[i] = alone[position].frames[0];
    return { frames, ms: alone.reduce((sum, { ms }) => sum + ms, 0), layers: this.layers };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Runs a program on some inputs, all on one image. */
  async #submit(
    { code, timeoutMs }: Job,
    inputs: readonly Grid[],
    signal?: AbortSignal,
  ): Promise<RunResult> {
    if (this.#pool.over !== null) throw this.#pool.over;
    signal?.throwIfAborted();
    const [bytes, count] = [encodeJob(code, inputs), inputs.length];
    if (bytes.length > MAX_CODE_BYTES + (1 + count) * 1024) {
      const frame = fault("syntax_error", `source is longer than ${MAX_CODE_BYTES} bytes`);
      return { frames: Array(count).fill(frame), ms: 0, layers: this.layers };
    }
    let end = await this.#order(count, timeoutMs, bytes, signal);
    // Killed from outside, or by the program: it gets one more try, in another process.
    if (end.how === "lost") end = await this.#order(count, timeoutMs, bytes, signal);
    const frames = likeOn64Bits(decodeFrames(count, timeoutMs, end));
    return { frames, ms: end.micros / 1000, layers: this.layers };
  }

  async #order(
    count: number,
    timeoutMs: number,
    bytes: Uint8Array,
    signal?: AbortSignal,
  ): Promise<OrderEnd> {
    const process = await this.#pool.acquire(signal);
    const abort = () => process.kill();
    signal?.addEventListener("abort", abort);
    let reusable = true;
    try {
      signal?.throwIfAborted(); // while it waited
      reusable = false;
      const end = await process.run(this.#nextId++, count, timeoutMs, bytes);
      reusable = end.reusable && process.runs < RECYCLE_AFTER;
      signal?.throwIfAborted();
      if (end.how === "lost" && this.#pool.over !== null) throw this.#pool.over;
      return end;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#pool.release(process, reusable);
    }
  }
}

/**
 * Reports a size that only 32 bits cannot hold as what it would be on 64: too much memory, which
 * also ends the inputs that follow.
 */
function likeOn64Bits(frames: readonly Frame[]): Frame[] {
  const first = frames.findIndex(({ error }) => error !== null && TOO_LARGE.test(error));
  if (first < 0) return [...frames];
  return frames.map((frame, i) => i < first ? frame : fault("memory", "MemoryError"));
}
