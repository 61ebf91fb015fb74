/**
 * Native DuckDB, hardened as the embedded one: no files, no network, no extensions, configuration
 * locked. One connection writes; each question runs in a READ ONLY transaction of another.
 *
 * Runs inside the store's process (store_process.ts) and nowhere else.
 *
 * @module
 */
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  TIMESTAMP,
  UBIGINT,
  VARCHAR,
} from "@duckdb/node-api";
import { createHash } from "node:crypto";
import { describeNative, proveReading } from "./native_statement.ts";
import { nativeValue } from "./native_values.ts";
import type { ColumnKind, Columns, Row } from "./store_batch.ts";
import { Refusal } from "./store_error.ts";
import type { Rows } from "./store_feed.ts";
import { FED_TABLES, SCHEMA, takeOver } from "./store_schema.ts";
import { asRead, type Column, MAX_RESULT_BYTES } from "./store_read.ts";

/** Rows found. */
export interface Found {
  readonly columns: readonly Column[];
  readonly rows: readonly unknown[][];
  readonly truncated: boolean;
}

/** Settings that close the database to files, network and extensions, in this order. */
const HARDENING = [
  "SET autoinstall_known_extensions=false",
  "SET autoload_known_extensions=false",
  "SET allow_community_extensions=false",
  "SET enable_external_access=false",
  "SET lock_configuration=true",
];

/** Bytes written between two checkpoints: DuckDB's 16 MB would spend most of an ingestion on them. */
const CHECKPOINT = "1GB";

/** Oldest DuckDB that opens the file: the first that packs text with zstd. */
const FILE_VERSION = "v1.2.0";

/** Rows of a vector of DuckDB. */
const CHUNK_ROWS = 2048;

/** Types of staged columns; {@link takeOver} casts them to those of their table. */
const STAGED: Record<ColumnKind, readonly [sql: string, type: DuckDBType]> = {
  text: ["VARCHAR", VARCHAR],
  id: ["UBIGINT", UBIGINT],
  number: ["DOUBLE", DOUBLE],
  flag: ["BOOLEAN", BOOLEAN],
  time: ["TIMESTAMP", TIMESTAMP],
};

/** What a database file has to say to be taken as it is: made by this schema. */
const SCHEMA_HASH = createHash("sha256").update(SCHEMA).digest("hex");

/** The database of the process. */
export class NativeEngine {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #readers: readonly DuckDBConnection[];
  /** By slot, whether its query is to stop. */
  readonly #stopped = new Set<number>();
  #mark: string | null = null;

