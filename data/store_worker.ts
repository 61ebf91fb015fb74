/**
 * The store's worker: DuckDB, fed and asked through comlink. Started by store.ts only.
 *
 * Between the time slices of a query the worker looks at its messages, so records are taken in and
 * other queries go on while one runs. A query runs in a READ ONLY transaction of a connection of
 * its own, after DuckDB's parser has found it to be exactly one statement that selects.
 *
 * @module
 */
import { RecordBatchReader } from "apache-arrow";
import { expose } from "comlink";
import type { JournalRecord } from "./records.ts";
import { rowsToIpc } from "./store_batch.ts";
import { type Bindings, type Engine, type Limit, openEngine } from "./store_engine.ts";
import { type Failure, Refusal } from "./store_error.ts";
import { StoreFeed } from "./store_feed.ts";
import {
  asRead,
  type Column,
  MAX_RESULT_BYTES,
  notReading,
  severalStatements,
} from "./store_read.ts";
import { FED_TABLES, type FedTable, SCHEMA, takeOver } from "./store_schema.ts";
import { readStatement, type Statement } from "./store_statement.ts";
import { valueAt } from "./store_values.ts";

/** What store.ts tells the worker to begin with. */
export interface WorkerSettings {
  /** Queries that may run at a time. */
  readonly slots: number;
  /** Bytes DuckDB may take. */
  readonly memoryBytes: number;
  /** By slot, 1 when its query is to stop. */
  readonly aborts: Int32Array;
  /** When the call under way has to be over, UTC milliseconds, 0 between calls; and its slot. */
  readonly busy: BigInt64Array;
  readonly graceMs: number;
  /** Bytes of a DuckDB file to open read-only; null for an empty database. */
  readonly snapshot: Uint8Array | null;
}

/** A question. */
export interface Question {
  readonly slot: number;
  readonly sql: string;
  readonly timeoutMs: number;
  readonly maxRows: number;
}

/** Rows found. */
export interface Found {
  readonly columns: readonly Column[];
  readonly rows: readonly unknown[][];
  readonly truncated: boolean;
}

/** The bytes in use after records were taken in, or why they were not. */
export type Taken = { readonly memoryUsed: number } | Failure;

/** Rows of an answer, or why there are none. */
export type Answer = Found & { readonly ms: number } | Failure;

/** Milliseconds that stand for no deadline: some centuries. */
const MAX_TIME = 1e13;

let engine: Engine | null = null;
let settings: WorkerSettings;
const feed = new StoreFeed();

/** What the main thread calls. */
export const storeWorker = {
  /** Opens the database; nothing else may be called before. */
  async open(given: WorkerSettings): Promise<void> {
    settings = given;
    const memory = `SET memory_limit='${given.memoryBytes}B'`;
    const schema = given.snapshot === null ? [SCHEMA] : [];
    engine = await openEngine(given.slots, [memory, ...schema], given.snapshot);
    // The files are read: from here on the worker may do nothing but compute.
    const { state } = await Deno.permissions.revoke({ name: "read" });
    if (state === "granted") throw new Error("cannot give up the permission to read");
  },

  /** Takes records in; all of them or none. Returns the bytes in use then, or why not. */
  ingest(records: readonly JournalRecord[]): Taken {
    try {
      for (const record of records) feed.add(record);
      insert();
      return { memoryUsed: engine!.memoryUsed() };
    } catch (error) {
      feed.take();
      return { reason: isFatal(error) ? "lost" : "sql", message: messageOf(error) };
    }
  },

  /** Answers one question. */
  async query(question: Question): Promise<Answer> {
    const start = performance.now();
    const limit: Limit = {
      deadlineMs: start + question.timeoutMs,
      graceMs: settings.graceMs,
      aborted: () => Atomics.load(settings.aborts, question.slot) === 1,
    };
    try {
      return { ...await answer(question, limit), ms: performance.now() - start };
    } catch (error) {
      return failure(error, question, limit);
    }
  },
};

expose(storeWorker);

function insert(): void {
  const rows = feed.take();
  if (rows.size === 0) return;
  engine!.execute("BEGIN TRANSACTION");
  try {
    for (const [name, held] of rows) {
      const table: FedTable = FED_TABLES[name];
      const ipc = rowsToIpc(table.columns, held);
      if (table.key) {
        engine!.create("staged", ipc);
        engine!.execute(`${takeOver(name, "staged")}; DROP TABLE staged`);
      } else {
        const [schema, own] = name.includes(".") ? name.split(".") : ["main", name];
        engine!.append(schema, own, ipc);
      }
    }
    engine!.execute("COMMIT");
  } catch (error) {
    if (!isFatal(error)) engine!.execute("ROLLBACK");
    throw error;
  }
}

/** Calls DuckDB under the limit, and lets the main thread see until when. */
function call<T>(
  slot: number,
  limit: Limit,
  use: Parameters<typeof Engine.prototype.call<T>>[2],
): T {
  Atomics.store(settings.busy, 1, BigInt(slot));
  const until = Math.ceil(performance.timeOrigin + limit.deadlineMs);
  Atomics.store(settings.busy, 0, BigInt(until));
  try {
    return engine!.call(slot, limit, use);
  } finally {
    Atomics.store(settings.busy, 0, 0n);
  }
}

