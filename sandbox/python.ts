/**
 * The `python` engine: CPython fork-servers under Landlock, seccomp and rlimits (Linux).
 *
 * One cell a worker. Jobs wait in one queue; a cell has one fork running and at most one more waiting
 * at the same fork-server, so that the server need not wait for the next. Nothing runs in two
 * servers of a cell at once: a deadline is wall time, so programs do not share a core.
 *
 * Screening fills a fork with programs as far as there are any (batch.ts); confirming never does.
 *
 * Layers: no_new_privs, Landlock without any exception, a seccomp allowlist for the server and a
 * stricter one for each fork, rlimits, and user `nobody` when started as root. If one is missing
 * the engine does not open.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { isAbsolute } from "node:path";
import { setImmediate } from "node:timers";
import { MAX_MEMBERS } from "./batch.ts";
import { Cell } from "./cell.ts";
import { type Engine, type Job, type RunResult, SandboxError } from "./engine.ts";
import { endsOf, type Errand, left, makeErrand } from "./errand.ts";
import { checkJob, MAX_CODE_BYTES, shuffled } from "./job.ts";
import { JobQueue, mayShare, type Ticket } from "./job_queue.ts";
import { decodeFrames, encodeJob, fault, type ForkEnd } from "./protocol.ts";
import type { ServerOptions } from "./protocol.ts";
import { guessTier } from "./tier.ts";

/** Settings of {@link openPythonEngine}. */
export interface PythonEngineOptions {
  /** Absolute path of the interpreter, e.g. of a virtual environment with numpy and scipy. */
  readonly python: string;
  /** Programs that run at the same time, at least 1. */
  readonly workers: number;
  /**
   * Memory a program may use on top of the interpreter and its libraries.
   * @default 512 MiB: measured to cut what a memory bomb costs to a tenth of that at 1.5 GiB
   */
  readonly memoryBytes?: number;
  /** Characters a program may print. @default 1 MiB */
  readonly outputBytes?: number;
  /** Forks after which a server is replaced, with its address-space layout. @default 5000 */
  readonly recycleAfter?: number;
  /** Most programs that share a fork when screened; 1 gives each its own. @default 32 */
  readonly batchSize?: number;
}

/** Orders at a cell: one running, one waiting. */
const DEPTH = 2;

/**
 * Opens an engine: starts its cells and checks that every layer holds.
 * Needs `--allow-read` of this folder and `--allow-run` of the interpreter.
 * @throws {SandboxError} naming what is missing: it fails closed.
 */
export async function openPythonEngine(options: PythonEngineOptions): Promise<Engine> {
  const { python, workers } = options;
  const { memoryBytes = 512 << 20, outputBytes = 1 << 20, recycleAfter = 5000 } = options;
  const { batchSize = MAX_MEMBERS } = options;
  if (!isAbsolute(python)) throw new TypeError(`python must be an absolute path, got ${python}`);
  for (const [name, value] of Object.entries({ workers, memoryBytes, outputBytes, recycleAfter })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
    }
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > MAX_MEMBERS) {
    throw new RangeError(`batchSize must be a whole number 1..${MAX_MEMBERS}, got ${batchSize}`);
  }
  const launcher = fileURLToPath(new URL("./launcher.py", import.meta.url));
  const servers = { python, launcher, memoryBytes, outputBytes, recycleAfter };
  const engine = new PythonEngine(workers, batchSize, servers);
  try {
    await engine.open();
  } catch (error) {
    await engine.close();
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`open the python engine: ${(error as Error).message}`, { cause: error });
  }
  return engine;
}

/** A place for a cell and what it is doing, by order id. */
interface Slot {
  cell: Cell | null;
  readonly errands: Map<number, Errand>;
}

class PythonEngine implements Engine {
  readonly name = "python";
  readonly workers: number;
  readonly ahead: number;
  layers = "";
  #batchSize: number;
  #servers: ServerOptions;
  #slots: Slot[];
  #queue = new JobQueue();
  #pumping = false;
  #nextId = 1;
  /** Why no more jobs are taken. */
  #over: SandboxError | null = null;

  constructor(workers: number, batchSize: number, servers: ServerOptions) {
    this.workers = workers;
    this.#batchSize = batchSize;
    this.ahead = workers * DEPTH * batchSize;
    this.#servers = servers;
    this.#slots = Array.from({ length: workers }, () => ({ cell: null, errands: new Map() }));
  }

