/**
 * What a run is to do, from flags, environment and soar.toml, or from the run that is resumed.
 *
 * @module
 */
import { checkNatsUrl } from "../hosts/connection.ts";
import { findRun, RunDirectory } from "../mod.ts";
import { type Config, readConfig } from "./config.ts";
import { runConfig } from "./run_config.ts";
import { runState } from "./run_state.ts";
import { UsageError } from "./usage_error.ts";
import { userPath, userSpec } from "./user_path.ts";

/** Flags of `soar soar`. */
export interface SoarOptions {
  readonly tasks?: string;
  readonly split?: string;
  readonly endpoint?: string;
  readonly model?: string;
  readonly modelFrom?: string;
  readonly run?: string;
  readonly resume?: string;
  readonly replay?: string;
  readonly seed?: number;
  readonly generations?: number;
  readonly samples?: number;
  readonly refinements?: number;
  /** False for `--no-fit`. */
  readonly fit: boolean;
  readonly testTimeTraining?: boolean;
  readonly deterministic?: boolean;
  readonly barriers?: boolean;
  readonly continuous?: boolean;
  readonly nats?: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly dryRun?: boolean;
  /** Serves the dashboard beside the run. */
  readonly dash?: boolean;
}

/** A run about to start or to go on. */
export interface RunPlan {
  readonly config: Config;
  readonly directory: RunDirectory;
  readonly resumed: boolean;
}

/** @throws UsageError, NoRunError */
export function planRun(options: SoarOptions, runsDirectory: string): RunPlan {
  if (options.resume !== undefined) return resumedRun(options, runsDirectory);
  if (options.replay !== undefined) return replayedRun(options, runsDirectory);
  const config = readConfig({
    flags: flagsOf(options),
    set: options.set,
    environment: Deno.env.toObject(),
    file: configFile(options.config),
  });
  return { config, directory: newRun(runsDirectory, options.run), resumed: false };
}

function resumedRun(options: SoarOptions, runsDirectory: string): RunPlan {
  const { resume, set, nats, ...others } = options;
  refuseFlags("--resume", { ...others, set: set.filter((text) => !text.startsWith(DISK_CAP)) });
  const directory = findRun(runsDirectory, resume);
  const config = withNats(withDiskCap(runConfig(directory), set), nats);
  return { config, directory, resumed: true };
}

/** The one field a resume may change, since a run that has reached its cap could not go on else. */
const DISK_CAP = "run.max_disk_gb=";

function withDiskCap(config: Config, set: readonly string[]): Config {
  const text = set.findLast((text) => text.startsWith(DISK_CAP))?.slice(DISK_CAP.length);
  if (text === undefined) return config;
  const max_disk_gb = Number(text);
  if (max_disk_gb > 0) return { ...config, run: { ...config.run, max_disk_gb } };
  throw new UsageError(`--set ${DISK_CAP}${text}: expected a number above 0`);
}

/** Where programs are run changes nothing of what comes of them, so a resume may move. */
function withNats(config: Config, url: string | undefined): Config {
  if (url === undefined) return config;
  try {
    checkNatsUrl(url);
  } catch (error) {
    throw new UsageError(`--nats: ${(error as Error).message}`);
  }
  return { ...config, nats: { ...config.nats, url } };
}

/** The search of another run once more, under a name of its own. */
function replayedRun({ replay, run, ...others }: SoarOptions, runsDirectory: string): RunPlan {
  refuseFlags("--replay", others);
  const followed = findRun(runsDirectory, replay);
  const config = runConfig(followed);
  const name = config.run.replay ?? followed.name;
  const state = runState(findRun(runsDirectory, name));
  if (state !== "ended") {
    const todo = state === "running" ? "wait for its end" : `deno task soar --resume ${name}`;
    throw new UsageError(
      `run ${name} is ${state}; expected one that has ended, whose replies are all there: ${todo}`,
    );
  }
  return {
    config: { ...config, run: { ...config.run, replay: name } },
    directory: newRun(runsDirectory, run),
    resumed: false,
  };
}

function refuseFlags(flag: string, options: SoarOptions): void {
  const { dryRun: _, dash: __, fit, set, ...others } = options;
  const given = [...Object.keys(others), ...(fit ? [] : ["no-fit"]), ...set.map(() => "set")];
  if (given.length === 0) return;
  const names = given.map((name) => `--${name}`).join(" ");
  throw new UsageError(`${flag} keeps the run's configuration: leave out ${names}`);
}

function flagsOf(options: SoarOptions): Record<string, Record<string, unknown>> {
  const { samples, refinements, tasks, split, seed, generations } = options;
  const { deterministic, barriers, continuous } = options;
  return {
    run: {
      tasks: tasks && userSpec(tasks),
      split,
      seed,
      generations,
      deterministic,
      barriers,
      continuous,
    },
    model: { endpoint: options.endpoint, name: options.model, from: options.modelFrom },
    budget: { samples, refinements },
    nats: { url: options.nats },
    train: { enabled: options.fit ? undefined : false, test_time: options.testTimeTraining },
  };
}

/** soar.toml, or the file that is named. @throws UsageError when that is not there */
export function configFile(named: string | undefined): { path: string; text: string } | null {
  const path = named ? userPath(named) : "soar.toml";
  try {
    return { path, text: Deno.readTextFileSync(path) };
  } catch (error) {
    if (named !== undefined && error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`--config ${named}: expected a file, that is a folder`);
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (named !== undefined) throw new UsageError(`--config ${named}: no such file`);
    return null;
  }
}

/** The named run, or one named by the time, that is not there yet. */
function newRun(runsDirectory: string, name: string | undefined): RunDirectory {
  if (name !== undefined) {
    const named = runNamed(runsDirectory, name);
    if (!named.exists()) return named;
    throw new UsageError(`run ${name} exists: give another name, or go on with --resume ${name}`);
  }
  const byDate = nameByDate(new Date());
  const names = [byDate, ...Array.from({ length: 98 }, (_, i) => `${byDate}-${i + 2}`)];
  const directories = names.map((name) => new RunDirectory(runsDirectory, name));
  return directories.find((directory) => !directory.exists()) ?? directories[0];
}

function runNamed(runsDirectory: string, name: string): RunDirectory {
  try {
    return new RunDirectory(runsDirectory, name);
  } catch (error) {
    throw new UsageError(`--run: ${(error as Error).message}`);
  }
}

/** `20261123-131700`, local time. */
function nameByDate(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-` +
    `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
