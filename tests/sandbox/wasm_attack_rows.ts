/**
 * Attacks on the way from Python to JavaScript, each told by a program as in attack_rows.ts. Those
 * that can are also run in a plain Pyodide with all permissions, where they have to succeed.
 *
 * @module
 */
import type { Prey } from "./attack_rows.ts";
import type { Outcome } from "../../data/candidate.ts";

/** One attack. */
export interface WasmAttackRow {
  readonly name: string;
  readonly code: (prey: Prey) => string;
  /** Whether it succeeds in a plain Pyodide. */
  readonly control: boolean;
  /** How it must end in the sandbox, where that is more than "not [[1]]". */
  readonly ends?: Outcome;
}

/** Finds JavaScript by the front door or by what Pyodide leaves behind it. */
const DOOR = `import gc, os, sys
def door():
    try:
        import js
        return js
    except ImportError:
        import _imp, importlib.machinery as machinery
        spec = machinery.ModuleSpec("_pyodide_core", machinery.BuiltinImporter)
        return _imp.create_builtin(spec).create_proxy(gc).constructor.constructor("return globalThis")()
def run_js(text):
    try:
        from pyodide.code import run_js
        return run_js(text)
    except ImportError:
        return door().eval(text)
`;

function attempt(body: string): string {
  const lines = body.split("\n").map((line) => `    ${line}`).join("\n");
  return `${DOOR}def attack():\n${lines}\ndef transform(g):\n    return [[1 if attack() else 0]]`;
}

function row(name: string, body: string, ends?: Outcome): WasmAttackRow {
  return { name, code: () => attempt(body), control: true, ends };
}

function rowWithoutControl(name: string, body: string, ends?: Outcome): WasmAttackRow {
  return { name, code: () => attempt(body), control: false, ends };
}

/** The attacks, by what they reach for. */
export const WASM_ATTACKS: readonly WasmAttackRow[] = [
  {
    name: "a file by Deno",
    code: ({ folder }) =>
      attempt(`return door().Deno.readTextFileSync("${folder}/secret") == "31415"`),
    control: true,
  },
  {
    name: "write by Deno",
    code: ({ folder }) =>
      attempt(`return door().Deno.writeTextFileSync("${folder}/w", "x") is None`),
    control: true,
  },
  row("the environment", `return run_js("Object.keys(Deno.env.toObject()).length") > 0`),
  row("the interface of Pyodide", "import pyodide_js\nreturn pyodide_js._api is not None"),
  row(
    "the core of Pyodide",
    "import _pyodide_core\nreturn _pyodide_core.create_proxy(gc) is not None",
  ),
  row("the core by the import machinery", "return door() is not None", "killed"),
  row("code from text", `return door().Object.constructor("return 7")() == 7`, "killed"),
  row("a module of Node", `return run_js("import('node:fs')") is not None`, "killed"),
  row(
    "a nested worker",
    `return run_js("new Worker('data:application/javascript,', {type: 'module'})") is not None`,
    "killed",
  ),
  row(
    "a channel to other workers",
    `return door().BroadcastChannel.new("x") is not None`,
    "killed",
  ),
  row("shared memory", "return door().SharedArrayBuffer.new(8).byteLength == 8", "killed"),
  row("caches", "return door().caches is not None", "killed"),
  rowWithoutControl(
    "messages to the host",
    "return door().postMessage is not None or True",
    "killed",
  ),
  row("a timer", "return door().setTimeout(len, 10**6) is not None", "killed"),
  row("prototypes", `return run_js("Array.prototype.forged = 1") == 1`, "killed"),
  {
    name: "fetch",
    code: ({ tcpPort }) =>
      attempt(`return door().fetch("http://127.0.0.1:${tcpPort}") is not None`),
    control: false, // its control would reach the canary
    ends: "killed",
  },
  {
    name: "WebSocket",
    code: ({ tcpPort }) =>
      attempt(`return door().WebSocket.new("ws://127.0.0.1:${tcpPort}") is not None`),
    control: false,
    ends: "killed",
  },
  {
    name: "urllib",
    code: ({ tcpPort }) =>
      attempt(
        `import urllib.request\nreturn urllib.request.urlopen("http://127.0.0.1:${tcpPort}")`,
      ),
    control: false,
  },
  rowWithoutControl("its own process", "d = door().Deno\nd.kill(d.pid, 'SIGKILL')", "killed"),
  rowWithoutControl("the inspector", "d = door().Deno\nd.kill(d.pid, 'SIGUSR1')", "killed"),
  rowWithoutControl("a graphics card", "return door().navigator.gpu is not None", "killed"),
  rowWithoutControl("standard input", "return door().prompt('?') is not None", "killed"),
  rowWithoutControl(
    "eval by C",
    `import ctypes\nreturn ctypes.CDLL(None).emscripten_run_script_int(b"7") == 7`,
    "missing_module",
  ),
  rowWithoutControl("descriptors", "return any(os.write(fd, b'x') for fd in (0, 1, 2))"),
  rowWithoutControl("the library", `return open("/lib/python314.zip", "r+b")`),
  rowWithoutControl("a virtual file", `return open("/tmp/x", "w").write("x")`),
  rowWithoutControl("a virtual link", `return os.symlink("/lib", "/tmp/x") is None`),
  rowWithoutControl("a virtual folder", `return os.mkdir("/x") is None`),
  rowWithoutControl("a virtual pipe", "return os.pipe()"),
  rowWithoutControl("a virtual socket", "import socket\nreturn socket.socketpair()"),
  rowWithoutControl("10,000 threads", "import _thread\nreturn [_thread.start_new_thread(int, ())]"),
  rowWithoutControl(
    "a broken interpreter",
    "x = []\nfor _ in range(10**6): x = [x]\nreturn repr(x)",
  ),
  rowWithoutControl(
    "raw bytecode",
    `code = (lambda: 0).__code__.replace(co_code=bytes([83, 255]) * 99, co_consts=())
return type(attempt)(code, {})() if "attempt" in globals() else type(door)(code, {})()`,
  ),
];

