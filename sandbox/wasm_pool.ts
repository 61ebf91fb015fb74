/**
 * The cell processes of a `wasm` engine: at most as many at work as there are workers, one that has
 * run nothing yet kept warm, and the ones between two jobs.
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
  /** Have run something, clean since. */
  #idle: WasmProcess[] = [];
  #spare: WasmProcess | null = null;
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
    const first = Array.from({ length: this.#workers }, () => this.#start());
    await Promise.all(first.map((process) => process.ready));
    this.#idle.push(...first);
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
    const room = this.#idle.length < this.#workers;
    if (reusable && process.alive && room && this.#over === null) this.#idle.push(process);
    else process.kill();
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
      const process = this.#idle.pop() ?? this.#spare ?? this.#start();
      if (process === this.#spare) this.#spare = null;
      try {
        await process.ready;
        failed = 0;
      } catch (error) {
        if (this.#over === null && ++failed >= MAX_FAILED_STARTS) {
          const why = `start a cell: ${(error as Error).message}`;
          this.#over = new SandboxError(why, { cause: error });
          await this.close();
        }
        continue;
      }
      if (!process.alive) continue; // killed from outside meanwhile
      if (this.#idle.length === 0 && this.#over === null) this.#spare ??= this.#start();
      return process;
    }
  }

  #start(): WasmProcess {
    const process = new WasmProcess(this.#options);
    this.#all.add(process);
    process.gone.then(() => {
      this.#all.delete(process);
      if (this.#spare === process) this.#spare = null;
    });
    return process;
  }
}
