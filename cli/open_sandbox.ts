/**
 * The sandbox of a run: `python` where all its layers hold, else `wasm`.
 *
 * @module
 */
import { openPythonEngine, openWasmEngine, type SandboxEngine, SandboxError } from "../mod.ts";
import { homeDirectory } from "./home.ts";
import type { PythonHome } from "./python.ts";

/** What a user may ask for. */
export const ENGINES = ["auto", "python", "wasm"] as const;

/** Options of {@link openSandbox}. */
export interface SandboxChoice {
  readonly engine: typeof ENGINES[number];
  /** Null where there is no Python. */
  readonly home: PythonHome | null;
  /** @default one a core */
  readonly workers?: number;
  /** @default 512 MiB */
  readonly memoryBytes?: number;
  readonly tell: (line: string) => void;
}

/** Where Pyodide and its snapshot are kept. */
const WASM_CACHE = ".cache/wasm";

/** Opens the sandbox asked for. @throws SandboxError naming what is missing */
export async function openSandbox(choice: SandboxChoice): Promise<SandboxEngine> {
  const { engine, home, memoryBytes, tell } = choice;
  const workers = choice.workers ?? navigator.hardwareConcurrency;
  if (engine !== "wasm" && home) {
    try {
      return await openPythonEngine({ python: home.python, workers, memoryBytes });
    } catch (error) {
      if (engine === "python" || !(error instanceof SandboxError)) throw error;
      tell(`the python sandbox does not hold here (${error.message}); taking wasm, without numpy`);
    }
  }
  if (engine === "python") throw new SandboxError("the python sandbox needs Python");
  return await openWasmEngine({
    workers,
    memoryBytes,
    cacheDir: `${homeDirectory()}/${WASM_CACHE}`,
  });
}
