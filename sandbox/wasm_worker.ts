/**
 * A guest worker: Pyodide, started from a snapshot, running one job after another.
 *
 * Each job starts from the same image of the interpreter's memory, taken when the worker had just
 * started: whatever a program does to Python is undone, to the byte. What Python keeps outside that
 * memory is frozen (wasm_files.ts), cut off (wasm_seal.ts) or compared (the tables of functions and
 * of names); a difference is reported as a taint, and the process is not used again.
 *
 * The function of a job is called through the interpreter's own C interface, so that no proxy of
 * Pyodide is made, and a program that ends by `os._exit` just unwinds to here.
 *
 * @module
 */
import { bareRealm, permissions, realm, send } from "./wasm_prelude.ts";
import { freezeFiles, type GuestPipe } from "./wasm_files.ts";
import { type Interpreter, type InterpreterSource, startInterpreter } from "./wasm_interpreter.ts";
import { SIGABRT, SIGSEGV } from "./wasm_protocol.ts";

/** What a worker is started with. */
export interface WorkerStart extends InterpreterSource {
  /** wasm_guest.py, and the texts it loads. */
  readonly guest: string;
  readonly sources: Readonly<Record<string, string>>;
  /** Characters that a program may print. */
  readonly outputBytes: number;
}

/** What a worker says. */
export type WorkerReply =
  | { readonly type: "snapshot"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `granted` names what it is allowed and must not be. */
  | { readonly type: "ready"; readonly granted: readonly string[] }
  | { readonly type: "failed"; readonly error: string }
  | { readonly type: "frames"; readonly bytes: Uint8Array<ArrayBuffer> }
  | ({ readonly type: "ended"; readonly tainted: boolean } & JobEnd);

/** How a job ended: by an exit status, or by what would be a signal elsewhere. */
interface JobEnd {
  readonly how: "exited" | "signalled";
  readonly detail: number;
}

/** Memory may have grown by this much and the worker be used again. */
const MAX_GROWN_BYTES = 32 << 20;
/** Where Pyodide puts the standard library. */
const LIBRARY = "/lib/python314.zip";
const PERMISSIONS = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;

addEventListener("message", onStart as EventListener, { once: true });

function onStart({ data }: MessageEvent<WorkerStart>): void {
  const started = data.snapshot === null ? makeSnapshot(data) : serve(data, data.snapshot);
  started.catch((error) => send({ type: "failed", error: String(error?.stack ?? error) }));
}

/** Sends the memory of an interpreter that has run wasm_guest.py. */
async function makeSnapshot(start: WorkerStart): Promise<void> {
  const { pyodide } = await startInterpreter(start);
  const names = JSON.stringify({ SOURCES: start.sources, OUTPUT_BYTES: start.outputBytes });
  pyodide.runPython(`
import json, sys, types
module = sys.modules["soar_guest"] = types.ModuleType("soar_guest")
module.__dict__.update(json.loads(${JSON.stringify(names)}))
exec(compile(${JSON.stringify(start.guest)}, "wasm_guest.py", "exec", 0, True), module.__dict__)
del module, json, types`);
  send({ type: "snapshot", bytes: pyodide.makeMemorySnapshot() });
}

/** Runs a job for each message from now on. */
async function serve(start: WorkerStart, snapshot: Uint8Array<ArrayBuffer>): Promise<void> {
  const granted = await grants();
  const interpreter = await startInterpreter(start);
  const runner = new Runner(interpreter, snapshot);
  const onJob = ({ data }: MessageEvent<Uint8Array>) => {
    const end = runner.run(data);
    send({ type: "ended", ...end, tainted: end.how === "signalled" || runner.isTainted() });
  };
  addEventListener("message", onJob as EventListener);
  send({ type: "ready", granted });
}

/** What this worker may do and must not. */
async function grants(): Promise<string[]> {
  const granted: string[] = [];
  for (const name of PERMISSIONS) {
    const { state } = await permissions.query({ name });
    // Reading cannot be denied as the process starts by reading; with --no-prompt this is the same.
    if (state !== "denied" && !(name === "read" && state === "prompt")) granted.push(name);
  }
  try {
    (realm.eval as typeof eval)("0");
    granted.push("code from text");
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
  }
  return granted;
}

/** Runs jobs, each on the image. */
class Runner {
  /** The function of a job, which this keeps alive, and where it is. */
  readonly main: unknown;
  #address: number;
  #interpreter: Interpreter;
  #image: Uint8Array<ArrayBuffer>;
  #pipe: GuestPipe;
  #stack: number;
  #restoreFiles: () => void;
  #realm: ReturnType<typeof bareRealm>;
  #expected: string;
  #aborted = false;

  /** Closes the ways out of the interpreter and takes the image, in place of the snapshot. */
  constructor(interpreter: Interpreter, snapshot: Uint8Array<ArrayBuffer>) {
    const { pyodide, emscripten, exports } = interpreter;
    this.#interpreter = interpreter;
    this.main = pyodide.runPython('import sys\nsys.modules["soar_guest"].main');
    this.#address = Number(pyodide.runPython('str(id(sys.modules["soar_guest"].main))'));
    pyodide.runPython('sys.modules["soar_guest"].close_doors()');
    this.#pipe = {
      job: new Uint8Array(0),
      onFrames: (bytes) => send({ type: "frames", bytes }),
    };
    this.#restoreFiles = freezeFiles(emscripten.FS, LIBRARY, this.#pipe);
    emscripten.onAbort = () => {
      this.#aborted = true;
    };
    this.#realm = bareRealm();
    interpreter.seal();
    this.#stack = exports.emscripten_stack_get_current();
    const memory = new Uint8Array(exports.memory.buffer);
    const fits = memory.length <= snapshot.length;
    this.#image = fits ? snapshot.subarray(0, memory.length) : new Uint8Array(memory.length);
    this.#image.set(memory);
    this.#expected = this.#tables();
  }

  run(job: Uint8Array): JobEnd {
    this.#restore();
    this.#pipe.job = job;
    try {
      this.#interpreter.exports.PyObject_CallNoArgs(this.#address);
      return { how: "signalled", detail: SIGABRT }; // it leaves by os._exit, unless it is broken
    } catch (error) {
      const { name, status } = error as { name?: unknown; status?: unknown };
      if (name === "ExitStatus" && typeof status === "number" && !this.#aborted) {
        return { how: "exited", detail: status & 255 };
      }
      return { how: "signalled", detail: this.#aborted ? SIGABRT : SIGSEGV };
    }
  }

  /** Whether something is left of the last job that the image does not undo. */
  isTainted(): boolean {
    const { byteLength } = this.#interpreter.exports.memory.buffer;
    return byteLength - this.#image.length > MAX_GROWN_BYTES || this.#tables() !== this.#expected;
  }

  #restore(): void {
    const { memory, _emscripten_stack_restore } = this.#interpreter.exports;
    this.#realm.rewind();
    this.#restoreFiles();
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(this.#image);
    bytes.fill(0, this.#image.length);
    _emscripten_stack_restore(this.#stack);
  }

  #tables(): string {
    const { __indirect_function_table: table } = this.#interpreter.exports;
    return `${table.length} ${this.#realm.names()}`;
  }
}
