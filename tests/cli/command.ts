/**
 * The command line as a user runs it, in a runs folder of its own.
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of runs and the commands upon it. */
export class CommandLine {
  readonly runs = Deno.makeTempDirSync();
  readonly #environment: Record<string, string>;

  constructor(environment: Record<string, string> = {}) {
    this.#environment = environment;
  }

  /** Starts a command; its output is gathered. */
  start(...args: string[]): { readonly pid: number; readonly ended: Promise<Ended> } {
    return this.#start(args, null);
  }

  #start(args: readonly string[], stdin: string | null) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        `--allow-write=.,${this.runs},/tmp`,
        "--allow-env",
        "--allow-net",
        "--allow-run",
        "--allow-sys",
        "--allow-ffi",
        `${ROOT}cli/main.ts`,
        ...args,
      ],
      cwd: ROOT,
      env: { ...this.#environment, SOAR_RUNS: this.runs, NO_COLOR: "1" },
      stdin: stdin === null ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin !== null) void new Blob([stdin]).stream().pipeTo(child.stdin);
    const ended = child.output().then(({ code, signal, stdout, stderr }) => ({
      code,
      signal,
      stdout: new TextDecoder().decode(stdout),
      stderr: new TextDecoder().decode(stderr),
    }));
    return { pid: child.pid, ended };
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Runs a command that is given a text on standard input. */
  runWith(stdin: string, ...args: string[]): Promise<Ended> {
    return this.#start(args, stdin).ended;
  }

  /** Resolves when the journal of a run has grown beyond so many bytes, or the command has ended. */
  async grown(run: string, bytes: number, ended: Promise<Ended>): Promise<void> {
    let over = false;
    void ended.then(() => over = true);
    while (!over && this.#size(run) < bytes) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #size(run: string): number {
    try {
      return Deno.statSync(`${this.runs}/${run}/journal/000001.jsonl`).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }
}