  /** Starts every cell; the first to be refused says why. */
  async open(): Promise<void> {
    const layers = await Promise.all(this.#slots.map((slot) => this.#furnish(slot)));
    this.layers = layers[0];
  }

  async run(job: Job, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    return await this.#submit(job, !job.alone, signal);
  }

  async confirm(job: Job, random: () => number, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    const order = shuffled(job.inputs.length, random);
    const alone = await Promise.all(
      order.map((i) => this.#submit({ ...job, inputs: [job.inputs[i]] }, false, signal)),
    );
    const frames = Array(order.length);
    for (const [position, i] of order.entries()) frames[i] = alone[position].frames[0];
    return { frames, ms: alone.reduce((sum, { ms }) => sum + ms, 0), layers: this.layers };
  }

  async close(): Promise<void> {
    this.#stop(new SandboxError("the python engine was closed"));
    await Promise.all(this.#slots.map(({ cell }) => cell?.close()));
  }

  #submit(
    { code, inputs, timeoutMs }: Job,
    mayBeShared: boolean,
    signal?: AbortSignal,
  ): Promise<RunResult> {
    if (this.#over !== null) return Promise.reject(this.#over);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const job = encodeJob(code, inputs);
    const count = inputs.length;
    if (job.length > MAX_CODE_BYTES + (1 + count) * 1024) {
      const frame = fault("syntax_error", `source is longer than ${MAX_CODE_BYTES} bytes`);
      return Promise.resolve({ frames: Array(count).fill(frame), ms: 0, layers: this.layers });
    }
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const tier = guessTier(code);
    const id = this.#nextId++;
    this.#queue.push({
      ...{ id, job, count, timeoutMs, tier, passedOver: 0, bereaved: false },
      shares: mayBeShared && this.#batchSize > 1 && mayShare({ job, count, tier }),
      resolve: (frames, ms) => resolve({ frames, ms, layers: this.layers }),
      reject,
    });
    const abort = () => this.#abort(id, signal!.reason);
    signal?.addEventListener("abort", abort);
    this.#pumpSoon();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  #abort(id: number, reason: unknown): void {
    this.#queue.remove(id)?.reject(reason);
    for (const { cell, errands } of this.#slots) {
      for (const [orderId, { tickets }] of errands) {
        const index = tickets.findIndex((ticket) => ticket?.id === id);
        if (index < 0) continue;
        tickets[index]!.reject(reason);
        tickets[index] = null;
        cell?.release(orderId); // the others of a batch are run again
      }
    }
  }

  /** Hands out jobs once all that come in this turn are there: what comes together may share. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  /** Hands out jobs: first to idle cells, an even share each, then ahead to busy ones. */
  #pump(): void {
    for (let load = 0; load < DEPTH; load++) {
      for (const { cell, errands } of this.#slots) {
        if (cell === null || errands.size !== load) continue;
        const [busy] = errands.values();
        const share = Math.ceil(this.#queue.length / this.workers);
        const most = busy === undefined ? Math.min(share, this.#batchSize) : this.#batchSize;
        const tickets = this.#queue.take(busy?.tier ?? null, most, this.#batchSize);
        if (tickets.length === 0) continue;
        const { errand, order } = makeErrand(this.#nextId++, tickets, busy?.tier ?? 0);
        errands.set(order.id, errand);
        cell.run(order);
      }
    }
  }

  async #furnish(slot: Slot): Promise<string> {
    const cell = new Cell(this.#servers, {
      onEnded: (id, end) => this.#end(slot, id, end),
      onReleased: (id) => this.#queue.putBack(left(this.#leave(slot, id))),
      onFailed: (id, error) => {
        for (const ticket of left(this.#leave(slot, id))) ticket.reject(new SandboxError(error));
      },
      onDeath: () => this.#bury(slot),
    });
    slot.cell = cell;
    return await cell.ready;
  }

  #leave(slot: Slot, id: number): Errand | undefined {
    const errand = slot.errands.get(id);
    slot.errands.delete(id);
    this.#pumpSoon();
    return errand;
  }

  #end(slot: Slot, id: number, end: ForkEnd): void {
    const errand = this.#leave(slot, id);
    if (errand === undefined) return;
    const unfinished: Ticket[] = [];
    for (const [i, one] of endsOf(errand, end).entries()) {
      const ticket = errand.tickets[i];
      if (ticket === null) continue;
      if (one.type === "done") {
        ticket.resolve(one.frames, one.ms);
        continue;
      }
      if (one.type === "tier") ticket.tier = one.tier;
      ticket.shares &&= one.type !== "alone" && mayShare(ticket);
      unfinished.push(ticket);
    }
    this.#queue.putBack(unfinished);
  }

  /** A cell has died: its jobs are run once more, elsewhere or in the one that replaces it. */
  #bury(slot: Slot): void {
    const tickets = [...slot.errands.values()].flatMap((errand) => left(errand));
    const wasOpen = this.layers !== "";
    slot.cell = null;
    slot.errands.clear();
    if (this.#over !== null || !wasOpen) return;
    const again: Ticket[] = [];
    for (const ticket of tickets) {
      if (ticket.bereaved) {
        const lost = { how: "lost", detail: 0, micros: 0, bytes: new Uint8Array(0) } as const;
        ticket.resolve(decodeFrames(ticket.count, ticket.timeoutMs, lost), 0);
      } else {
        ticket.bereaved = true;
        ticket.shares = false; // whoever is to blame shall take nobody along
        again.push(ticket);
      }
    }
    this.#queue.putBack(again);
    this.#furnish(slot).then(() => this.#pumpSoon(), (error) => {
      this.#stop(new SandboxError(`replace a cell: ${error.message}`, { cause: error }));
    });
  }

  #stop(error: SandboxError): void {
    this.#over ??= error;
    for (const ticket of this.#queue.clear()) ticket.reject(this.#over);
    for (const { errands } of this.#slots) {
      for (const errand of errands.values()) {
        for (const ticket of left(errand)) ticket.reject(this.#over);
      }
      errands.clear();
    }
  }
}
