/**
 * `soar export --dashboard DIR`: the dashboard with a run frozen in it, for any static server.
 *
 * DuckDB comes along as WebAssembly, so that every page, SQL too, works without a network; packed,
 * since few static servers pack what they send.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type RunDirectory, writeSnapshot } from "../mod.ts";
import { bundledScripts, pageText, styleText } from "./dash_files.ts";
import { readingLine } from "./reading_line.ts";
import { runState } from "./run_state.ts";
import { UsageError } from "./usage_error.ts";
import { tellDamage } from "./read_run.ts";
import { userPath } from "./user_path.ts";

/** What the browser needs of DuckDB. */
const ENGINE_SCRIPT = "duckdb-browser-eh.worker.js";
const ENGINE = "duckdb-eh.wasm";

/** Writes it to a folder that is not there yet, or empty. @throws UsageError, StoreError */
export async function exportDashboard(directory: RunDirectory, folder: string): Promise<void> {
  const path = userPath(folder);
  refuseFull(path, folder);
  const scripts = await bundledScripts();
  Deno.mkdirSync(path, { recursive: true });
  const { programs } = await writeSnapshot(
    directory.journal,
    `${path}/snapshot.duckdb`,
    tellDamage,
    readingLine(),
  );
  const { name, startedAt } = directory.readRunFile();
  for (const script of ["app.js", "frozen_engine.js"]) {
    Deno.copyFileSync(`${scripts}/${script}`, `${path}/${script}`);
  }
  Deno.copyFileSync(engineFile(ENGINE_SCRIPT), `${path}/${ENGINE_SCRIPT}`);
  await packFile(engineFile(ENGINE), `${path}/${ENGINE}.packed`);
  Deno.writeTextFileSync(`${path}/style.css`, styleText());
  // The page comes last: a folder that has it is whole.
  const frozen = { name, startedAt, state: runState(directory) };
  Deno.writeTextFileSync(`${path}/index.html`, pageText(frozen));
  console.error(
    `${programs.toLocaleString("en")} programs of run ${name} in ${folder}; serve it with any ` +
      "static web server",
  );
}

function engineFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.resolve("@duckdb/duckdb-wasm/blocking")));
}

/** By gzip, which every browser unpacks; not named so, or some servers would say it is unpacked. */
async function packFile(from: string, to: string): Promise<void> {
  const source = await Deno.open(from);
  const target = await Deno.create(to);
  await source.readable.pipeThrough(new CompressionStream("gzip")).pipeTo(target.writable);
}

function refuseFull(path: string, folder: string): void {
  try {
    const [first] = Deno.readDirSync(path);
    if (!first) return;
    throw new UsageError(
      `--dashboard ${folder}: expected a new or empty folder, it has ${first.name}`,
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(`--dashboard ${folder}: expected a folder, it is a file`);
    }
    throw error;
  }
}
