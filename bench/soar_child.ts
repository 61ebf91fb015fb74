/**
 * Real runs as child processes, in a folder of their own and free of the user's settings.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What `deno task soar` may do. */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-net",
  "--allow-run",
  "--allow-sys",
];

/** A run under way. */
export interface SoarChild {
  readonly pid: number;
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** Asks it to finish what is under way and end; it can be resumed. */
  interrupt(): void;
}

/**
 * Starts `soar soar` with the given flags; what it prints goes to the end of a file.
 *
 * @param runs folder of runs
 * @param log path of the file
 */
export function startSoar(runs: string, flags: readonly string[], log: string): SoarChild {
  Deno.mkdirSync(runs, { recursive: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...PERMISSIONS, `${ROOT}cli/main.ts`, "soar", ...flags],
    cwd: ROOT,
    clearEnv: true,
    env: environment(runs),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = [child.stdout, child.stderr].map(async (stream) => {
    using file = Deno.openSync(log, { create: true, append: true });
    for await (const bytes of stream) {
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    }
  });
  return {
    pid: child.pid,
    ended: Promise.all([child.status, ...written]).then(([{ code }]) => code),
    interrupt: () => child.kill("SIGINT"),
  };
}

/** Flags that begin a run whatever soar.toml stands in the project's folder. */
export function freshFlags(runs: string, name: string): string[] {
  const empty = `${runs}/no-settings.toml`;
  Deno.mkdirSync(runs, { recursive: true });
  Deno.writeTextFileSync(empty, "");
  return ["--config", empty, "--run", name];
}

/** This process's environment without the settings of runs. */
function environment(runs: string): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject())
    .filter(([name]) => !name.startsWith("SOAR_") || name === "SOAR_PYTHON");
  return { ...Object.fromEntries(kept), SOAR_RUNS: runs, NO_COLOR: "1" };
}
