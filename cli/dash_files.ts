/**
 * The files of the dashboard: its page, its style, and its scripts. `deno bundle` makes the scripts
 * when they are first asked for; they are kept in `.cache/dashboard`, under a name made from all that
 * went in, so a changed source is bundled anew and nothing else is.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { homeDirectory } from "./home.ts";

/** Where the sources are. */
const SOURCES = fileURLToPath(new URL("../dashboard", import.meta.url));
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** Files of other folders that go into the scripts; what they name as types only does not. */
const SHARED = [
  "data/queries",
  "data/store_values",
  "data/store_read",
  "data/reading",
  "data/duration_text",
  "data/told_answer",
  "models/prompts",
  "models/few_shot_example",
];

/** Scripts, each bundled by itself: the second is fetched by frozen dashboards alone. */
const SCRIPTS = ["app", "frozen_engine"];

/** A folder with the bundled scripts `app.js` and `frozen_engine.js`. @throws Error when bundling fails */
export async function bundledScripts(): Promise<string> {
  const folder = `${homeDirectory()}/.cache/dashboard/${hashOfSources()}`;
  if (SCRIPTS.every((name) => isFile(`${folder}/${name}.js`))) return folder;
  const making = `${folder}.${crypto.randomUUID()}`;
  for (const name of SCRIPTS) {
    const args = ["--quiet", "--platform", "browser", "--minify", "--config", CONFIG];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", ...args, "-o", `${making}/${name}.js`, `${SOURCES}/${name}.ts`],
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new Error(`bundling dashboard/${name}.ts: ${new TextDecoder().decode(stderr)}`);
    }
  }
  try {
    Deno.renameSync(making, folder);
  } catch (error) {
    // Another process has made the same meanwhile.
    Deno.removeSync(making, { recursive: true });
    if (!isFile(`${folder}/app.js`)) throw error;
  }
  return folder;
}

/** The page. `frozen` is what a frozen dashboard knows of its run; null for a served one. */
export function pageText(frozen: unknown): string {
  const page = Deno.readTextFileSync(`${SOURCES}/index.html`);
  const json = JSON.stringify(frozen).replaceAll("<", "\\u003c");
  return page.replace(
    "<!-- frozen -->",
    () => `<script type="application/json" id="frozen">${json}</script>`,
  );
}

/** The style sheet. */
export function styleText(): string {
  return Deno.readTextFileSync(`${SOURCES}/style.css`);
}

function hashOfSources(): string {
  const hash = createHash("sha256").update(Deno.version.deno).update(Deno.readTextFileSync(CONFIG));
  for (const path of [...scripts(SOURCES), ...SHARED.map((name) => `${ROOT}/${name}.ts`)]) {
    hash.update(path).update(Deno.readTextFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function scripts(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? scripts(`${folder}/${name}`) : name.endsWith(".ts") ? [`${folder}/${name}`] : []
  ).sort();
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
