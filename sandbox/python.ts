/**
 * The `python` engine: CPython fork-servers under Landlock, seccomp and rlimits (Linux).
 *
 * One cell a worker. Jobs wait in one queue; a cell has one program running and at most one more
 * waiting at the same fork-server, so that the server need not wait for the next. Nothing runs in
 * two servers of a cell at once: a deadline is wall time, so programs do not share a core.
 *
 * Layers: no_new_privs, Landlock without any exception, a seccomp allowlist for the server and a
 * stricter one for each fork, rlimits, and user `nobody` when started as root. If one is missing
 * the engine does not open.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { isAbsolute } from "node:path";
import { Cell } from "./cell.ts";
import { type Engine, type Job, MAX_INPUTS, type RunResult, SandboxError } from "./engine.ts";
import { decodeFrames, encodeJob, fault, type ForkEnd, type Order } from "./protocol.ts";
import { type ServerOptions, tierAskedFor } from "./protocol.ts";
import { guessTier, type Tier } from "./tier.ts";

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
}

/** Longest source that is run; a longer one is a `syntax_error`. */
const MAX_CODE_BYTES = 1 << 20;
const MAX_TIMEOUT_MS = 3_600_000;
/** Orders at a cell: one running, one waiting. */
const DEPTH = 2;
/** Times a job may be passed over by later ones of a tier that is already at work. */
const MAX_PASSED_OVER = 16;

/**
 * Opens an engine: starts its cells and checks that every layer holds.
 * Needs `--allow-read` of this folder and `--allow-run` of the interpreter.
 * @throws {SandboxError} naming what is missing: it fails closed.
 */
export async function openPythonEngine(options: PythonEngineOptions): Promise<Engine> {
  const { python, workers } = options;
  const { memoryBytes = 512 << 20, outputBytes = 1 << 20, recycleAfter = 5000 } = options;
  if (!isAbsolute(python)) throw new TypeError(`python must be an absolute path, got ${python}`);
  for (const [name, value] of Object.entries({ workers, memoryBytes, outputBytes, recycleAfter })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
    }
  }
  const launcher = fileURLToPath(new URL("./launcher.py", import.meta.url));
  const servers = { python, launcher, memoryBytes, outputBytes, recycleAfter };
  const engine = new PythonEngine(workers, servers);
  try {
    await engine.open();
  } catch (error) {
    await engine.close();
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`open the python engine: ${(error as Error).message}`, { cause: error });
  }
  return engine;
}

/** One fork to be made, and whoever waits for it. */
interface Ticket {
  readonly order: Omit<Order, "tier">;
  tier: Tier;
  passedOver: number;
  /** Whether the cell that ran it has died once. */
  bereaved: boolean;
  resolve(result: RunResult): void;
  reject(reason: unknown): void;
}

/** A place for a cell and what it is doing. */
interface Slot {
  cell: Cell | null;
  readonly tickets: Map<number, Ticket>;
}

class PythonEngine implements Engine {
  readonly name = "python";
  readonly workers: number;
  layers = "";
  #servers: ServerOptions;
  #slots: Slot[];
  #queue: Ticket[] = [];
  #nextId = 1;
  /** Why no more jobs are taken. */
  #over: SandboxError | null = null;

  constructor(workers: number, servers: ServerOptions) {
    this.workers = workers;
    this.#servers = servers;
    this.#slots = Array.from({ length: workers }, () => ({ cell: null, tickets: new Map() }));
  }

