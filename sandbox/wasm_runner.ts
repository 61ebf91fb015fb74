/**
 * Runs jobs in a sealed interpreter, each on the same image of its memory.
 *
 * Whatever a program does to Python is undone, to the byte. What Python keeps outside that memory is
 * frozen (wasm_files.ts), cut off (wasm_seal.ts) or compared (the tables of functions and of names);
 * a difference is a taint, and the process is not used again.
 *
 * The function of a job is called through the interpreter's own C interface, so that no proxy of
 * Pyodide is made, and a program that ends by `os._exit` just unwinds to here.
 *
 * @module
 */
import { bareRealm } from "./wasm_prelude.ts";
import { BLOCK_BYTES } from "./wasm_compare.ts";
import { freezeFiles, type GuestPipe } from "./wasm_files.ts";
import { MemoryImage } from "./wasm_image.ts";
import type { Interpreter } from "./wasm_interpreter.ts";
import { SIGABRT, SIGSEGV } from "./wasm_protocol.ts";

/** How a job ended: by an exit status, by what would be a signal elsewhere, or by its deadline. */
export interface JobEnd {
  readonly how: "exited" | "signalled" | "timed_out";
  readonly detail: number;
}

/** Memory may have grown by this much and the worker be used again. */
const MAX_GROWN_BYTES = 16 << 20;
/** Where Pyodide puts the standard library. */
const LIBRARY = "/lib/python314.zip";
/** Python looks once in 50 jumps and calls; reading the clock costs more than these. */
const LOOKS_A_READING = 32;
/** Thrown through a program whose time is up. */
const TIME_UP = Symbol("time is up");

/** Runs jobs, each on the image. */
export class Runner {
  /** The function of a job, which this keeps alive, and where it is. */
  readonly main: unknown;
  #address: number;
  #interpreter: Interpreter;
  #image: MemoryImage;
  #pipe: GuestPipe;
  #stack: number;
  #restoreFiles: () => void;
  #realm: ReturnType<typeof bareRealm>;
  #expected: string;
  #aborted = false;
  #looks = 0;
  #deadline = Infinity;
  #now: () => number = performance.now.bind(performance);

  /**
   * Closes the ways out of the interpreter and takes the image.
   * @param takesNotes whether all code of the interpreter notes where it writes
   * @param onFrames called with what a program writes
   */
  constructor(
    interpreter: Interpreter,
    takesNotes: boolean,
    onFrames: GuestPipe["onFrames"],
  ) {
    const { pyodide, emscripten, exports } = interpreter;
    this.#interpreter = interpreter;
    this.main = pyodide.runPython('import sys\nsys.modules["soar_guest"].main');
    this.#address = Number(pyodide.runPython('str(id(sys.modules["soar_guest"].main))'));
    pyodide.runPython('sys.modules["soar_guest"].close_doors()');
    this.#pipe = { job: new Uint8Array(0), onFrames };
    this.#restoreFiles = freezeFiles(emscripten.FS, LIBRARY, this.#pipe, (address, length) => {
      for (let at = 0; at < length + BLOCK_BYTES; at += BLOCK_BYTES) this.#image.note(address + at);
    });
    emscripten.onAbort = () => {
      this.#aborted = true;
    };
    this.#realm = bareRealm();
    interpreter.watch(() => {
      if (++this.#looks % LOOKS_A_READING === 0 && this.#now() > this.#deadline) throw TIME_UP;
    });
    this.#stack = exports.emscripten_stack_get_current();
    this.#image = new MemoryImage(exports.memory, takesNotes ? interpreter.notes : null);
    interpreter.seal(this.#image);
    this.#expected = this.#tables();
  }

  /** Runs a job on the image; {@link Runner.restore} has to follow. */
  run(job: Uint8Array, timeoutMs: number): JobEnd {
    this.#pipe.job = job;
    this.#deadline = this.#now() + timeoutMs;
    try {
      this.#interpreter.exports.PyObject_CallNoArgs(this.#address);
      return { how: "signalled", detail: SIGABRT }; // it leaves by os._exit, unless it is broken
    } catch (error) {
      if (error === TIME_UP) return { how: "timed_out", detail: 0 };
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
    return byteLength - this.#image.bytes > MAX_GROWN_BYTES || this.#tables() !== this.#expected;
  }

  /** Undoes what the last job has done. */
  restore(): void {
    this.#realm.rewind();
    this.#restoreFiles();
    this.#image.restore();
    this.#interpreter.exports._emscripten_stack_restore(this.#stack);
  }

  #tables(): string {
    const { __indirect_function_table: table } = this.#interpreter.exports;
    return `${table.length} ${this.#realm.names()}`;
  }
}
