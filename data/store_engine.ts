/**
 * DuckDB as WebAssembly, hardened, with every call to it under a time limit.
 *
 * Runs inside the store's worker and nowhere else. A call into WebAssembly cannot be interrupted
 * from outside: another thread cannot reach its memory, and terminating a worker does not stop it.
 * So the limit is looked at from inside: with profiling on, DuckDB asks for the time before and
 * after every operator on every chunk of rows, through functions that JavaScript supplies. There a
 * late or aborted query is told to stop (`duckdb_interrupt`, DuckDB's own clean way), and one that
 * has not obeyed after a grace is ended by a trap, which costs the database.
 *
 * What asks for no time and copies no memory for long is not stopped here; the store watches for it.
 *
 * @module
 */
import os from "node:os";
import { fileURLToPath } from "node:url";
import { RecordBatchReader } from "apache-arrow";

/** When a call has to stop. */
export interface Limit {
  /** On the clock of `performance.now()`, in milliseconds. */
  readonly deadlineMs: number;
  /** How long after the deadline or abort the database is given up, in milliseconds. */
  readonly graceMs: number;
  /** Whether somebody wants it to stop now. */
  aborted(): boolean;
}

/** The part of duckdb-wasm's bindings that is used. */
export interface Bindings {
  instantiate(onProgress: () => void): Promise<unknown>;
  open(config: Record<string, unknown>): void;
  connect(): { useUnsafe<T>(use: (bindings: Bindings, connection: number) => T): T };
  runQuery(connection: number, sql: string): Uint8Array;
  createPrepared(connection: number, sql: string): number;
  closePrepared(connection: number, statement: number): void;
  startPendingQuery(connection: number, sql: string, stream: boolean): Uint8Array | null;
  pollPendingQuery(connection: number): Uint8Array | null;
  cancelPendingQuery(connection: number): boolean;
  fetchQueryResults(connection: number): Uint8Array | null;
  registerFileBuffer(name: string, bytes: Uint8Array): void;
  insertArrowFromIPCStream(connection: number, ipc: Uint8Array, options: unknown): void;
  tokenize(sql: string): { offsets: number[] };
}

/** Functions DuckDB calls while it works; there the limit is looked at. */
const CHECKPOINTS = ["emscripten_get_now", "_emscripten_memcpy_js", "emscripten_resize_heap"];

/** A module with one function that traps; unlike an exception a trap passes every handler. */
// deno-fmt-ignore
const TRAP_MODULE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0,
  7, 8, 1, 4, 0x74, 0x72, 0x61, 0x70, 0, 0, 10, 5, 1, 3, 0, 0, 11,
]);

/** Bytes from a connection handle to the `duckdb::Connection` in it (duckdb-wasm 1.32.0). */
const CONNECTION_OFFSET = 8;

/** A time slice of a query between two looks at the message queue, in milliseconds. */
const POLL_MS = 20;

/** A database in memory is put in order at each checkpoint, which gains nothing here and takes most of an ingestion. */
const NO_CHECKPOINTS = "SET checkpoint_threshold='1TB'";

/** Settings that close the database to files, network and extensions, in this order. */
const HARDENING = [
  "SET autoinstall_known_extensions=false",
  "SET autoload_known_extensions=false",
  "SET enable_external_access=false",
  "SET lock_configuration=true",
];

/** Name of a snapshot among the files DuckDB sees, which are none but this. */
const SNAPSHOT = "snapshot.duckdb";

/**
 * Opens a database, closed to files, network and extensions.
 *
 * @param readers how many connections for reading
 * @param settings statements to run before the configuration is locked
 * @param snapshot bytes of a DuckDB file to open read-only; null for an empty database
 */
export async function openEngine(
  readers: number,
  settings: readonly string[],
  snapshot: Uint8Array | null,
): Promise<Engine> {
  // A part of duckdb-wasm that is never used here counts the processors as it is loaded, for which
  // the worker has no permission.
  os.cpus = () => [];
  const { createDuckDB, NODE_RUNTIME, VoidLogger } = await import("@duckdb/duckdb-wasm/blocking");
  const guard = new Guard();
  const bundles = {
    mvp: { mainModule: besideModule("duckdb-mvp.wasm"), mainWorker: "" },
    eh: { mainModule: besideModule("duckdb-eh.wasm"), mainWorker: "" },
  };
  const made = await createDuckDB(bundles, new VoidLogger(), NODE_RUNTIME);
  const db = made as unknown as Bindings;
  const restore = guard.install();
  try {
    await db.instantiate(() => {});
  } finally {
    restore();
  }
  db.open({ query: { queryPollingInterval: POLL_MS } });
  const writer = connect(db);
  const connections = Array.from({ length: readers }, () => connect(db));
  // Profiling is what makes DuckDB ask for the time; a setting of each connection.
  for (const reader of connections) db.runQuery(reader, "SET enable_profiling='no_output'");
  if (snapshot !== null) {
    db.registerFileBuffer(SNAPSHOT, snapshot);
    db.runQuery(writer, `ATTACH '${SNAPSHOT}' AS snapshot (READ_ONLY)`);
    for (const connection of [writer, ...connections]) db.runQuery(connection, "USE snapshot");
  }
  for (const sql of [NO_CHECKPOINTS, ...settings, ...HARDENING]) db.runQuery(writer, sql);
  return new Engine(db, guard, writer, connections);
}