  /** Starts every cell; the first to be refused says why. */
  async open(): Promise<void> {
    const layers = await Promise.all(this.#slots.map((slot) => this.#furnish(slot)));
    this.layers = layers[0];
  }

  async run(job: Job, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    return await this.#submit(job.code, job.inputs, job.timeoutMs, signal);
  }

  async confirm(job: Job, random: () => number, signal?: AbortSignal): Promise<RunResult> {
    checkJob(job);
    const order = shuffled(job.inputs.length, random);
    const alone = await Promise.all(
      order.map((i) => this.#submit(job.code, [job.inputs[i]], job.timeoutMs, signal)),
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
    code: string,
    inputs: readonly Job["inputs"][number][],
    timeoutMs: number,
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
    const order = { id: this.#nextId++, timeoutMs, count, job };
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const ticket = { order, tier: guessTier(code), passedOver: 0, bereaved: false };
    this.#queue.push({ ...ticket, resolve, reject });
    const abort = () => this.#abort(order.id, signal!.reason);
    signal?.addEventListener("abort", abort);
    this.#pump();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  #abort(id: number, reason: unknown): void {
    const waiting = this.#queue.findIndex(({ order }) => order.id === id);
    if (waiting >= 0) this.#queue.splice(waiting, 1)[0].reject(reason);
    for (const { cell, tickets } of this.#slots) {
      if (!tickets.has(id)) continue;
      tickets.get(id)!.reject(reason);
      cell?.release(id);
    }
  }

  /** Hands out jobs: first to idle cells, then one ahead to busy ones. */
  #pump(): void {
    for (let load = 0; load < DEPTH; load++) {
      for (const slot of this.#slots) {
        if (slot.cell === null || slot.tickets.size !== load) continue;
        const ticket = this.#take(slot);
        if (ticket === null) continue;
        slot.tickets.set(ticket.order.id, ticket);
        slot.cell.run({ ...ticket.order, tier: ticket.tier });
      }
    }
  }

  /** The next job for a cell; a busy one gets only what its working server can take. */
  #take({ tickets }: Slot): Ticket | null {
    if (this.#queue.length === 0) return null;
    const [busy] = tickets.values();
    if (busy === undefined) return this.#queue.shift()!;
    const near = this.#queue.slice(0, MAX_PASSED_OVER);
    const index = near.findIndex(({ tier }) => tier === busy.tier);
    if (index < 0 || near[0].passedOver >= MAX_PASSED_OVER) return null;
    if (index > 0) near[0].passedOver++;
    return this.#queue.splice(index, 1)[0];
  }

  async #furnish(slot: Slot): Promise<string> {
    const cell = new Cell(this.#servers, {
      onEnded: (id, end) => this.#end(slot, id, end),
      onReleased: (id) => this.#leave(slot, id),
      onFailed: (id, error) => this.#leave(slot, id)?.reject(new SandboxError(error)),
      onDeath: () => this.#bury(slot),
    });
    slot.cell = cell;
    return await cell.ready;
  }

  #leave(slot: Slot, id: number): Ticket | undefined {
    const ticket = slot.tickets.get(id);
    slot.tickets.delete(id);
    queueMicrotask(() => this.#pump());
    return ticket;
  }

  #end(slot: Slot, id: number, end: ForkEnd): void {
    const ticket = this.#leave(slot, id);
    if (ticket === undefined) return;
    const higher = tierAskedFor(end, ticket.tier);
    if (higher !== null) {
      ticket.tier = higher;
      this.#queue.unshift(ticket);
      return;
    }
    const { count, timeoutMs } = ticket.order;
    const frames = decodeFrames(count, timeoutMs, end);
    ticket.resolve({ frames, ms: end.micros / 1000, layers: this.layers });
  }

  /** A cell has died: its jobs are run once more, elsewhere or in the one that replaces it. */
  #bury(slot: Slot): void {
    const tickets = [...slot.tickets.values()];
    const wasOpen = this.layers !== "";
    slot.cell = null;
    slot.tickets.clear();
    if (this.#over !== null || !wasOpen) return;
    for (const ticket of tickets.reverse()) {
      if (ticket.bereaved) {
        const lost = { how: "lost", detail: 0, micros: 0, bytes: new Uint8Array(0) } as const;
        const frames = decodeFrames(ticket.order.count, ticket.order.timeoutMs, lost);
        ticket.resolve({ frames, ms: 0, layers: this.layers });
      } else {
        ticket.bereaved = true;
        this.#queue.unshift(ticket);
      }
    }
    this.#furnish(slot).then(() => this.#pump(), (error) => {
      this.#stop(new SandboxError(`replace a cell: ${error.message}`, { cause: error }));
    });
  }

  #stop(error: SandboxError): void {
    this.#over ??= error;
    for (const ticket of this.#queue.splice(0)) ticket.reject(this.#over);
    for (const { tickets } of this.#slots) {
      for (const ticket of tickets.values()) ticket.reject(this.#over);
      tickets.clear();
    }
  }
}

function checkJob({ inputs, timeoutMs }: Job): void {
  if (inputs.length < 1 || inputs.length > MAX_INPUTS) {
    throw new RangeError(`inputs must number 1..${MAX_INPUTS}, got ${inputs.length}`);
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new RangeError(`timeoutMs must be a whole number 1..${MAX_TIMEOUT_MS}, got ${timeoutMs}`);
  }
}

/** 0..n−1 in random order (Fisher and Yates). */
function shuffled(n: number, random: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
