/**
 * The process of the native store: DuckDB, fed and asked through its standard input and output.
 * Started by store_native.ts only, with `--allow-ffi` and nothing else.
 *
 * It ends when its standard input does, so that it never outlives the run.
 *
 * @module
 */
import { frameOf, messagesOf } from "./json_frames.ts";
import type { JournalRecord } from "./records.ts";
import { type Failure, Refusal } from "./store_error.ts";
import { StoreFeed } from "./store_feed.ts";
import { type Found, NativeEngine } from "./native_engine.ts";

/** What is asked of the process. */
export type RequestBody =
  | {
    readonly op: "open";
    readonly slots: number;
    readonly memoryBytes: number | null;
    readonly file: string | null;
  }
  | {
    readonly op: "ingest";
    readonly records: readonly JournalRecord[];
    readonly mark: string | null;
  }
  | {
    readonly op: "query";
    readonly slot: number;
    readonly sql: string;
    readonly maxRows: number;
  }
  | { readonly op: "interrupt"; readonly slot: number }
  | { readonly op: "close" };

/** A request; `interrupt` and `close` have id 0 and get no reply. */
export type Request = RequestBody & { readonly id: number };

/** A reply to the request of that id. */
export type Reply =
  & { readonly id: number }
  & (Failure | { readonly found: Found } | { readonly mark: string | null });

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  const feed = new StoreFeed();
  const out = Deno.stdout.writable.getWriter();
  let engine: NativeEngine | null = null;
  /** Ingestions one after the other, as they came. */
  let ingested: Promise<void> = Promise.resolve();
  const reply = (message: Reply) => void out.write(frameOf(message));
  for await (const message of messagesOf(Deno.stdin.readable)) {
    const request = message as Request;
    const { id } = request;
    const failed = (error: unknown) => reply({ id, ...failureOf(error) });
    switch (request.op) {
      case "open":
        try {
          engine = await NativeEngine.open(request);
          reply({ id, mark: engine.mark });
        } catch (error) {
          failed(error);
        }
        break;
      case "ingest": {
        const { records, mark } = request;
        ingested = ingested.then(async () => {
          try {
            for (const record of records) feed.add(record);
            await engine!.insert(feed.take(), mark);
            reply({ id, mark });
          } catch (error) {
            feed.take();
            failed(error);
          }
        });
        break;
      }
      case "query":
        engine!.query(request).then((found) => reply({ id, found }), failed);
        break;
      case "interrupt":
        engine?.interrupt(request.slot);
        break;
      case "close":
        await ingested;
        engine?.close();
        Deno.exit(0);
    }
  }
  engine?.close();
  Deno.exit(0);
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { reason: "refused", message };
  // DuckDB answers nothing any more after one of these.
  const isFatal = /^(FATAL|INTERNAL) Error|database has been invalidated/.test(message);
  return { reason: isFatal ? "lost" : "sql", message };
}
