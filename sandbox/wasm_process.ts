/**
 * One `wasm` cell process as the main process sees it.
 *
 * It runs one order at a time. What it says is untrusted: a message out of turn, for another order
 * or malformed, or more frames than the order can have, is the end of it. It can only be ended by
 * SIGKILL, and is at a deadline that it does not keep itself.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { ForkEnd } from "./protocol.ts";
import { type CellMessage, concatenated, decodeMessage, encodeCellOrder } from "./wasm_protocol.ts";

/** How to start a cell process. */
export interface WasmProcessOptions {
  /** From `installPyodide`. */
  readonly folder: string;
  /** Memory a program may use on top of the interpreter. */
  readonly memoryBytes: number;
  /** Characters a program may print, as the snapshot has it. */
  readonly outputBytes: number;
}

/** How an order ended. */
export interface OrderEnd extends ForkEnd {
  /** Whether the process may run another. */
  readonly reusable: boolean;
}

/** An order that has not ended. */
interface Pending {
  readonly id: number;
  readonly maxBytes: number;
  readonly began: number;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly parts: Uint8Array<ArrayBuffer>[];
  total: number;
  /** Why the process was killed while it ran. */
  cause: "timed_out" | "overflow" | "forged" | null;
  /** When it was killed for that. */
  killed: number | null;
  resolve(end: OrderEnd): void;
}

/** How long a process may take to be ready, in milliseconds; 400 ms on an idle core. */
const START_MS = 60_000;
/** Memory of the interpreter when it has started, with the libraries of the snapshot. */
const INTERPRETER_BYTES = 48 << 20;
const PAGE_BYTES = 65_536;
/** Largest frame: a 30×30 grid, or a fault; as in protocol.ts. */
const MAX_FRAME_BYTES = 903;
/** Largest message; a guest worker sends 64 KiB at once. */
const MAX_MESSAGE_BYTES = 1 << 20;
/** A cell stops Python code at its deadline itself; what it cannot stop is killed this much later. */
const GRACE_MS = 100;
const SIGKILL = 9;
/** Most memory of WebAssembly with 32-bit addresses: 4 GiB. */
const MAX_PAGES = 65_536;
/** No code from text, so that a handle of a JavaScript object is no way to run any; a small heap. */
const V8_FLAGS = ["--disallow-code-generation-from-strings", "--max-old-space-size=256"];

/** The command that starts a cell process: Deno, stripped of all but reading two folders. */
export function cellCommand(
  options: WasmProcessOptions,
  purpose: "run" | "snapshot",
): Deno.Command {
  const { folder, memoryBytes, outputBytes } = options;
  const pages = Math.ceil((INTERPRETER_BYTES + memoryBytes) / PAGE_BYTES);
  const code = fileURLToPath(new URL(".", import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-remote", "--no-npm", "--cached-only", "--no-lock"],
      ...["--no-config", "--no-check", `--import-map=${join(folder, "import_map.json")}`],
      ...["--unstable-worker-options", "--deny-net", "--deny-env", "--deny-sys", "--deny-run"],
      ...["--deny-ffi", "--deny-write", "--deny-import", `--allow-read=${folder},${code}`],
      `--v8-flags=${[...V8_FLAGS, `--wasm-max-mem-pages=${Math.min(pages, MAX_PAGES)}`].join()}`,
      ...[join(code, "wasm_cell.ts"), folder, purpose, String(outputBytes)],
    ],
    clearEnv: true,
    env: {
      DENO_DIR: join(folder, "deno"),
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      // Large buffers go back to the system when they are freed (glibc).
      MALLOC_MMAP_THRESHOLD_: "131072",
      MALLOC_ARENA_MAX: "2",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  });
}

/** A child process running wasm_cell.ts. */
export class WasmProcess {
  readonly pid: number;
  /** Settles when it can take orders, or with why it cannot. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  /** Orders it has been given. */
  runs = 0;
  #child: Deno.ChildProcess;
  #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #started = Promise.withResolvers<void>();
  #fault = "it ended before it was ready";
  #pending: Pending | null = null;
  #isReady = false;
  #isKilled = false;

  constructor(options: WasmProcessOptions) {
    this.#child = cellCommand(options, "run").spawn();
    this.pid = this.#child.pid;
    this.#stdin = this.#child.stdin.getWriter();
    this.ready = this.#started.promise;
    this.ready.catch(endsElsewhere);
    this.gone = this.#read();
  }

