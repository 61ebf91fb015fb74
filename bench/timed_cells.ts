/**
 * Cells of a fixed cost, for benchmarks of the pipeline: they run nothing, so that what is measured
 * is the engine and not the machine's Python. Each program takes `costMs` of one of `workers` cells
 * and gives its inputs back.
 *
 * @module
 */
import type { Engine, Job, RunResult } from "../sandbox/engine.ts";
import { BusyTime } from "./busy_time.ts";

/** A sandbox without programs. */
export class TimedCells implements Engine {
  readonly name = "timed";
  readonly layers = "none";
  readonly workers: number;
  readonly ahead: number;
  /** Share of the cells at work. */
  readonly busy: BusyTime;
  /** Milliseconds a program; may be changed while programs run. */
  costMs: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param costMs 0 = done at once */
  constructor(workers: number, costMs: number) {
    this.workers = this.#free = workers;
    // As the real engine asks for more than it runs, so that no cell waits for the next.
    this.ahead = workers;
    this.costMs = costMs;
    this.busy = new BusyTime(workers, () => performance.now());
  }

  async run({ inputs }: Job, signal?: AbortSignal): Promise<RunResult> {
    if (this.costMs > 0) await this.#take();
    signal?.throwIfAborted();
    const frames = inputs.map((output) => ({ outcome: "ok", output, error: null } as const));
    return { frames, ms: this.costMs, layers: this.layers };
  }

  confirm(job: Job, _random: () => number, signal?: AbortSignal): Promise<RunResult> {
    return this.run(job, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    this.busy.begin();
    await new Promise((go) => setTimeout(go, this.costMs));
    this.busy.end();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
