/**
 * `soar doctor`: what holds on this machine, and what to do where something does not.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { containmentSelfTest, listRuns, loadTasks } from "../mod.ts";
import { checkEndpoints } from "./check_endpoints.ts";
import { readConfig } from "./config.ts";
import { openSandbox } from "./open_sandbox.ts";
import { configFile } from "./plan_run.ts";
import { preparePython, type PythonHome } from "./python.ts";
import { runsDirectory } from "./runs_directory.ts";
import { VERSION } from "./version.ts";

const DATA_SETS = [
  "sample",
  ...["arc-agi-1", "arc-agi-2"].flatMap((set) => [`${set}:training`, `${set}:evaluation`]),
];

/** A run of the default size takes some 70 MB. */
const LITTLE_DISK_BYTES = 1e9;

type Level = "ok" | "warning" | "failed";

/** Options of `soar doctor`. */
export interface DoctorOptions {
  readonly endpoint?: string;
  readonly model?: string;
}

/** Checks and prints; throws at the end if something failed. */
export async function doctor({ endpoint, model }: DoctorOptions = {}): Promise<void> {
  const config = readConfig({
    flags: { model: { endpoint, name: model } },
    set: [],
    environment: Deno.env.toObject(),
    file: configFile(undefined),
  });
  let failed = 0;
  const say = (level: Level, what: string, detail: string) => {
    if (level === "failed") failed++;
    console.log(`${level.padEnd(8)} ${what.padEnd(10)} ${detail}`);
  };
  say("ok", "soar", VERSION);
  say(
    "ok",
    "deno",
    `${Deno.version.deno}, ${Deno.build.os} ${Deno.build.arch}, ` +
      `${navigator.hardwareConcurrency} cores`,
  );
  const home = await attempt(say, "python", async () => {
    const home = await preparePython((line) => console.error(line));
    return [home, home.python] as const;
  });
  if (home) {
    await checkData(say, home);
    await checkSandbox(say, "python", home);
  }
  await checkSandbox(say, "wasm", null);
  checkDisk(say);
  say("ok", "runs", `${listRuns(runsDirectory()).length} in ${runsDirectory()}/`);
  await checkEndpoints(config, say);
  const key = Deno.env.get("OPENAI_API_KEY")
    ? "is set"
    : "is not set: needed by most endpoints only";
  say("ok", "api key", `OPENAI_API_KEY ${key}`);
  if (failed > 0) throw new Error(`${failed} checks failed`);
}

async function checkData(say: Say, { arckitData }: PythonHome): Promise<void> {
  for (const spec of DATA_SETS) {
    await attempt(say, "data", async () => {
      const { tasks } = await loadTasks(spec, { arckitData });
      return [tasks, `${spec}: ${tasks.length} tasks`] as const;
    });
  }
}

function checkDisk(say: Say): void {
  const { bavail, bsize } = statfsSync(".");
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free here`;
  if (free >= LITTLE_DISK_BYTES) say("ok", "disk", detail);
  else say("warning", "disk", `${detail}: runs may stop; make room, or set run.max_disk_gb`);
}

async function checkSandbox(
  say: Say,
  engine: "python" | "wasm",
  home: PythonHome | null,
): Promise<void> {
  const sandbox = await attempt(say, "sandbox", async () => {
    const opened = await openSandbox({ engine, home, workers: 1, tell: console.error });
    return [opened, `${opened.name}: ${opened.layers}`] as const;
  });
  if (!sandbox) return;
  try {
    for (const { name, contained, detail } of await containmentSelfTest(sandbox)) {
      say(contained ? "ok" : "failed", "contained", `${name} (the program ended: ${detail})`);
    }
  } finally {
    await sandbox.close();
  }
}

type Say = (level: Level, what: string, detail: string) => void;

async function attempt<T>(
  say: Say,
  what: string,
  check: () => Promise<readonly [T, string]>,
): Promise<T | null> {
  try {
    const [value, detail] = await check();
    say("ok", what, detail);
    return value;
  } catch (error) {
    say("failed", what, (error as Error).message);
    return null;
  }
}