  /** Whether it takes orders, as far as is known. */
  get alive(): boolean {
    return this.#isReady && !this.#isKilled;
  }

  /** Runs a job on a ready process that runs nothing else. */
  run(id: number, count: number, timeoutMs: number, job: Uint8Array): Promise<OrderEnd> {
    if (this.#pending !== null) throw new TypeError("a cell process runs one order at a time");
    this.runs++;
    const { promise, resolve } = Promise.withResolvers<OrderEnd>();
    const timer = setTimeout(() => this.#end("timed_out"), timeoutMs + GRACE_MS);
    const began = performance.now();
    const maxBytes = count * MAX_FRAME_BYTES;
    this.#pending = {
      id,
      maxBytes,
      began,
      timer,
      parts: [],
      total: 0,
      cause: null,
      killed: null,
      resolve,
    };
    if (this.#isKilled) this.#settle("lost", 0, false);
    else this.#stdin.write(encodeCellOrder(id, count, timeoutMs, job)).catch(endsElsewhere);
    return promise;
  }

  /** Kills it at once. */
  kill(): void {
    this.#isKilled = true;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it had ended already
    }
  }

  #end(cause: NonNullable<Pending["cause"]>): void {
    const pending = this.#pending;
    if (pending !== null) {
      pending.cause ??= cause;
      pending.killed ??= performance.now();
    }
    this.kill();
  }

  async #read(): Promise<void> {
    const timer = setTimeout(() => this.kill(), START_MS);
    this.ready.finally(() => clearTimeout(timer)).catch(endsElsewhere);
    let bytes = new Uint8Array(0);
    for await (const part of this.#child.stdout) {
      bytes = bytes.length === 0 ? part : concatenated(bytes, part);
      let next = decodeMessage(bytes, MAX_MESSAGE_BYTES);
      while (next !== null && next !== "malformed") {
        bytes = bytes.subarray(next.length);
        this.#accept(next.message);
        next = decodeMessage(bytes, MAX_MESSAGE_BYTES);
      }
      if (next === "malformed") {
        this.#end("forged");
        break;
      }
    }
    this.kill(); // it has closed its output: of no use any more
    await this.#child.status;
    await this.#stdin.abort().catch(endsElsewhere);
    this.#started.reject(new Error(this.#fault));
    const cause = this.#pending?.cause ?? null;
    if (cause === "forged") this.#settle("signalled", SIGKILL, false);
    else this.#settle(cause === "overflow" ? "exited" : cause ?? "lost", 0, false);
  }

  #accept(message: CellMessage): void {
    const { kind, bytes } = message;
    const pending = this.#pending;
    if (!this.#isReady) {
      if (kind === "ready") {
        this.#isReady = true;
        this.#started.resolve();
      } else {
        this.#fault = new TextDecoder().decode(bytes).split("\n", 1)[0] || this.#fault;
        this.kill();
      }
    } else if (pending === null || message.id !== pending.id) {
      this.#end("forged"); // out of turn
    } else if (pending.cause !== null) {
      if (kind === "frames") collect(pending, bytes); // done before the deadline, read after it
    } else if (kind === "frames") {
      collect(pending, bytes);
      if (pending.total > pending.maxBytes) this.#end("overflow");
    } else if (kind === "exited" || kind === "signalled" || kind === "timed_out") {
      this.#settle(kind, message.detail, kind !== "signalled" && !message.tainted);
    } else {
      this.#end("forged");
    }
  }

  #settle(how: OrderEnd["how"], detail: number, reusable: boolean): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    clearTimeout(pending.timer);
    const bytes = new Uint8Array(pending.total);
    let at = 0;
    for (const part of pending.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const ended = pending.killed ?? performance.now();
    const micros = Math.round((ended - pending.began) * 1000);
    pending.resolve({ how, detail, micros, bytes, reusable });
  }
}

function collect(pending: Pending, bytes: Uint8Array<ArrayBuffer>): void {
  if (pending.total > pending.maxBytes) return; // enough to know that it is too much
  pending.parts.push(bytes);
  pending.total += bytes.length;
}

/** A broken pipe means the process has ended, which the reading side reports. */
function endsElsewhere(): void {}