async function answer(question: Question, limit: Limit): Promise<Found> {
  const { slot, maxRows } = question;
  const run = (sql: string) => call(slot, limit, (db, connection) => db.runQuery(connection, sql));
  const { text, explained } = oneStatement(question, limit);
  try {
    run("BEGIN TRANSACTION READ ONLY");
    const columns = describe(explained ?? text, run);
    const wanted = explained === null ? asRead(text, columns) : text;
    const rows: unknown[][] = [];
    let names: Column[] = [];
    for await (const batch of batches(slot, wanted, limit)) {
      names = batch.schema.fields.map(({ name }) => ({ name, type: "VARCHAR" }));
      for (let i = 0; i < batch.numRows && rows.length <= maxRows; i++) {
        rows.push(batch.data.children.map((column) => valueAt(column, i)));
      }
      if (rows.length > maxRows) break;
    }
    const truncated = rows.length > maxRows;
    return {
      columns: explained === null ? columns : names,
      rows: rows.slice(0, maxRows),
      truncated,
    };
  } finally {
    const over = { ...limit, deadlineMs: MAX_TIME, aborted: () => false };
    call(slot, over, (db, connection) => {
      db.cancelPendingQuery(connection);
      rollBack(db, connection);
    });
  }
}

/** Ends the transaction, if there is one: its BEGIN may have been interrupted before or after. */
function rollBack(db: Bindings, connection: number): void {
  try {
    db.runQuery(connection, "ROLLBACK");
  } catch (error) {
    if (!/no transaction is active/.test(messageOf(error))) throw error;
  }
}

/** The one statement of a question. @throws Refusal when there are none or more */
function oneStatement({ sql, slot }: Question, limit: Limit): Statement {
  const statement = readStatement(sql, (text) => engine!.tokenize(text));
  try {
    call(slot, limit, (db, connection) => {
      db.closePrepared(connection, db.createPrepared(connection, statement.text));
    });
  } catch (error) {
    if (!/multiple statements/.test(messageOf(error))) throw error;
    throw new Refusal(severalStatements());
  }
  return statement;
}

/**
 * Columns of a select, by name and DuckDB type. That it stands between parentheses is the proof
 * that it is one: the grammar takes nothing else there, and the text is a statement by itself, so
 * it cannot close the parenthesis.
 *
 * @throws Refusal when it is no select
 */
function describe(sql: string, run: (sql: string) => Uint8Array): Column[] {
  let ipc: Uint8Array;
  try {
    ipc = run(`DESCRIBE FROM (\n${sql}\n)`);
  } catch (error) {
    if (!/"exception_type":"Parser"|^Parser Error/.test(messageOf(error, false))) throw error;
    throw new Refusal(notReading());
  }
  return [...RecordBatchReader.from(ipc)].flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, i) => ({
      name: String(valueAt(batch.data.children[0], i)),
      type: String(valueAt(batch.data.children[1], i)),
    }))
  );
}

/** Runs a statement slice by slice. */
async function* batches(slot: number, sql: string, limit: Limit) {
  let header = call(slot, limit, (db, connection) => db.startPendingQuery(connection, sql, true));
  while (header === null) {
    await nextTurn(limit);
    header = call(slot, limit, (db, connection) => db.pollPendingQuery(connection));
  }
  let bytes = 0;
  while (true) {
    const batch = call(slot, limit, (db, connection) => db.fetchQueryResults(connection));
    if (batch !== null && batch.length === 0) return;
    if (batch !== null) {
      bytes += batch.length;
      if (bytes > MAX_RESULT_BYTES) {
        throw new Refusal(`expected a result of at most ${MAX_RESULT_BYTES} bytes`);
      }
      yield* RecordBatchReader.from(joined(header, batch));
    }
    await nextTurn(limit);
  }
}

/** Lets waiting messages be handled. @throws when the limit is over */
async function nextTurn(limit: Limit): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  if (limit.aborted() || performance.now() > limit.deadlineMs) throw new Error("INTERRUPT");
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function failure(error: unknown, { timeoutMs }: Question, limit: Limit): Failure {
  const message = messageOf(error);
  const isOver = limit.aborted() || performance.now() > limit.deadlineMs;
  if (isFatal(error)) {
    const how = isOver ? "ended with a query that did not stop in time" : `failed: ${message}`;
    return { reason: "lost", message: `the database ${how}` };
  }
  if (error instanceof Refusal) return { reason: "refused", message };
  if (limit.aborted()) return { reason: "aborted", message: "the query was aborted" };
  if (message.startsWith("INTERRUPT")) {
    return { reason: "timeout", message: `the query took longer than ${timeoutMs} ms` };
  }
  return { reason: "sql", message };
}

/** Whether WebAssembly itself failed: the database is not to be used any more. */
function isFatal(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** DuckDB's message; where it comes as JSON, in the form of the others. */
function messageOf(error: unknown, plain = true): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!plain || !message.startsWith("{")) return message;
  const { exception_type: type, exception_message: said } = JSON.parse(message);
  return `${type} Error: ${said}`;
}
