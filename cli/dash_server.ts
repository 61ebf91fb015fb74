/**
 * The dashboard's server: the page, and what it asks about one run. It listens on 127.0.0.1 only and
 * holds nothing itself: questions go to the run's own process while it runs, else to its journal
 * (ask_run.ts); events and control are handed through to the run's server.
 *
 * | route | gives |
 * |---|---|
 * | `GET /`, `/app.js`, `/style.css` | the page, which holds nothing of the run |
 * | `POST /session` | the cookie, for the token |
 * | `GET /state` | name, state and the run's own counters |
 * | `POST /sql` | rows of a query, which ends with its request; how far the reading is (told_answer.ts) |
 * | `GET /candidates` | events of a live run |
 * | `POST /control` | pause, resume, stop a task, change the budget, as `soar control` |
 *
 * @module
 */
import { Hono } from "hono";
import { type RunDirectory, StoreError, TOLD_TYPE, toldBody } from "../mod.ts";
import { AskedRun, QueryError } from "./ask_run.ts";
import { bundledScripts, pageText, styleText } from "./dash_files.ts";
import { cookieName, hasSession, refusalOfPage } from "./dash_guard.ts";
import { liveRun } from "./live_run.ts";
import { questionOf } from "./question.ts";
import { runState } from "./run_state.ts";
import { isSecret } from "./secret.ts";
import { UsageError } from "./usage_error.ts";

/** A dashboard under way. */
export interface DashServer {
  /** Address to open, with the token in its fragment. */
  readonly url: string;
  close(): Promise<void>;
}

/** Scripts and connections of its own origin only; no other site can be asked, or frame it. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' " +
  "'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Longest wait for readers at the end. */
const CLOSE_MS = 2_000;

/** Serves the dashboard of a run until closed. @param port 0 takes a free one */
export async function serveDash(directory: RunDirectory, port = 0): Promise<DashServer> {
  const scripts = await bundledScripts();
  const token = crypto.randomUUID();
  const session = crypto.randomUUID();
  const run = new AskedRun(directory);
  const app = new Hono();
  app.use(async (context, next) => {
    const header = (name: string) => context.req.header(name);
    const refused = refusalOfPage(header, bound);
    if (refused) return context.text(refused.text, refused.status, HEADERS);
    if (!OPEN.has(context.req.path) && !hasSession(header, bound, session)) {
      return context.json({ error: "no session: open the address that was printed" }, 401, HEADERS);
    }
    if (context.req.method === "POST" && !isJson(header("content-type"))) {
      return context.json({ error: "content-type: expected application/json" }, 415, HEADERS);
    }
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  });
  app.onError((error, context) => {
    const asked = error instanceof UsageError || error instanceof StoreError ||
      error instanceof QueryError;
    return context.json({ error: error.message }, asked ? 400 : 500);
  });
  app.get("/", (context) => context.html(pageText(null)));
  app.get(
    "/style.css",
    (context) => context.body(styleText(), 200, { "content-type": "text/css" }),
  );
  app.get("/app.js", async (context) => {
    const file = await Deno.open(`${scripts}/app.js`);
    return context.body(file.readable, 200, { "content-type": "text/javascript" });
  });
  app.get("/favicon.ico", (context) => context.body(null, 204));
  app.post("/session", async (context) => {
    const { token: given } = (await context.req.json().catch(() => null) ?? {}) as {
      token?: unknown;
    };
    if (typeof given !== "string" || !isSecret(given, token)) {
      return context.json({ error: "token missing or wrong" }, 401);
    }
    const cookie = `${cookieName(bound)}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    return context.json({ ok: true }, 200, { "set-cookie": cookie });
  });
  app.get("/state", async (context) => context.json(await stateOf(directory)));
  app.post("/sql", async (context) => {
    const { sql, ...bounds } = questionOf(await context.req.json().catch(() => null));
    if (context.req.header("accept") === TOLD_TYPE) {
      const told = toldBody((onReading, gone) =>
        run.query(sql, {
          ...bounds,
          onReading,
          signal: AbortSignal.any([gone, context.req.raw.signal]),
        })
      );
      return context.body(told, 200, { "content-type": TOLD_TYPE });
    }
    return context.json(await run.query(sql, { ...bounds, signal: context.req.raw.signal }));
  });
  app.get("/candidates", async (context) => {
    const live = await liveRun(directory);
    if (!live) return context.body(null, 204);
    const { search } = new URL(context.req.url);
    const lastId = context.req.header("last-event-id");
    return await handedThrough(`${live.url}/candidates${search}`, {
      headers: { ...live.headers, ...(lastId ? { "last-event-id": lastId } : {}) },
      signal: context.req.raw.signal,
    });
  });
  app.post("/control", async (context) => {
    const live = await liveRun(directory);
    if (!live) return context.json({ error: `run ${directory.name} is not running` }, 404);
    return await handedThrough(`${live.url}/control`, {
      method: "POST",
      headers: { ...live.headers, "content-type": "application/json" },
      body: await context.req.text(),
    });
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, app.fetch);
  const { port: bound } = server.addr;
  return {
    url: `http://127.0.0.1:${bound}/#token=${token}`,
    close: async () => {
      const late = Promise.withResolvers<void>();
      const giveUp = setTimeout(late.resolve, CLOSE_MS);
      await Promise.race([server.shutdown(), late.promise]);
      clearTimeout(giveUp);
      await run[Symbol.asyncDispose]();
    },
  };
}

/** What needs no session: none of it holds anything of the run. */
const OPEN: ReadonlySet<string> = new Set([
  "/",
  "/app.js",
  "/style.css",
  "/favicon.ico",
  "/session",
]);

/** The state of a run at no cost: counters come from its own process, nothing is read or scanned. */
async function stateOf(directory: RunDirectory) {
  const live = await liveRun(directory);
  const { name, startedAt, version, seed } = directory.readRunFile();
  const about = { name, startedAt, version, seed };
  if (!live) return { ...about, state: runState(directory), figures: null };
  const [health, metrics] = await Promise.all([
    fetch(`${live.url}/health`, { headers: live.headers }).then((answer) => answer.json()),
    fetch(`${live.url}/metrics`, { headers: live.headers }).then((answer) => answer.text()),
  ]);
  const { status: state, budget = null } = health as { status: string; budget?: unknown };
  return { ...about, state, figures: figuresOf(metrics), budget };
}

/** Figures by name, those with labels summed. */
export function figuresOf(metrics: string): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [, name, value] of metrics.matchAll(/^soar_(\w+)(?:\{[^}]*\})? (\S+)$/gm)) {
    figures[name] = (figures[name] ?? 0) + Number(value);
  }
  return figures;
}

/** The run's answer as it comes, without what its server said of itself. */
async function handedThrough(url: string, init: RequestInit): Promise<Response> {
  const { body, status, headers } = await fetch(url, init);
  return new Response(body, {
    status,
    headers: { "content-type": headers.get("content-type") ?? "application/json" },
  });
}

function isJson(type: string | undefined): boolean {
  return type?.split(";")[0] === "application/json";
}