  private constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    readers: readonly DuckDBConnection[],
  ) {
    this.#instance = instance;
    this.#writer = writer;
    this.#readers = readers;
  }

  /** Opens a database; a file of another schema is refused. */
  static async open(
    { slots, memoryBytes, file }: {
      readonly slots: number;
      readonly memoryBytes: number | null;
      readonly file: string | null;
    },
  ): Promise<NativeEngine> {
    const memory: Record<string, string> = memoryBytes === null
      ? {}
      : { memory_limit: `${memoryBytes}B` };
    const instance = await DuckDBInstance.create(file ?? ":memory:", {
      ...memory,
      storage_compatibility_version: FILE_VERSION,
      // What does not fit is written beside the file, or nowhere.
      temp_directory: file === null ? "" : `${file}.tmp`,
    });
    const writer = await instance.connect();
    await writer.run(`SET checkpoint_threshold='${CHECKPOINT}'`);
    const readers = await Promise.all(Array.from({ length: slots }, () => instance.connect()));
    const engine = new NativeEngine(instance, writer, readers);
    const tables = await writer.runAndReadAll(
      "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'store'",
    );
    if (Number(tables.getRows()[0][0]) === 0) {
      await writer.run(SCHEMA);
      await writer.run("CREATE TABLE store.marks (schema_hash VARCHAR, mark VARCHAR)");
      await writer.run("INSERT INTO store.marks VALUES ($1, NULL)", [SCHEMA_HASH]);
    } else {
      const [row] = (await writer.runAndReadAll("FROM store.marks")).getRows();
      if (row?.[0] !== SCHEMA_HASH) throw new Error(`${file}: made by another version`);
      engine.#mark = row[1] as string | null;
    }
    for (const sql of HARDENING) await writer.run(sql);
    return engine;
  }

  /** What the last insertion marked. */
  get mark(): string | null {
    return this.#mark;
  }

  /** Puts rows and mark in; all or nothing. */
  async insert(rows: Rows, mark: string | null): Promise<void> {
    await this.#writer.run("BEGIN TRANSACTION");
    try {
      for (const [name, held] of rows) {
        await this.#stage(FED_TABLES[name].columns, held);
        await this.#writer.run(takeOver(name, "staged"));
        await this.#writer.run("DROP TABLE staged");
      }
      if (mark !== this.#mark) {
        await this.#writer.run("UPDATE store.marks SET mark = $1::VARCHAR", [mark]);
      }
      await this.#writer.run("COMMIT");
      this.#mark = mark;
    } catch (error) {
      await this.#writer.run("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** Makes the table `staged` of rows. */
  async #stage(columns: Columns, rows: readonly Row[]): Promise<void> {
    const names = Object.keys(columns);
    const kinds = names.map((name) => columns[name]);
    const list = names.map((name, i) => `"${name}" ${STAGED[kinds[i]][0]}`);
    await this.#writer.run(`CREATE TEMP TABLE staged (${list.join(", ")})`);
    const appender = await this.#writer.createAppender("staged");
    const types = kinds.map((kind) => STAGED[kind][1]);
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      const part = rows.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, part.length);
      for (let i = 0; i < names.length; i++) {
        chunk.setColumnValues(i, part.map((row) => staged(kinds[i], row[names[i]])));
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  /** Answers one question. @throws Refusal, or DuckDB's complaint */
  async query(
    { slot, sql, maxRows }: {
      readonly slot: number;
      readonly sql: string;
      readonly maxRows: number;
    },
  ): Promise<Found> {
    this.#stopped.delete(slot);
    const reader = this.#readers[slot];
    const { text, explained } = await proveReading(reader, sql);
    this.#goOn(slot);
    try {
      await reader.run("BEGIN TRANSACTION READ ONLY");
      const columns = await describeNative(reader, explained ?? text);
      this.#goOn(slot);
      const result = await reader.stream(explained === null ? asRead(text, columns) : text);
      this.#goOn(slot);
      const types = result.columnTypes();
      const names = result.columnNames();
      const rows: unknown[][] = [];
      let bytes = 0;
      while (rows.length <= maxRows) {
        const chunk = await result.fetchChunk();
        this.#goOn(slot);
        if (chunk === null || chunk.rowCount === 0) break;
        for (const row of chunk.getRows()) {
          if (rows.length > maxRows) break;
          const plain = row.map((value, i) => nativeValue(value, types[i]));
          bytes += JSON.stringify(plain).length;
          if (bytes > MAX_RESULT_BYTES) {
            throw new Refusal(`expected a result of at most ${MAX_RESULT_BYTES} bytes`);
          }
          rows.push(plain);
        }
      }
      return {
        columns: explained === null ? columns : names.map((name) => ({ name, type: "VARCHAR" })),
        rows: rows.slice(0, maxRows),
        truncated: rows.length > maxRows,
      };
    } finally {
      // Its BEGIN may have been interrupted before or after.
      await reader.run("ROLLBACK").catch(() => {});
    }
  }

  /** Stops the query of a slot. */
  interrupt(slot: number): void {
    this.#stopped.add(slot);
    this.#readers[slot].interrupt();
  }

  /** Stops all queries and puts the file in order. */
  close(): void {
    for (const reader of this.#readers) {
      reader.interrupt();
      reader.closeSync();
    }
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  /** An interruption between two statements interrupts nothing: it is looked for here. */
  #goOn(slot: number): void {
    if (this.#stopped.has(slot)) throw new Error("INTERRUPT Error: Interrupted!");
  }
}

function staged(kind: ColumnKind, value: Row[string]): DuckDBValue {
  if (value === null) return null;
  switch (kind) {
    case "id":
      return BigInt(value);
    case "time":
      return new DuckDBTimestampValue(BigInt(value) * 1000n);
    case "number":
      return Number(value);
    default:
      return value;
  }
}