/** What is left by one program, and an expression that tells the next. */
export const TRACES: readonly [name: string, dirt: string, probe: string][] = [
  ["builtins", "import builtins; builtins.sum = lambda *_: 9", "sum([])"],
  ["a module", "import json; json.loads = lambda *_: 9", "__import__('json').loads('0')"],
  [
    "a class",
    "import collections; collections.Counter.total = lambda s: 9",
    "__import__('collections').Counter().total()",
  ],
  ["a planted module", "sys.modules['plant'] = sys", "'plant' in sys.modules"],
  ["a finder", "sys.meta_path.insert(0, 1)", "1 in sys.meta_path"],
  ["chance", "import random; random.seed(7)", "__import__('random').randrange(10**6)"],
  ["the recursion limit", "sys.setrecursionlimit(99)", "sys.getrecursionlimit()"],
  ["the limit of digits", "sys.set_int_max_str_digits(0)", "sys.get_int_max_str_digits()"],
  [
    "decimal",
    "import decimal; decimal.getcontext().prec = 3",
    "__import__('decimal').getcontext().prec",
  ],
  ["warnings", "import warnings; warnings.filters[:] = []", "len(__import__('warnings').filters)"],
  ["the environment", "os.environ['x'] = '1'", "dict(os.environ)"],
  [
    "an exit handler",
    "import atexit; atexit.register(print)",
    "__import__('atexit')._ncallbacks()",
  ],
  ["tracing", "sys.settrace(lambda *_: None)", "bool(sys.gettrace())"],
  [
    "an audit hook",
    "sys.addaudithook(lambda event, _: 1 / 0 if event == 'compile' else 0)",
    "eval('1 + 1')",
  ],
  ["garbage collection", "import gc; gc.disable()", "__import__('gc').isenabled()"],
  [
    "a signal handler",
    "import signal; signal.signal(2, signal.SIG_IGN)",
    "__import__('signal').getsignal(2)",
  ],
  ["descriptors", "os.close(1)", "os.fstat(1).st_mode"],
  ["the clock", "import time; [time.time() for _ in range(9)]", "__import__('time').time()"],
  [
    "the date",
    "import datetime; [datetime.datetime.now() for _ in range(9)]",
    "__import__('datetime').datetime.now()",
  ],
  ["bytes of chance", "os.urandom(9)", "os.urandom(4)"],
];
