/**
 * Attacks on the way from Python to JavaScript, which only Pyodide has: 1 to 13, and those of other
 * numbers that go by it.
 *
 * @module
 */
import type { Outcome } from "../../data/candidate.ts";
import { type Attack, type Details, type Sight } from "./attack.ts";

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

function bridge(
  number: number,
  name: string,
  seen: Sight,
  body: string,
  ends?: readonly Outcome[],
  details: Details = {},
): Attack {
  const code = `${DOOR}def attack():
${body.replaceAll(/^/gm, "    ")}
def transform(g):
    got = attack()
    if type(got) is str:
        return [[int(c) for c in got if c.isdigit()][:30] or [0]]
    return [[1 if got else 0]]`;
  const only = ["wasm", "there is no JavaScript"] as const;
  const control = { seen, by: "pyodide" } as const;
  return {
    number,
    name,
    code,
    only,
    control,
    timeoutMs: 10_000,
    ...(ends && { ends }),
    ...details,
  };
}

const KILLED: readonly Outcome[] = ["killed"];
const ANYWAY = { none: "there is none to reach on a machine without a display" };

/** All that go by the bridge. */
export const BRIDGE_ATTACKS: readonly Attack[] = [
  bridge(1, "a file", "says", `return door().Deno.readTextFileSync("$FOLDER/secret")`, KILLED),
  bridge(
    1,
    "writing a file",
    "writes",
    `return door().Deno.writeTextFileSync("$FOLDER/w", "x")`,
    KILLED,
  ),
  bridge(2, "the environment", "says", `return run_js("Deno.env.get('SOAR_CANARY')")`, KILLED),
  bridge(
    3,
    "the interface of Pyodide",
    "says",
    "import pyodide_js\nreturn pyodide_js._api is not None",
    [
      "missing_module",
    ],
  ),
  bridge(
    3,
    "the core of Pyodide",
    "says",
    "import _pyodide_core\nreturn _pyodide_core.create_proxy(gc) is not None",
    ["missing_module"],
  ),
  bridge(
    3,
    "the core by the import machinery",
    "says",
    `import _imp, importlib.machinery as machinery
spec = machinery.ModuleSpec("_pyodide_core", machinery.BuiltinImporter)
return _imp.create_builtin(spec).create_proxy(gc) is not None`,
    KILLED,
  ),
  bridge(
    4,
    "code from text",
    "says",
    `return door().Object.constructor("return 1")() == 1`,
    KILLED,
  ),
  bridge(
    4,
    "a file by code from text",
    "says",
    `return door().Object.constructor("return Deno")().readTextFileSync("$FOLDER/secret")`,
    KILLED,
  ),
  bridge(
    5,
    "JavaScript by C",
    "says",
    `import ctypes\nreturn ctypes.CDLL(None).emscripten_run_script_int(b"7") == 7`,
    ["missing_module"],
    { control: { seen: "says", by: "pyodide", refusedBy: "a Pyodide without that function" } },
  ),
  bridge(5, "C by _ctypes", "says", "import _ctypes\nreturn _ctypes.dlsym is not None", [
    "missing_module",
  ], { control: { seen: "says", by: "pyodide", refusedBy: "a Pyodide without that function" } }),
  ...["fs", "child_process", "inspector", "v8", "process"].map((name) =>
    bridge(6, `node:${name}`, "says", `return run_js("import('node:${name}')") is not None`, KILLED)
  ),
  bridge(7, "killing its process", "dies", `d = door().Deno\nd.kill(d.pid, "SIGKILL")`, KILLED),
  bridge(
    7,
    "killing it from a worker",
    "dies",
    `return run_js("""new Worker('data:application/javascript,Deno.kill(Deno.pid, "SIGKILL")', {type: 'module'})""") is not None`,
    KILLED,
  ),
  bridge(
    8,
    "the inspector",
    "opens",
    `run_js("import('node:process').then(() => Deno.kill(Deno.pid, 'SIGUSR1'))")
return True`,
    KILLED,
  ),
  bridge(
    9,
    "nested workers",
    "says",
    `return run_js("[...Array(10)].map(() => new Worker('data:application/javascript,', {type: 'module'})).length") == 10`,
    KILLED,
  ),
  bridge(
    10,
    "a channel to others",
    "says",
    `return door().BroadcastChannel.new("x") is not None`,
    KILLED,
  ),
  bridge(
    10,
    "shared memory",
    "says",
    "return door().SharedArrayBuffer.new(8).byteLength == 8",
    KILLED,
  ),
  bridge(10, "caches", "says", "return door().caches is not None", KILLED),
  bridge(
    11,
    "throwing",
    "dies",
    `run_js("setTimeout(() => { throw new Error('x') })")\nreturn True`,
    KILLED,
    {
      control: { seen: "says", by: "pyodide" },
    },
  ),
  bridge(11, "closing", "says", "return door().close is not None", KILLED),
  bridge(11, "messages to the host", "says", "return door().postMessage.new is not None", KILLED, {
    control: { none: "a plain process has nobody to send to; tests of a worker taken over do it" },
  }),
  bridge(
    12,
    "asking for permissions",
    "says",
    `return run_js("Deno.permissions.requestSync({name: 'run'})").state == "granted"`,
    KILLED,
  ),
  bridge(12, "asking the terminal", "says", `return run_js("prompt('?') === null")`, KILLED),
  bridge(13, "a graphics card", "says", "return door().navigator.gpu is not None", KILLED, {
    control: ANYWAY,
  }),
  bridge(20, "fetch", "heard", `return door().fetch("http://127.0.0.1:$TCP") is not None`, KILLED),
  bridge(
    20,
    "WebSocket",
    "heard",
    `return door().WebSocket.new("ws://127.0.0.1:$TCP") is not None`,
    KILLED,
  ),
  bridge(
    20,
    "pyodide.http",
    "heard",
    `from pyodide.http import pyfetch
import asyncio
return asyncio.ensure_future(pyfetch("http://127.0.0.1:$TCP")) is not None`,
    ["missing_module"],
  ),
  bridge(20, "micropip", "says", "import micropip\nreturn True", ["missing_module"], {
    control: { none: "Pyodide would fetch it from the network" },
  }),
  bridge(26, "the process", "says", `return len(door().Deno.execPath()) > 0`, KILLED),
  bridge(26, "its arguments", "says", `return run_js("Deno.args.length + 1") >= 1`, KILLED),
  bridge(
    34,
    "a heap of JavaScript",
    "dies",
    `run_js("const a = []; for (;;) a.push(Array(1000).fill(a.length + 0.5))")
return False`,
    KILLED,
  ),
  bridge(
    51,
    "prototypes of objects",
    "says",
    `run_js("Object.prototype.forged = 1")
return run_js("({}).forged") == 1`,
    KILLED,
  ),
  bridge(
    51,
    "prototypes of arrays",
    "says",
    `run_js("Array.prototype.forged = 1")
return run_js("[].forged") == 1`,
    KILLED,
  ),
  bridge(
    51,
    "JSON",
    "says",
    `run_js("JSON.parse = () => 1")\nreturn run_js("JSON.parse('0')") == 1`,
    KILLED,
  ),
  bridge(
    55,
    "a timer of JavaScript",
    "says",
    "return door().setTimeout(len, 10**6) is not None",
    KILLED,
  ),
  bridge(
    56,
    "a stash in JavaScript",
    "says",
    `run_js("globalThis.stash = 1")
return run_js("globalThis.stash") == 1`,
    KILLED,
  ),
  bridge(
    58,
    "waiting on an atomic",
    "runs",
    `run_js("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)")
return True`,
    KILLED,
  ),
];
