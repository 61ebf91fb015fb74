/**
 * A run's directory: `run.json`, `journal/`, `shards/`, `models/`, `ballots/`, `digests/`,
 * `submission.json`, `lock`.
 *
 * @module
 */

import { didYouMean } from "./did_you_mean.ts";

/** What `run.json` says; the file is readable by its owner only, as it holds the token. */
export interface RunFile {
  /** Name given by the user, or made of the start time. */
  readonly name: string;
  /** 63-bit hash of name and seed as a decimal string. */
  readonly runId: string;
  /** Seed of all random choices. */
  readonly seed: number;
  /** When it was first started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** When it was last gone on with; absent where it never was. */
  readonly resumedAt?: string;
  /** Its programs came from a file, and it was not gone on with since. */
  readonly imported?: true;
  /** Version of soar that started it. */
  readonly version: string;
  /** Nested config as it was checked; never holds a key. */
  readonly config: unknown;
  /** How it stands; `interrupted` runs can be resumed. */
  readonly status: "running" | "done" | "failed" | "interrupted";
  /** Of the process that runs it; null when none does. */
  readonly server: { readonly port: number; readonly token: string; readonly pid: number } | null;
}

/** No run of that name, or none at all. */
export class NoRunError extends Error {
  /** Tells it from other errors. */
  override readonly name = "NoRunError";
}

/** Another process is writing the run. */
export class RunLockedError extends Error {
  /** Tells it from other errors. */
  override readonly name = "RunLockedError";
}

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Paths of one run. */
export class RunDirectory {
  /** Of the directory itself. */
  readonly path: string;
  /** Its last part. */
  readonly name: string;

  /** Makes nothing on disk. @throws TypeError when the name does not fit */
  constructor(runsDirectory: string, name: string) {
    if (!RUN_NAME.test(name)) {
      throw new TypeError(
        `run name ${JSON.stringify(name)}: expected 1..64 letters, digits, ".", "_" or "-"`,
      );
    }
    this.name = name;
    this.path = `${runsDirectory}/${name}`;
  }

  /** Folder of the journal. */
  get journal(): string {
    return `${this.path}/journal`;
  }
  /** File of the submission. */
  get submission(): string {
    return `${this.path}/submission.json`;
  }
  /** Database of the native store; made from the journal, so it can be thrown away. */
  get database(): string {
    return `${this.path}/run.duckdb`;
  }
  /** What votes read; made from the journal, so it can be thrown away. */
  get ballots(): string {
    return `${this.path}/ballots`;
  }
  /** What a resume reads; made from the journal, so it can be thrown away. */
  get digests(): string {
    return `${this.path}/digests`;
  }
  /** Folder of the models. */
  get models(): string {
    return `${this.path}/models`;
  }
  /** Folder of the rows that the model of a generation learns from. */
  shards(generation: number): string {
    return `${this.path}/shards/${generationName(generation)}`;
  }
  /** Folder of the model of a generation. */
  model(generation: number): string {
    return `${this.models}/${generationName(generation)}`;
  }

  /** Whether there is such a run. */
  exists(): boolean {
    try {
      return Deno.statSync(`${this.path}/run.json`).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** What `run.json` says. @throws NoRunError when there is none */
  readRunFile(): RunFile {
    try {
      return JSON.parse(Deno.readTextFileSync(`${this.path}/run.json`));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new NoRunError(`no run at ${this.path}`);
      if (error instanceof SyntaxError) {
        throw new SyntaxError(`${this.path}/run.json: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }

  /** Replaces `run.json` in one step. */
  writeRunFile(file: RunFile): void {
    Deno.mkdirSync(this.path, { recursive: true });
    const temporary = `${this.path}/run.json.tmp`;
    Deno.writeTextFileSync(temporary, JSON.stringify(file, null, 2) + "\n", { mode: 0o600 });
    Deno.renameSync(temporary, `${this.path}/run.json`);
  }

  /**
   * Takes the run for this process; the kernel gives it back when the process ends.
   *
   * @throws RunLockedError when another process has it
   */
  lock(): Disposable {
    Deno.mkdirSync(this.path, { recursive: true });
    const file = Deno.openSync(`${this.path}/lock`, { create: true, write: true });
    if (!file.tryLockSync(true)) {
      file.close();
      throw new RunLockedError(`run ${this.name} is being written by another process`);
    }
    return { [Symbol.dispose]: () => file.close() };
  }
}

/** `g000` for the base model's generation, and so on. */
export function generationName(generation: number): string {
  return `g${String(generation).padStart(3, "0")}`;
}

/** Names of the runs in a directory; the one begun or gone on with last comes last. */
export function listRuns(runsDirectory: string): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(runsDirectory)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isDirectory && RUN_NAME.test(entry.name))
    .map((entry) => new RunDirectory(runsDirectory, entry.name))
    .filter((run) => run.exists())
    .flatMap((run) => {
      try {
        const { startedAt, resumedAt = startedAt } = run.readRunFile();
        return [{ name: run.name, begun: resumedAt }];
      } catch (error) {
        // One damaged run must not hide the others; asking for it by name says what is wrong.
        if (error instanceof SyntaxError) return [];
        throw error;
      }
    })
    .sort((a, b) => a.begun < b.begun ? -1 : a.begun > b.begun ? 1 : 0)
    .map(({ name }) => name);
}

/**
 * The named run, or the one begun or gone on with last; one that was only imported comes after all
 * others, since who imports has not begun a search.
 *
 * @throws NoRunError
 */
export function findRun(runsDirectory: string, name: string | undefined): RunDirectory {
  if (name !== undefined && RUN_NAME.test(name)) {
    const named = new RunDirectory(runsDirectory, name);
    if (named.exists()) return named;
  }
  const runs = listRuns(runsDirectory);
  const wanted = name ?? runs.findLast((one) => !isImported(runsDirectory, one)) ?? runs.at(-1);
  if (wanted === undefined) {
    throw new NoRunError(`no run in ${runsDirectory}; start one with: deno task soar`);
  }
  if (name !== undefined) {
    const known = runs.length ? `there are: ${runs.slice(-5).join(", ")}` : "there are none";
    const near = didYouMean(name, runs);
    throw new NoRunError(`no run ${wanted} in ${runsDirectory}${near}; ${known}`);
  }
  return new RunDirectory(runsDirectory, wanted);
}

function isImported(runsDirectory: string, name: string): boolean {
  return new RunDirectory(runsDirectory, name).readRunFile().imported === true;
}
