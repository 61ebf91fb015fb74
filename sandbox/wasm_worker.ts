/**
 * A guest worker: Pyodide, started from a snapshot, running one order after another.
 *
 * It reads orders from the pipe of its process and writes what comes of them to the other, without
 * going back to an event loop: the process around it has only to start it and to end.
 *
 * @module
 */
import { permissions, realm, send } from "./wasm_prelude.ts";
import { type Interpreter, type InterpreterSource, startInterpreter } from "./wasm_interpreter.ts";
import { Answers, serveOrders } from "./wasm_orders.ts";
import { Runner } from "./wasm_runner.ts";

/** What a worker is started with. */
export interface WorkerStart extends InterpreterSource {
  /** wasm_guest.py, and the texts it loads. */
  readonly guest: string;
  readonly sources: Readonly<Record<string, string>>;
  /** Characters that a program may print. */
  readonly outputBytes: number;
  /** Wheels to be loaded, in this order, and the modules they bring. */
  readonly packages: readonly {
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly imports: readonly string[];
  }[];
}

/** What a worker says to the process around it. */
export type WorkerReply =
  | { readonly type: "snapshot"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `granted` names what it is allowed and must not be. It waits for a message to go on. */
  | { readonly type: "ready"; readonly granted: readonly string[] }
  | { readonly type: "failed"; readonly error: string }
  /** Whoever sent orders is gone. */
  | { readonly type: "over" };

/** Where Pyodide keeps packages. */
const SITE = "/lib/python3.14/site-packages";
const PERMISSIONS = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;

addEventListener("message", onStart as EventListener, { once: true });

function onStart({ data }: MessageEvent<WorkerStart>): void {
  const started = data.snapshot === null ? makeSnapshot(data) : serve(data);
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

/** Starts, waits for the word to go on, and takes orders until there are no more. */
async function serve(start: WorkerStart): Promise<void> {
  const granted = await grants();
  const interpreter = await startInterpreter(start);
  if (start.packages.length > 0) load(interpreter, start.packages);
  for (const { buffer } of [start.library, start.snapshot!]) buffer.transfer(0); // frees it
  const answers = new Answers();
  const takesNotes = start.packages.length === 0;
  const runner = new Runner(interpreter, takesNotes, (bytes) => answers.frames(bytes));
  const goOn = () => {
    serveOrders(runner, answers);
    send({ type: "over" });
  };
  addEventListener("message", goOn, { once: true });
  send({ type: "ready", granted });
}

/** Unpacks packages and imports them: their native code cannot be in a snapshot. */
function load({ pyodide }: Interpreter, packages: WorkerStart["packages"]): void {
  for (const { bytes } of packages) pyodide.unpackArchive(bytes, "wheel", { extractDir: SITE });
  const names = JSON.stringify(packages.flatMap(({ imports }) => imports));
  pyodide.runPython(`import json, sys
sys.modules["soar_guest"].import_packages(json.loads(${JSON.stringify(names)}))`);
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