/** The database of one worker: one connection that writes and several that only read. */
export class Engine {
  readonly #db: Bindings;
  readonly #guard: Guard;
  readonly #writer: number;
  readonly #readers: readonly number[];

  constructor(db: Bindings, guard: Guard, writer: number, readers: readonly number[]) {
    this.#db = db;
    this.#guard = guard;
    this.#writer = writer;
    this.#readers = readers;
  }

  /** Runs trusted statements on the writing connection, without a limit. */
  execute(sql: string): void {
    this.#db.runQuery(this.#writer, sql);
  }

  /** Makes table `name` of an Arrow IPC stream. */
  create(name: string, ipc: Uint8Array): void {
    this.#db.insertArrowFromIPCStream(this.#writer, ipc, { name, create: true });
  }

  /** Adds an Arrow IPC stream to a table whose columns it has, in their order. */
  append(schema: string, name: string, ipc: Uint8Array): void {
    this.#db.insertArrowFromIPCStream(this.#writer, ipc, { schema, name, create: false });
  }

  /** Bytes that tables and caches of the database take. */
  memoryUsed(): number {
    const sql = "SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory()";
    const [batch] = RecordBatchReader.from(this.#db.runQuery(this.#writer, sql));
    return Number(batch.data.children[0].values[0]);
  }

  /** Where the words of a statement start, in bytes; comments are left out. */
  tokenize(sql: string): { readonly offsets: readonly number[] } {
    return this.#db.tokenize(sql);
  }

  /**
   * Calls DuckDB on reading connection `slot` under a limit.
   *
   * @throws what DuckDB says; after an interruption its message starts with `INTERRUPT`
   */
  call<T>(slot: number, limit: Limit, use: (db: Bindings, connection: number) => T): T {
    const connection = this.#readers[slot];
    return this.#guard.during(connection, limit, () => use(this.#db, connection));
  }
}

/** Watches the limit of the call under way. */
class Guard {
  readonly #trap = trapFunction();
  #limit: Limit | null = null;
  #connection = 0;
  /** When the interruption was asked for, or 0. */
  #askedAt = 0;
  #memory: WebAssembly.Memory | null = null;
  #interrupt: ((connection: number) => void) | null = null;

  /** Puts the checkpoints into the next module that is instantiated; returns how to undo it. */
  install(): () => void {
    const instantiate = WebAssembly.instantiate;
    const replaced = async (
      source: BufferSource,
      imports: Record<string, Record<string, unknown>>,
    ) => {
      for (const name of CHECKPOINTS) {
        const original = imports.env[name] as (...args: number[]) => unknown;
        if (typeof original !== "function") throw new Error(`DuckDB no longer imports ${name}`);
        imports.env[name] = (...args: number[]) => {
          if (this.#limit !== null) this.#check(this.#limit);
          return original(...args);
        };
      }
      // As an exception an abort would be caught and repeated without end.
      imports.env._abort_js = this.#trap;
      const made = await instantiate(source, imports as WebAssembly.Imports);
      this.#memory = imports.env.memory as WebAssembly.Memory;
      this.#interrupt = made.instance.exports.duckdb_interrupt as (connection: number) => void;
      return made;
    };
    WebAssembly.instantiate = replaced as unknown as typeof WebAssembly.instantiate;
    return () => WebAssembly.instantiate = instantiate;
  }

  during<T>(connection: number, limit: Limit, call: () => T): T {
    this.#connection = connection;
    this.#askedAt = 0;
    this.#limit = limit;
    try {
      return call();
    } finally {
      this.#limit = null;
    }
  }

  #check(limit: Limit): void {
    const now = performance.now();
    if (now <= limit.deadlineMs && !limit.aborted()) return;
    if (this.#askedAt === 0) {
      this.#askedAt = now;
      this.#interrupt!(this.#clientOf(this.#connection));
    } else if (now > this.#askedAt + limit.graceMs) {
      this.#trap();
    }
  }

  /** The address DuckDB's C interface knows the connection by, checked before it is used. */
  #clientOf(connection: number): number {
    const words = new Uint32Array(this.#memory!.buffer);
    const address = connection + CONNECTION_OFFSET;
    const context = words[address >>> 2];
    // A ClientContext begins with a weak pointer to itself.
    if (words[context >>> 2] !== context) this.#trap();
    return address;
  }
}

/** Path of a file that lies beside the module of duckdb-wasm. */
function besideModule(name: string): string {
  return fileURLToPath(new URL(name, import.meta.resolve("@duckdb/duckdb-wasm/blocking")));
}

function connect(db: Bindings): number {
  return db.connect().useUnsafe((_, connection) => connection);
}

function trapFunction(): () => never {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(TRAP_MODULE));
  return instance.exports.trap as () => never;
}
