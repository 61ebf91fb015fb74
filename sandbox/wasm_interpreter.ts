/**
 * Starts Pyodide in a guest worker, from bytes it has been given, with nothing of the realm for
 * Python to find and a switch on its imports (wasm_seal.ts).
 *
 * @module
 */
import { realm } from "./wasm_prelude.ts";
// @ts-types="./wasm_pyodide.d.ts"
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide, version } from "pyodide/pyodide.mjs";
import type { EmscriptenFS } from "./wasm_files.ts";
import { type Imports, sealable, type SealedImports, type WriteObserver } from "./wasm_seal.ts";
import { NOTES } from "./wasm_track.ts";

/** What Pyodide starts from. */
export interface InterpreterSource {
  readonly module: WebAssembly.Module;
  /** The standard library, a zip. */
  readonly library: Uint8Array<ArrayBuffer>;
  /** Null: start from nothing, which takes seconds, so that a snapshot can be made. */
  readonly snapshot: Uint8Array<ArrayBuffer> | null;
}

/** What is used of the module object of Emscripten. */
export interface EmscriptenModule {
  readonly FS: EmscriptenFS;
  onAbort?: () => void;
}

/** What is used of the exports of the interpreter: its memory, and CPython's own C interface. */
export interface InterpreterExports {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  /** Address of a number: whether Python asks now and then if a signal has come. */
  readonly Py_EMSCRIPTEN_SIGNAL_HANDLING: WebAssembly.Global;
  PyObject_CallNoArgs(callable: number): number;
  emscripten_stack_get_current(): number;
  _emscripten_stack_restore(address: number): void;
}

/** A started interpreter. */
export interface Interpreter {
  readonly pyodide: Awaited<ReturnType<typeof loadPyodide>>;
  readonly emscripten: EmscriptenModule;
  readonly exports: InterpreterExports;
  /** Calls `look` now and then while Python code runs; what it throws ends the call of Python. */
  watch(look: () => void): void;
  /** What the interpreter notes of its writes (wasm_track.ts). */
  readonly notes: WebAssembly.Memory;
  /** Closes the bridge to JavaScript, for good. */
  seal(observer: WriteObserver): void;
}

/** What is used of the settings that Pyodide gives Emscripten. */
interface EmscriptenSettings {
  instantiateWasm: (
    imports: Imports,
    ready: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => unknown;
}

/** No packages: nothing can be asked for. */
const LOCK_FILE = {
  info: { abi_version: "2026_0", arch: "wasm32", version },
  packages: {},
};
/** Where nothing is: all that Pyodide would fetch is given. */
const NOWHERE = "http://pyodide.invalid/";

/**
 * Lets no module be made that takes the interpreter's memory. Emscripten would make one for calls
 * between functions of unlike types, which writes there without taking notes; refused, such calls
 * go by way of JavaScript, which writes nothing.
 * @returns a function that lets them be made again
 */
function refuseModules(): () => void {
  const { Module } = WebAssembly;
  const refusing = function (bytes: BufferSource) {
    const module = new Module(bytes);
    if (Module.imports(module).some(({ kind }) => kind === "memory")) {
      throw new TypeError("a module that takes the interpreter's memory");
    }
    return module;
  };
  refusing.prototype = Module.prototype; // for instanceof
  Object.setPrototypeOf(refusing, Module); // for what is said of modules
  WebAssembly.Module = refusing as unknown as typeof Module;
  return () => {
    WebAssembly.Module = Module;
  };
}

/** Starts it. */
export async function startInterpreter(source: InterpreterSource): Promise<Interpreter> {
  const { module, library, snapshot } = source;
  const allowModules = refuseModules();
  realm.fetch = (url: unknown) => {
    const known = String(url).endsWith(".zip") ? library : new Uint8Array(0);
    return Promise.resolve(new Response(known));
  };
  let emscripten: EmscriptenModule | undefined;
  let instance: WebAssembly.Instance | undefined;
  let seal: SealedImports["seal"] = () => {};
  let looking: () => void = () => {};
  const marker = Symbol("error");
  const settings = {
    indexURL: NOWHERE,
    packageBaseUrl: NOWHERE,
    lockFileContents: LOCK_FILE,
    createPyodideModule: async (settings: EmscriptenSettings) => {
      settings.instantiateWasm = (imports, ready) => {
        imports.env.Jsv_GetError_import = () => marker;
        imports.env.JsvError_Check = (value: unknown) => value === marker ? 1 : 0;
        imports.env._Py_CheckEmscriptenSignals_Helper = () => {
          looking();
          return 0;
        };
        const sealed = sealable(module, imports);
        seal = sealed.seal;
        WebAssembly.instantiate(module, sealed.imports).then((made) => {
          instance = made;
          ready(made, module);
        });
        return {};
      };
      emscripten = await createPyodideModule(settings) as EmscriptenModule;
      return emscripten;
    },
    jsglobals: Object.create(null),
    env: { PYTHONHASHSEED: "0", HOME: "/" },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    ...(snapshot === null ? { _makeSnapshot: true } : { _loadSnapshot: snapshot }),
  };
  // Its types know neither the snapshot nor the settings of Emscripten.
  const pyodide = await loadPyodide(settings as unknown as Parameters<typeof loadPyodide>[0]);
  allowModules();
  const exports = instance!.exports as unknown as InterpreterExports;
  const watch = (look: () => void) => {
    looking = look;
    const address = exports.Py_EMSCRIPTEN_SIGNAL_HANDLING.value;
    new DataView(exports.memory.buffer).setInt32(address, 1, true);
  };
  const notes = instance!.exports[NOTES] as WebAssembly.Memory;
  return { pyodide, emscripten: emscripten!, exports, notes, watch, seal };
}
