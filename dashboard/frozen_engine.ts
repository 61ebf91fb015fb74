/**
 * DuckDB in the browser over `snapshot.duckdb`, for a frozen dashboard. It reads files beside the
 * page and nothing else: extensions are not looked for.
 *
 * @module
 */
import { AsyncDuckDB, type AsyncDuckDBConnection, VoidLogger } from "@duckdb/duckdb-wasm";
import { tableFromIPC } from "apache-arrow";
import { asRead, type Column } from "../data/store_read.ts";
import { valueAt } from "../data/store_values.ts";
import type { Answer, Bounds } from "./ask.ts";

const SETTINGS = `SET autoinstall_known_extensions=false; SET autoload_known_extensions=false;`;

const opened = open();

/** Answers a question about the snapshot. @throws Error with DuckDB's message */
export async function ask(sql: string, { maxRows = 1000, signal }: Bounds): Promise<Answer> {
  const { database, connection } = await opened;
  const start = performance.now();
  const text = sql.trim().replace(/;+$/, "");
  const described = await connection.query(`DESCRIBE FROM (\n${text}\n)`);
  const columns: Column[] = described.toArray().map((row) => ({
    name: String(row.column_name),
    type: String(row.column_type),
  }));
  const bounded = `FROM (\n${asRead(text, columns)}\n) LIMIT ${maxRows + 1}`;
  const stop = () => void connection.cancelSent();
  signal?.addEventListener("abort", stop);
  try {
    const result = tableFromIPC(
      await database.runQuery(connection.useUnsafe((_, id) => id), bounded),
    );
    const rows = result.batches.flatMap((batch) =>
      Array.from(
        { length: batch.numRows },
        (_, i) => batch.data.children.map((column) => valueAt(column, i)),
      )
    );
    return {
      columns,
      rows: rows.slice(0, maxRows),
      truncated: rows.length > maxRows,
      ms: performance.now() - start,
    };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function open(): Promise<{ database: AsyncDuckDB; connection: AsyncDuckDBConnection }> {
  const at = (name: string) => new URL(name, location.href).href;
  const database = new AsyncDuckDB(new VoidLogger(), new Worker(at("duckdb-browser-eh.worker.js")));
  const [engine, snapshot] = await Promise.all([
    fetched(at("duckdb-eh.wasm.packed")).then(unpacked),
    fetched(at("snapshot.duckdb")).then((response) => response.arrayBuffer()),
  ]);
  const url = URL.createObjectURL(engine);
  await database.instantiate(url);
  URL.revokeObjectURL(url);
  await database.registerFileBuffer("snapshot.duckdb", new Uint8Array(snapshot));
  const connection = await database.connect();
  await connection.query(SETTINGS);
  await connection.query("ATTACH 'snapshot.duckdb' AS run (READ_ONLY)");
  await connection.query("USE run");
  return { database, connection };
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

async function unpacked({ body }: Response): Promise<Blob> {
  const bytes = body!.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(bytes, { headers: { "content-type": "application/wasm" } }).blob();
}
