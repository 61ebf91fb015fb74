/**
 * Chromium for the tests of the dashboard: Debian's, where there is one.
 */
import fs from "node:fs";
import type { Browser, Page } from "playwright-core";
import { serveDash } from "../../cli/dash_server.ts";
import type { RunDirectory } from "../../mod.ts";

/** Chromium's own services are not to ask anything of the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of a Chromium on this machine, or null. */
export function findChromium(): string | null {
  return PLACES.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  }) ?? null;
}

/** Starts it, without a window. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = await playwright();
  return await chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * Playwright, which as it is loaded looks for a file in /proc/sys. Tests may not look there, and Deno
 * says so by an error: what may not be seen counts as not there.
 */
async function playwright() {
  const { existsSync } = fs;
  fs.existsSync = (path) => {
    try {
      return existsSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return false;
      throw error;
    }
  };
  try {
    return await import("playwright-core");
  } finally {
    fs.existsSync = existsSync;
  }
}

/** A dashboard's server, and an empty page of a browser to open it in, until disposed of. */
export interface OpenDash extends WatchedPage, AsyncDisposable {
  /** Address to open, with the token. */
  readonly url: string;
  readonly origin: string;
  readonly browser: Browser;
}

/** Serves a run's dashboard and starts the browser. */
export async function openDash(directory: RunDirectory): Promise<OpenDash> {
  const server = await serveDash(directory);
  const browser = await openBrowser(findChromium()!);
  const { origin } = new URL(server.url);
  return {
    ...await watchedPage(browser, origin),
    url: server.url,
    origin,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
    },
  };
}

/** A page that keeps what went wrong on it and which other hosts it asked. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to other hosts. */
  readonly faults: string[];
}

/** Opens an empty page and watches it. */
export async function watchedPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => void faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) faults.push(`request: ${url}`);
  });
  return { page, faults };
}
