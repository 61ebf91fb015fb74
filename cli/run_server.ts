/**
 * The run's loopback server: events, SQL and metrics for `tail`, `sql`, Prometheus and whoever else
 * holds the token. It listens on 127.0.0.1 only; who is answered, server_guard.ts decides.
 *
 * | route | gives |
 * |---|---|
 * | `GET /health` | `running` or `paused`, the last journal number, the next generation's budget |
 * | `POST /control` | pauses, resumes, stops a task, changes the budget (run_control.ts) |
 * | `GET /candidates` | server-sent events (candidate_stream.ts) |
 * | `POST /sql` | rows of a query, which ends with its request; how far the reading is (told_answer.ts) |
 * | `GET /metrics` | Prometheus text |
 *
 * @module
 */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import {
  bodyOf,
  JournalStore,
  type JournalStoreOptions,
  type QueryResult,
  type Recorder,
  resultText,
  type RunControl,
  StoreError,
  TOLD_TYPE,
  toldBody,
} from "../mod.ts";
import { nextBudget } from "./changed_budget.ts";
import { comingCandidates, pastCandidates, requestOf, sent } from "./candidate_stream.ts";
import { questionOf } from "./question.ts";
import { steer } from "./run_control.ts";
import { RunMetrics } from "./run_metrics.ts";
import { refusalOf } from "./server_guard.ts";
import { UsageError } from "./usage_error.ts";

/** A server under way. */
export interface RunServer {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Options of {@link serveRun}. */
export interface RunServerOptions {
  /** Tasks of the run. @default 0 */
  readonly tasks?: number;
  /** What steers the run; null where nothing can be steered. @default null */
  readonly control?: RunControl | null;
  /** Records a slow reader may fall behind before it loses the oldest. @default 4096 */
  readonly watchHeld?: number;
  /** Engine and place of the SQL store. */
  readonly store?: JournalStoreOptions;
}

/** Longest wait for readers at the end. */
const CLOSE_MS = 2_000;

/** What no answer may be used for. */
const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
} as const;

/** Serves a run until closed. */
export function serveRun(
  recorder: Recorder,
  journal: string,
  { tasks = 0, control = null, watchHeld = 4096, store: storeOptions }: RunServerOptions = {},
): RunServer {
  const token = crypto.randomUUID();
  const store = new JournalStore(journal, undefined, storeOptions);
  const metrics = new RunMetrics(recorder, tasks);
  let queriesRunning = 0;
  let watchers = 0;
  const ask = async (...question: Parameters<JournalStore["query"]>): Promise<QueryResult> => {
    queriesRunning++;
    try {
      return await store.query(...question);
    } finally {
      queriesRunning--;
    }
  };
  const app = new Hono();
  app.use(async (context, next) => {
    const refused = refusalOf((name) => context.req.header(name), port, token);
    if (refused) return context.text(refused.text, refused.status, HEADERS);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  });
  app.onError((error, context) => {
    if (error instanceof UsageError || error instanceof StoreError) {
      return context.json({ error: error.message }, 400);
    }
    return context.json({ error: String(error) }, 500);
  });
  app.get("/health", (context) => {
    return context.json({
      status: control?.flow ?? "running",
      seq: recorder.archive.seq,
      budget: control?.budget ? nextBudget(control.budget) : null,
    });
  });
  app.post("/control", async (context) => {
    if (context.req.header("content-type")?.split(";")[0] !== "application/json") {
      return context.json({ error: "content-type: expected application/json" }, 415);
    }
    const { status, ...answer } = await steer(control, await context.req.json().catch(() => null));
    return context.json(answer, status);
  });
  app.get("/metrics", (context) => {
    const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return context.body(metrics.text({ queriesRunning, watchers }), 200, headers);
  });
  app.get("/candidates", async (context) => {
    const request = requestOf(context.req.query(), context.req.header("last-event-id"));
    const source = { recorder, ask, signal: context.req.raw.signal };
    const watch = recorder.hub.watch({ highWaterMark: watchHeld });
    const past = await pastCandidates(source, request).catch((error) => {
      watch[Symbol.dispose]();
      throw error;
    });
    return streamSSE(context, async (stream) => {
      using _ = watch;
      stream.onAbort(() => void watch.return());
      watchers++;
      try {
        for (const view of past.views) {
          await stream.writeSSE(await sent(recorder, view, request.grids));
        }
        for await (const event of comingCandidates(source, request, watch, past.upTo)) {
          await stream.writeSSE(event);
        }
      } finally {
        watchers--;
      }
    });
  });
  app.post("/sql", async (context) => {
    // A form or a plain text is what a page can send without a preflight.
    if (context.req.header("content-type")?.split(";")[0] !== "application/json") {
      return context.json({ error: "content-type: expected application/json" }, 400);
    }
    const { sql, ...bounds } = questionOf(await context.req.json().catch(() => null));
    if (context.req.header("accept") === TOLD_TYPE) {
      const told = toldBody((onReading, gone) =>
        ask(sql, { ...bounds, onReading, signal: AbortSignal.any([gone, context.req.raw.signal]) })
      );
      return context.body(told, 200, { "content-type": TOLD_TYPE });
    }
    const result = await ask(sql, { ...bounds, signal: context.req.raw.signal });
    return context.body(bodyOf(resultText(result)), 200, { "content-type": "application/json" });
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
