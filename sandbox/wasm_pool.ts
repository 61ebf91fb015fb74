/**
 * The cell processes of a `wasm` engine: one a worker, at work, between two jobs, or starting. The
 * successor of one that is killed starts at once.
 *
 * @module
 */
import { SandboxError } from "./engine.ts";
import { WasmProcess, type WasmProcessOptions } from "./wasm_process.ts";

/** Starts in a row that may fail before the engine gives up. */
const MAX_FAILED_STARTS = 3;

interface Waiter {
  resolve(): void;
  reject(reason: unknown): void;
}

/** Hands out ready processes. */
export class WasmPool {
  #options: WasmProcessOptions;
  #workers: number;
  #atWork = 0;
  /** Those that are not at work: ready, or starting. */
  #idle: WasmProcess[] = [];
  #waiters: Waiter[] = [];
  /** Every process not yet gone. */
  #all = new Set<WasmProcess>();
  #over: SandboxError | null = null;

  constructor(options: WasmProcessOptions, workers: number) {
    this.#options = options;
    this.#workers = workers;
  }

  /** Starts a process for each worker. */
  async open(): Promise<void> {
    for (let i = 0; i < this.#workers; i++) this.#idle.push(this.#start());
    await Promise.all(this.#idle.map((process) => process.ready));
  }

  /** Waits for its turn, then for a ready process. */
  async acquire(signal?: AbortSignal): Promise<WasmProcess> {
    await this.#turn(signal);
    try {
      return await this.#take();
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Ends a turn; a process that is not to be used again is killed. */
  release(process: WasmProcess, reusable: boolean): void {
    if (!reusable) process.kill();
    if (this.#over === null) this.#idle.push(process.alive ? process : this.#start());
    this.#leave();
  }

  /** Kills all, and fails whoever waits. */
  async close(): Promise<void> {
    this.#over ??= new SandboxError("the wasm engine was closed");
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#over);
    for (const process of this.#all) process.kill();
    await Promise.all([...this.#all].map((process) => process.gone));
  }

  /** Why nothing is handed out any more. */
  get over(): SandboxError | null {
    return this.#over;
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    if (this.#over !== null) throw this.#over;
    signal?.throwIfAborted();
    if (this.#atWork < this.#workers) {
      this.#atWork++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    this.#waiters.push(waiter);
    const abort = () => {
      const index = this.#waiters.indexOf(waiter);
      if (index < 0) return; // its turn has come
      this.#waiters.splice(index, 1);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort);
    await promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  #leave(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#atWork--;
    else next.resolve(); // the turn passes on
  }

  async #take(): Promise<WasmProcess> {
    for (let failed = 0;;) {
      if (this.#over !== null) throw this.#over;
      const ready = this.#idle.findIndex((process) => process.alive);
      const [process] = this.#idle.splice(Math.max(ready, 0), 1);
      const why = await process.ready.then(() => null, (error: Error) => error);
      if (process.alive) return process;
      if (this.#over !== null) throw this.#over;
      if (why !== null && ++failed >= MAX_FAILED_STARTS) {
        this.#over = new SandboxError(`start a cell: ${why.message}`, { cause: why });
        await this.close();
      } else {
        this.#idle.push(this.#start()); // it did not start, or was killed from outside
      }
    }
  }

  #start(): WasmProcess {
    const process = new WasmProcess(this.#options);
    this.#all.add(process);
    process.gone.then(() => this.#all.delete(process));
    return process;
  }
}
