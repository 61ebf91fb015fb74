/**
 * What a run is to do, from flags, environment and soar.toml, or from the run that is resumed.
 *
 * @module
 */
import { findRun, RunDirectory } from "../mod.ts";
import { Config, readConfig } from "./config.ts";
import { UsageError } from "./usage_error.ts";
import { userPath, userSpec } from "./user_path.ts";

/** Flags of `soar soar`. */
export interface SoarOptions {
  readonly tasks?: string;
  readonly split?: string;
  readonly endpoint?: string;
  readonly model?: string;
  readonly run?: string;
  readonly resume?: string;
  readonly seed?: number;
  readonly generations?: number;
  readonly samples?: number;
  readonly refinements?: number;
  /** False for `--no-fit`. */
  readonly fit: boolean;
  readonly deterministic?: boolean;
  readonly config?: string;
  readonly set: readonly string[];
  readonly dryRun?: boolean;
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
  const config = readConfig({
    flags: flagsOf(options),
    set: options.set,
    environment: Deno.env.toObject(),
    file: configFile(options.config),
  });
  const directory = newRun(runsDirectory, options.run);
  if (directory.exists()) {
    throw new UsageError(
      `run ${directory.name} exists: give another name, or go on with --resume ${directory.name}`,
    );
  }
  return { config, directory, resumed: false };
}

function resumedRun(options: SoarOptions, runsDirectory: string): RunPlan {
  const { resume, dryRun: _, fit, set, ...others } = options;
  const given = [...Object.keys(others), ...(fit ? [] : ["no-fit"]), ...set.map(() => "set")];
  if (given.length > 0) {
    throw new UsageError(
      `--resume keeps the run's configuration: leave out ${
        given.map((name) => `--${name}`).join(" ")
      }`,
    );
  }
  const directory = findRun(runsDirectory, resume);
  return { config: Config.parse(directory.readRunFile().config), directory, resumed: true };
}

function flagsOf(options: SoarOptions): Record<string, Record<string, unknown>> {
  const { samples, refinements, tasks, split, seed, generations, deterministic } = options;
  return {
    run: { tasks: tasks && userSpec(tasks), split, seed, generations, deterministic },
    model: { endpoint: options.endpoint, name: options.model },
    budget: { samples, refinements },
    train: { enabled: options.fit ? undefined : false },
  };
}

function configFile(named: string | undefined): { path: string; text: string } | null {
  const path = named ? userPath(named) : "soar.toml";
  try {
    return { path, text: Deno.readTextFileSync(path) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (named !== undefined) throw new UsageError(`--config ${named}: no such file`);
    return null;
  }
}

/** The named run, or one named by the time that is not there yet. */
function newRun(runsDirectory: string, name: string | undefined): RunDirectory {
  if (name !== undefined) {
    try {
      return new RunDirectory(runsDirectory, name);
    } catch (error) {
      throw new UsageError(`--run: ${(error as Error).message}`);
    }
  }
  const byDate = nameByDate(new Date());
  const names = [byDate, ...Array.from({ length: 98 }, (_, i) => `${byDate}-${i + 2}`)];
  const directories = names.map((name) => new RunDirectory(runsDirectory, name));
  return directories.find((directory) => !directory.exists()) ?? directories[0];
}

/** `20261123-131700`, local time. */
function nameByDate(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-` +
    `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
