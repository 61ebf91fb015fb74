/**
 * What the interpreter may call in JavaScript.
 *
 * A module of WebAssembly can reach nothing but what it imports. Pyodide imports its whole bridge to
 * JavaScript; once it has started, that is closed, and what is left are system calls on a frozen
 * file system, clocks, growing the memory, and leaving. So a program that breaks Python, down to
 * writing anywhere in its memory, still has no way to an object of the realm.
 *
 * @module
 */

/** Imports that stay open and write nothing to the interpreter's memory. */
const SILENT = [
  ...["_Py_CheckEmscriptenSignals_Helper", "_PyEM_TrampolineCall_JS", "proc_exit", "exit"],
  ...["emscripten_get_heap_max", "emscripten_resize_heap", "emscripten_date_now"],
  "emscripten_get_now",
];
/** Those that write where their fourth argument says, and what the file system tells itself. */
const COUNTING = ["fd_read", "fd_write"];

/** Imports that stay open. */
const OPEN = new Set([
  ...SILENT,
  ...COUNTING,
  ...["__assert_fail", "_abort_js", "_Py_emscripten_runtime"],
  ...["clock_res_get", "clock_time_get", "_tzset_js"],
  ...["_timegm_js", "_mktime_js", "_localtime_js", "_gmtime_js", "random_get"],
  ...["environ_sizes_get", "environ_get", "fd_close", "fd_sync"],
  ...["fd_fdstat_get", "fd_seek", "fd_pread", "fd_pwrite", "__syscall_ioctl"],
  ...["__syscall_fcntl64", "__syscall_openat", "__syscall_faccessat", "__syscall_chdir"],
  ...["__syscall_chmod", "__syscall_fchownat", "__syscall_dup", "__syscall_dup3"],
  ...["__syscall_fchdir", "__syscall_fchmod", "__syscall_fchmodat2", "__syscall_fchown32"],
  ...["__syscall_fdatasync", "__syscall_fstat64", "__syscall_stat64", "__syscall_newfstatat"],
  ...["__syscall_lstat64", "__syscall_ftruncate64", "__syscall_getcwd", "__syscall_getdents64"],
  ...["__syscall_mkdirat", "__syscall_mknodat", "__syscall_pipe", "__syscall_readlinkat"],
  ...["__syscall_unlinkat", "__syscall_rmdir", "__syscall_renameat", "__syscall_statfs64"],
  ...["__syscall_fstatfs64", "__syscall_symlinkat", "__syscall_truncate64", "__syscall_socket"],
  ...["__syscall_utimensat", "__syscall_getuid32_js", "__syscall_fallocate"],
]);

/** Functions that Pyodide gives its interpreter, by module and name. */
export type Imports = Record<string, Record<string, (...values: number[]) => unknown>>;

/** Is told what JavaScript writes to the interpreter's memory. */
export interface WriteObserver {
  /** Some bytes in a block of memory. */
  note(address: number): void;
  /** Whatever, wherever. */
  noteAll(): void;
}

/** The imports of an interpreter and the switch that closes the others. */
export interface SealedImports {
  readonly imports: WebAssembly.Imports;
  seal(observer: WriteObserver): void;
}

/** What is asked on the way to something harmless, and answered "no" from then on. */
const DENIED = new Set(["can_run_sync_js"]);

/**
 * Puts a switch before every function of `given` that does not stay open, there as well, since
 * libraries that are loaded later take theirs from it; and an observer behind the others.
 */
export function sealable(module: WebAssembly.Module, given: Imports): SealedImports {
  const state: { observer: WriteObserver | null } = { observer: null };
  for (const functions of new Set(Object.values(given))) {
    for (const [name, value] of Object.entries(functions)) {
      // With its properties: Emscripten keeps a signature there.
      if (typeof value === "function") {
        functions[name] = Object.assign(switched(name, value, state), value);
      }
    }
  }
  const imports: WebAssembly.Imports = Object.create(null);
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= Object.create(null);
    imports[from][name] = given[from][name];
  }
  return {
    imports,
    seal(observer) {
      state.observer = observer;
    },
  };
}

function switched(
  name: string,
  call: (...args: number[]) => unknown,
  state: { observer: WriteObserver | null },
): (...args: number[]) => unknown {
  if (SILENT.includes(name)) return call;
  if (COUNTING.includes(name)) {
    return (...args) => {
      const result = call(...args);
      state.observer?.note(args[3]);
      return result;
    };
  }
  if (OPEN.has(name)) {
    return (...args) => {
      state.observer?.noteAll();
      return call(...args);
    };
  }
  return (...args) => {
    if (state.observer === null) return call(...args);
    if (DENIED.has(name)) return 0;
    throw new TypeError("sealed");
  };
}
