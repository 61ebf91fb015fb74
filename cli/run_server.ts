/**
 * The run's loopback server: events and SQL for `tail`, `sql` and whoever holds the token.
 *
 * It listens on 127.0.0.1 only, asks for the token of `run.json`, and refuses requests whose Host
 * is not its own (a page that rebinds its name to this address).
 *
 * @module
 */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import {
  type CandidateView,
  candidateView,
  JournalStore,
  type Recorder,
  StoreError,
} from "../mod.ts";
import { filterOfQuery, isWanted, selectCandidates } from "./candidate_filter.ts";

/** A server under way. */
export interface RunServer {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Lines a slow reader may fall behind before it loses the oldest; it is told how many. */
const WATCH_HELD = 4096;

/** Longest SQL text and longest time for it. */
const MAX_SQL = 100_000;
const MAX_SQL_MS = 60_000;

/** Longest wait for readers at the end. */
const CLOSE_MS = 2_000;

/** Serves a run until closed. */
export function serveRun(recorder: Recorder, journal: string): RunServer {
  const token = crypto.randomUUID();
  const store = new JournalStore(journal);
  const app = new Hono();
  app.use(async (context, next) => {
    const host = context.req.header("host");
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
      return context.text("unknown host", 403);
    }
    if (context.req.header("origin") !== undefined) return context.text("no browsers", 403);
    if (context.req.header("authorization") !== `Bearer ${token}`) {
      return context.text("token missing or wrong", 401);
    }
    await next();
  });
  app.get("/health", (context) => context.json({ status: "running", seq: recorder.archive.seq }));
  app.get("/candidates", (context) => {
    const filter = filterOfQuery(context.req.query());
    const last = Number(context.req.query("last") ?? 0);
    const from = context.req.header("last-event-id") ?? context.req.query("after");
    const after = from === undefined ? undefined : Number(from);
    return streamSSE(context, async (stream) => {
      using watch = recorder.hub.watch({ highWaterMark: WATCH_HELD });
      stream.onAbort(() => void watch.return());
      const write = async (view: CandidateView) =>
        await stream.writeSSE({ id: String(view.seq), data: JSON.stringify(view) });
      let shown = recorder.archive.seq;
      const views = recorder.archive.entries()
        .map((entry) => candidateView(recorder.archive, entry));
      for (const view of selectCandidates(views, filter, { after, last })) await write(view);
      for await (const item of watch) {
        if ("dropped" in item) {
          await stream.writeSSE({ event: "gap", data: JSON.stringify(item) });
          continue;
        }
        if (item.seq <= shown) continue;
        shown = item.seq;
        const record = item.event;
        if (record.kind === "evaluation") {
          const entry = recorder.archive.get(record.id);
          const view = entry && candidateView(recorder.archive, entry);
          if (view && isWanted(view, filter)) await write(view);
        } else if (record.kind === "event") {
          await stream.writeSSE({
            event: "note",
            id: String(record.seq),
            data: JSON.stringify(record),
          });
        } else if (record.kind === "run_ended") {
          await stream.writeSSE({ event: "end", data: JSON.stringify(record) });
          return;
        }
      }
    });
  });
  app.post("/sql", async (context) => {
    const body = await context.req.json().catch(() => null);
    const { sql, maxRows, timeoutMs } = body ?? {};
    if (typeof sql !== "string" || sql.length > MAX_SQL) {
      return context.json({ error: `sql: expected a text of at most ${MAX_SQL} characters` }, 400);
    }
    try {
      const result = await store.query(sql, {
        maxRows: Number(maxRows) || undefined,
        timeoutMs: Math.min(Number(timeoutMs) || MAX_SQL_MS, MAX_SQL_MS),
        signal: context.req.raw.signal,
      });
      return context.json(result);
    } catch (error) {
      if (error instanceof StoreError) return context.json({ error: error.message }, 400);
      throw error;
    }
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  const { port } = server.addr;
  return {
    port,
    token,
    close: async () => {
      // A reader that hangs must not hold the run's end.
      const late = Promise.withResolvers<void>();
      const giveUp = setTimeout(late.resolve, CLOSE_MS);
      await Promise.race([server.shutdown(), late.promise]);
      clearTimeout(giveUp);
      await store.close();
    },
  };
}
