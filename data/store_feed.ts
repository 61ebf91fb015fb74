/**
 * Takes journal records and gives rows of the store's tables.
 *
 * A program's row needs its request, its reply and its evaluation, which are separate records;
 * requests under way wait here until each of their completions is evaluated. Rules of order are
 * those of the journal: a request comes before its reply, a reply before its evaluations, and a
 * request or reply met again is passed over.
 *
 * @module
 */
import type { CallAdmitted, CallReplied, Evaluated, JournalRecord, TaskLoaded } from "./records.ts";
import type { Row } from "./store_batch.ts";
import {
  callRow,
  eventRow,
  failureRow,
  programRow,
  replyRow,
  selectedRows,
  stageRow,
  taskRow,
  trainingRow,
  voteRow,
} from "./store_rows.ts";
import { FED_TABLES, type FedTable, type TableName } from "./store_schema.ts";

/** Rows by table. */
export type Rows = ReadonlyMap<TableName, readonly Row[]>;

/** A request under way. */
interface OpenCall {
  readonly call: CallAdmitted;
  reply: CallReplied | null;
  repliedAt: number;
  /** Completions not yet evaluated. */
  waiting: number;
}

/** A record of one kind with its number and time. */
type Numbered<T> = T & { readonly seq: number; readonly at: number };

/** Joins the names and values of the config, and the parts of a key; no text contains it. */
const SEPARATOR = "\x1f";

/** The feed of one store: journals of one run, or of several one after the other. */
export class StoreFeed {
  readonly #rows = new Map<TableName, Map<unknown, Row>>();
  #run: Row | null = null;
  #positions = 0;
  readonly #tasks = new Map<string, TaskLoaded>();
  readonly #calls = new Map<string, OpenCall>();
  readonly #admitted = new Set<string>();

  /** Takes the rows gathered since the last time. */
  take(): Rows {
    const rows = new Map([...this.#rows].map(([name, held]) => [name, [...held.values()]]));
    this.#rows.clear();
    return rows;
  }

  /** Takes a record. @throws TypeError for one of an unknown kind or out of order */
  add(record: JournalRecord): void {
    if (record.kind !== "run_opened" && this.#run === null) {
      throw new TypeError(`record ${record.seq}: ${record.kind} before run_opened`);
    }
    switch (record.kind) {
      case "run_opened":
        return this.#open(record);
      case "task":
        return this.#addTask(record);
      case "call":
        return this.#admit(record, record.at);
      case "reply":
        return this.#reply(record, record.at);
      case "call_failed":
        return this.#put("store.replies", failureRow(record, record.at));
      case "evaluation":
        return this.#evaluate(record);
      case "selected":
        for (const row of selectedRows(record, record.at)) this.#put("training_data", row);
        return;
      case "trained":
        this.#put("trainings", trainingRow(record, record.at));
        for (const { step, loss } of record.steps) {
          this.#put("training_steps", { generation: record.generation, step, loss, ts: record.at });
        }
        return;
      case "vote":
        return this.#put("store.votes", voteRow(record, record.at));
      case "stage":
        return this.#put("stage_stats", stageRow(record, record.at));
      case "event":
        return this.#put("events", eventRow(record, record.seq, record.at));
      case "run_ended":
        this.#run = { ...this.#run, status: record.status, ended_at: record.at };
        return this.#put("store.runs", this.#run);
      default:
        throw new TypeError(unknownKind(record));
    }
  }

  #open(record: JournalRecord & { kind: "run_opened" }): void {
    const known = this.#run?.run_id === record.runId ? this.#run : null;
    if (!known) this.#forget();
    this.#run = {
      run_id: record.runId,
      seed: record.seed,
      status: "running",
      resumes: Number(known?.resumes ?? 0) + Number(record.resumed),
      started_at: known?.started_at ?? record.at,
      ended_at: null,
      config_names: Object.keys(record.config).join(SEPARATOR),
      config_values: Object.values(record.config).join(SEPARATOR),
      code_version: record.codeVersion,
    };
    this.#put("store.runs", this.#run);
  }

  #forget(): void {
    this.#tasks.clear();
    this.#calls.clear();
    this.#admitted.clear();
    this.#positions = 0;
  }

  #addTask(task: TaskLoaded): void {
    this.#tasks.set(task.taskId, task);
    this.#put("store.tasks", taskRow(task, this.#positions++));
  }

  #admit(call: CallAdmitted, at: number): void {
    if (this.#admitted.has(call.callId)) return;
    this.#admitted.add(call.callId);
    this.#calls.set(call.callId, { call, reply: null, repliedAt: 0, waiting: 0 });
    this.#put("store.calls", callRow(call, at));
  }

  #reply(reply: CallReplied, at: number): void {
    const open = this.#calls.get(reply.callId);
    // A request in a damaged line leaves its reply without a place.
    if (!open || open.reply) return;
    this.#put("store.replies", replyRow(reply, at));
    Object.assign(open, { reply, repliedAt: at, waiting: reply.completions.length });
    if (open.waiting === 0) this.#calls.delete(reply.callId);
  }

  #evaluate(evaluated: Numbered<Evaluated>): void {
    const { callId, index } = evaluated;
    const open = this.#calls.get(callId);
    const task = open && this.#tasks.get(open.call.taskId);
    // What it belongs to stood in a damaged line, which the reader of the journal has told of.
    if (!open?.reply || !task || !(index in open.reply.completions)) return;
    const { call, reply, repliedAt } = open;
    this.#put("store.programs", programRow({ call, reply, repliedAt }, task, evaluated));
    if (--open.waiting === 0) this.#calls.delete(callId);
  }

  /** Adds a row; in a table with a key it replaces one of the same key. */
  #put(name: TableName, values: Row): void {
    const row: Row = { ...values, run_id: this.#run!.run_id };
    const { key }: FedTable = FED_TABLES[name];
    const rows = this.#rows.get(name) ?? new Map<unknown, Row>();
    this.#rows.set(name, rows);
    rows.set(key ? key.map((column) => row[column]).join(SEPARATOR) : rows.size, row);
  }
}

function unknownKind(record: never): string {
  const { seq, kind } = record as { seq?: unknown; kind?: unknown };
  return `record ${seq} is of unknown kind ${JSON.stringify(kind)}`;
}
