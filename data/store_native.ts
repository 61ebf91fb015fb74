/**
 * The store on native DuckDB, in a process of its own.
 *
 * A process and not a worker, for three reasons: native code needs `--allow-ffi`, which is as good
 * as every permission, and so only the process that runs it gets it; a fault in native code, or
 * memory that runs out, ends that process and not the run; and a query that does not stop is ended
 * by SIGKILL. Needs `--allow-run` here.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { frameOf, messagesOf } from "./json_frames.ts";
import type { JournalRecord } from "./records.ts";
import { checkBounds, type QueryOptions, type QueryResult, type Store } from "./store.ts";
import { End } from "./store_end.ts";
import { type Failure, StoreError } from "./store_error.ts";
import type { Reply, Request, RequestBody } from "./store_process.ts";
import { Turns } from "./store_turns.ts";

/** Of the environment: where the packages that Deno has fetched are. Nothing else is handed on. */
const PASSED_ON = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"];

/** Longest wait for a database that is put in order at its end, in milliseconds. */
const CLOSE_MS = 10_000;

/** Bounds and place of a native store. */
export interface NativeOptions {
  readonly slots: number;
  readonly memoryBytes: number | null;
  readonly graceMs: number;
  readonly file: string | null;
}

/** Opens a store: empty, or what its file holds. @throws StoreError when it does not start */
export async function openNativeStore(options: NativeOptions): Promise<Store> {
  const store = new ProcessStore(startProcess(), options);
  await store.open();
  return store;
}

function startProcess(): Deno.ChildProcess {
  const script = fileURLToPath(new URL("./store_process.ts", import.meta.url));
  try {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-ffi", script],
      clearEnv: true,
      env: Object.fromEntries(PASSED_ON.flatMap((name) => {
        const value = Deno.env.get(name);
        return value === undefined ? [] : [[name, value]];
      })),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const why = error instanceof Deno.errors.NotCapable
      ? "it runs in a process of its own, and this command may start none (--allow-run)"
      : (error as Error).message;
    throw new StoreError("lost", `cannot open the native store: ${why}`, { cause: error });
  }
}

class ProcessStore implements Store {
  readonly engine = "native";
  /** Its tables may go to disk. */
  readonly fill = 0;
  readonly #process: Deno.ChildProcess;
  readonly #options: NativeOptions;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #turns: Turns;
  readonly #calls = new Map<number, (reply: Reply) => void>();
  readonly #done: Promise<void>;
  /** Comes when the store ends, for whatever reason. */
  readonly #end = new End();
  #lastCall = 0;
  #mark: string | null = null;

  constructor(process: Deno.ChildProcess, options: NativeOptions) {
    this.#process = process;
    this.#options = options;
    this.#writer = process.stdin.getWriter();
    this.#turns = new Turns(options.slots);
    this.#done = Promise.all([this.#listen(), process.status]).then(() => {});
  }

  get mark(): string | null {
    return this.#mark;
  }

  async open(): Promise<void> {
    const { slots, memoryBytes, file } = this.#options;
    try {
      const reply = await this.#call({ op: "open", slots, memoryBytes, file });
      if ("reason" in reply) throw this.#error(reply);
      if ("mark" in reply) this.#mark = reply.mark;
    } catch (error) {
      const failed = new StoreError("lost", `cannot open the store: ${(error as Error).message}`, {
        cause: error,
      });
      this.#stop(failed);
      await this.#done;
      throw failed;
    }
  }

  async ingest(records: readonly JournalRecord[], mark?: string): Promise<void> {
    const reply = await this.#call({ op: "ingest", records, mark: mark ?? this.#mark });
    if ("reason" in reply) throw this.#error(reply);
    this.#mark = mark ?? this.#mark;
  }

  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const { timeoutMs, maxRows } = checkBounds(options);
    const { signal } = options;
    const aborted = () => new StoreError("aborted", "the query was aborted");
    if (this.#end.error) throw this.#end.error;
    const slot = await this.#turns.take(signal, aborted, this.#end);
    const start = performance.now();
    let over: StoreError | null = null;
    let kill: ReturnType<typeof setTimeout> | undefined;
    const stop = (why: StoreError) => {
      if (over) return;
      over = why;
      this.#send({ id: 0, op: "interrupt", slot });
      kill = setTimeout(() => {
        this.#stop(new StoreError("lost", "the database ended with a query that did not stop"));
      }, this.#options.graceMs);
    };
    const abort = () => stop(aborted());
    const late = setTimeout(() => {
      stop(new StoreError("timeout", `the query took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    signal?.addEventListener("abort", abort);
    try {
      const call = this.#call({ op: "query", slot, sql, maxRows });
      if (signal?.aborted) abort();
      const reply = await call;
      if ("found" in reply) return { ...reply.found, ms: performance.now() - start };
      if ("reason" in reply) throw over ?? this.#error(reply);
      throw new StoreError("lost", "the database gave no answer");
    } finally {
      clearTimeout(late);
      clearTimeout(kill);
      signal?.removeEventListener("abort", abort);
      this.#turns.give(slot);
    }
  }

  /** Ends the process; with a file it is given time to put its tables in order first. */
  async close(): Promise<void> {
    const closed = new StoreError("closed", "the store is closed");
    if (this.#end.error || this.#options.file === null) this.#stop(closed);
    else {
      this.#end.come(closed);
      this.#send({ id: 0, op: "close" });
      const kill = setTimeout(() => this.#kill(), CLOSE_MS);
      await this.#done;
      clearTimeout(kill);
    }
    await this.#done;
  }

  async #listen(): Promise<void> {
    const faults = new Response(this.#process.stderr).text();
    try {
      for await (const message of messagesOf(this.#process.stdout)) {
        const reply = message as Reply;
        this.#calls.get(reply.id)?.(reply);
        this.#calls.delete(reply.id);
      }
    } finally {
      const fault = (await faults).trim().split("\n").at(-1) || "it said nothing";
      this.#stop(new StoreError("lost", `the database's process ended: ${fault}`));
    }
  }

  #call(request: RequestBody): Promise<Reply> {
    if (this.#end.error) return Promise.reject(this.#end.error);
    const id = ++this.#lastCall;
    const reply = Promise.withResolvers<Reply>();
    this.#calls.set(id, reply.resolve);
    this.#send({ id, ...request });
    return this.#end.before(reply.promise);
  }

  #send(request: Request): void {
    // A process that has ended is noticed where its answers are read.
    this.#writer.write(frameOf(request)).catch(() => {});
  }

  #error({ reason, message }: Failure): StoreError {
    const error = new StoreError(reason, message);
    if (reason === "lost") this.#stop(error);
    return error;
  }

  #stop(error: StoreError): void {
    if (this.#end.error) return;
    this.#end.come(error);
    this.#kill();
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    this.#writer.close().catch(() => {});
  }
}
