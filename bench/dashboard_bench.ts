/**
 * How soon the dashboard's pages are painted and read on a long run, and how much they ask for.
 *
 *     deno task bench --suite dashboard [--programs N] [--shots FOLDER]
 *
 * The run is made up (synthetic_run.ts) and has ended. Chromium opens each page in a fresh tab, as
 * from a link: `painted` is when menu and heading stand, `read` when nothing on it is waited for.
 * The first question of all builds the database from the journal; it is timed by itself.
 */
import type { Browser } from "playwright-core";
import { serveDash } from "../cli/dash_server.ts";
import { Journal } from "../data/journal.ts";
import type { RecordBody } from "../data/records.ts";
import { RunDirectory } from "../data/run_directory.ts";
import { findChromium, openBrowser } from "../tests/dashboard/browser.ts";
import { syntheticRun, TASKS } from "./synthetic_run.ts";
import { printFigure, programsAsked } from "./target_table.ts";

/** Records appended before their writing is awaited. */
const TOGETHER = 1024;

/** Longest wait for a page, the making of the database included, in milliseconds. */
const TIMEOUT_MS = 900_000;

/** Rows a page may ask for: what a screen or a chart of it can show. */
const MOST_ROWS = 1_000;

/** Notes when the heading stands and when nothing is waited for any more, each once its frame is done. */
const WATCH = `new MutationObserver(() => {
  const heading = document.querySelector(".content h1");
  const note = (name) => requestAnimationFrame(() => setTimeout(() => {
    globalThis[name] ??= performance.now();
  }));
  if (heading) note("painted");
  if (heading && !document.querySelector(".waiting")) note("read");
}).observe(document, { childList: true, subtree: true, characterData: true });`;

/** Keeps what the page is answered: of a body that is read as it comes, the browser tells nothing later. */
const ANSWERS = `{
  const { fetch } = globalThis;
  globalThis.answers = [];
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    // A question that the page withdraws has no answer.
    if (request[0] === "sql") answers.push(response.clone().text().catch(() => null));
    return response;
  };
}`;

const programs = programsAsked(1_000_000);
const chromium = findChromium();
if (chromium === null) {
  console.error("there is no Chromium on this machine");
  Deno.exit(1);
}
const at = Deno.args.indexOf("--shots");
const shots = at < 0 ? null : Deno.args[at + 1];
const folder = await Deno.makeTempDir({ prefix: "dashboard_bench_" });
try {
  console.log(`${programs.toLocaleString("en")} programs of ${TASKS} tasks`);
  const { directory, programId } = await madeRun();
  const server = await serveDash(directory);
  const browser = await openBrowser(chromium);
  try {
    await measure(browser, server.url, programId);
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** An ended run of so many programs, and the id of its last one. */
async function madeRun() {
  const directory = new RunDirectory(folder, "bench");
  directory.writeRunFile({
    name: "bench",
    runId: "1",
    seed: 1,
    startedAt: new Date(0).toISOString(),
    version: "0",
    config: {},
    status: "done",
    server: null,
  });
  const journal = Journal.open(directory.journal, 0);
  let batch: Promise<unknown>[] = [];
  let programId = "";
  const append = (body: RecordBody) => {
    if (body.kind === "evaluation") programId = body.id;
    batch.push(journal.append(body).written);
  };
  for (const body of syntheticRun(programs)) {
    append(body);
    if (batch.length < TOGETHER) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  await journal.close();
  return { directory, programId };
}

async function measure(browser: Browser, url: string, programId: string): Promise<void> {
  const { origin } = new URL(url);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addInitScript(WATCH);
  await context.addInitScript(ANSWERS);
  const entry = await context.newPage();
  await entry.goto(url);
  await entry.waitForSelector("header");
  const made = await readAt(entry);
  printFigure("first page, cold: painted", await paintedAt(entry), "ms", { most: 1000 });
  printFigure("  read, the database made meanwhile", made, "ms");
  await entry.close();
  for (
    const page of [
      "overview",
      "pipeline",
      "tasks",
      "task/t0000007",
      `program/${programId}`,
      "search",
      "learn",
      "vote",
      "sql",
    ]
  ) {
    const tab = await context.newPage();
    await tab.goto(`${origin}/#/${page}`);
    await tab.waitForSelector("header");
    const read = await readAt(tab);
    const asked = await answersOf(tab);
    const sum = (of: (answer: { bytes: number; rows: number }) => number) =>
      asked.reduce((total, answer) => total + of(answer), 0);
    printFigure(`${page.split("/")[0]}: painted`, await paintedAt(tab), "ms", { most: 1000 });
    printFigure("  read", read, "ms");
    printFigure("  rows asked for", sum(({ rows }) => rows), "rows", { most: MOST_ROWS });
    printFigure("  the same", sum(({ bytes }) => bytes) / 1024, "KiB");
    if (shots !== null) await tab.screenshot({ path: `${shots}/${page.split("/")[0]}.png` });
    await tab.close();
  }
}

type Tab = Awaited<ReturnType<Browser["newPage"]>>;

/** What the page was answered so far: bytes as they were sent, and rows. */
async function answersOf(tab: Tab): Promise<{ readonly bytes: number; readonly rows: number }[]> {
  const texts: (string | null)[] = await tab.evaluate("Promise.all(globalThis.answers)");
  return texts.filter((text) => text !== null).map((text) => ({
    bytes: text.length,
    rows: JSON.parse(text.split("\n").at(-1)!).rows.length,
  }));
}

/** Milliseconds from the page's start until its heading was painted. */
async function paintedAt(tab: Tab): Promise<number> {
  return await tab.evaluate("globalThis.painted");
}

/** Milliseconds from the page's start until it waited for nothing. */
async function readAt(tab: Tab): Promise<number> {
  await tab.waitForSelector(".content:has(h1):not(:has(.waiting))", { timeout: TIMEOUT_MS });
  const error = await tab.locator(".error").allInnerTexts();
  if (error.length > 0) throw new Error(error.join("\n"));
  const read: number | undefined = await tab.evaluate("globalThis.read");
  return read ?? await readAt(tab);
}
