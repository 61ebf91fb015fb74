import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import type { Engine } from "../../sandbox/engine.ts";
import { ATTACKS } from "./attack_rows.ts";
import { closing } from "./find_python.ts";
import { makeWorld, type World } from "./prey.ts";
import { TRACES, WASM_ATTACKS } from "./wasm_attack_rows.ts";
import { cellProcesses, open, whenGone } from "./wasm_cache.ts";

const INPUT: Grid = [[1, 2]];
const INNOCENT = "def transform(g):\n    return [row[::-1] for row in g]";

/** Rows of attack_rows.ts that "succeed" on things that exist in the interpreter's memory only. */
const HARMLESS = new Set(["current folder", "machine code", "leave the session"]);

async function unharmed(engine: Engine, world: World, before: string): Promise<void> {
  assertEquals(await world.look(), before);
  const next = await engine.run({ code: INNOCENT, inputs: [INPUT], timeoutMs: 5_000 });
  assertEquals(next.frames, [{ outcome: "ok", output: [[2, 1]], error: null }]);
}

Deno.test("attacks on the bridge succeed in a plain Pyodide", async (t) => {
  await using world = await makeWorld();
  const rows = WASM_ATTACKS.filter(({ control }) => control);
  const codes = JSON.stringify(rows.map(({ code }) => code(world.prey)));
  const script = `import { loadPyodide } from "pyodide/pyodide.mjs";
const pyodide = await loadPyodide();
for (const code of ${codes}) {
  let said;
  try {
    said = pyodide.runPython(code + "\\nstr(transform([[1]]))");
  } catch (error) {
    said = String(error);
  }
  console.log(JSON.stringify(said));
}
Deno.exit(0);`;
  const file = `${world.prey.folder}/control.ts`;
  await Deno.writeTextFile(file, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--unstable-worker-options",
      "-A",
      "--config",
      config,
      file,
    ],
    stderr: "inherit",
  }).output();
  const said = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  for (const [i, { name }] of rows.entries()) {
    await t.step(name, () => assertEquals(said[i], "[[1]]"));
  }
});

Deno.test("attacks are contained by the wasm engine", async (t) => {
  const engine = await open(1);
  await using _closing = closing(engine);
  await using world = await makeWorld();
  const before = await world.look();
  const native = ATTACKS.filter(({ name }) => !HARMLESS.has(name)).map(({ name, code }) => ({
    name,
    code: (prey: World["prey"]) =>
      code(prey).replace(/^import ctypes, os, sys\nlibc = .*$/m, "import os, sys"),
    ends: undefined,
  }));
  for (const attack of [...WASM_ATTACKS, ...native]) {
    await t.step(attack.name, async () => {
      const job = { code: attack.code(world.prey), inputs: [INPUT], timeoutMs: 10_000 };
      const [{ outcome, output, error }] = (await engine.run(job)).frames;
      assert(outcome !== "ok" || output![0][0] === 0, `got through: ${outcome}`);
      if (attack.ends !== undefined) assertEquals(outcome, attack.ends, error ?? undefined);
      await unharmed(engine, world, before);
    });
  }
  const inspector = () => Deno.connect({ hostname: "127.0.0.1", port: 9229 });
  await assertRejects(inspector, Deno.errors.ConnectionRefused);
  assert((await cellProcesses()).length <= 2);
});

const EXHAUSTING: [name: string, body: string, timeoutMs: number, outcomes: string[]][] = [
  ["a loop that catches all", "while True:\n        try: 1 / 0\n        except: pass", 300, [
    "timeout",
  ]],
  [
    "a finalizer that loops",
    "class D:\n        def __del__(self):\n            while True: pass\n    D()",
    300,
    ["timeout"],
  ],
  ["a big power", "str(10 ** 10 ** 8)", 300, ["timeout"]],
  ["a sum in C", "sum(range(10**9))", 300, ["timeout"]],
  ["a sleep", "import time\n    time.sleep(1e9)", 300, ["timeout"]],
  [
    "a lock",
    "import _thread\n    l = _thread.allocate_lock()\n    l.acquire()\n    while not l.acquire(False): pass",
    300,
    ["timeout"],
  ],
  ["blocks", "a = []\n    while True: a.append(bytearray(1 << 24))", 10_000, ["memory"]],
  ["small objects", "a = []\n    while True: a = [a, a[:]]", 10_000, [
    "memory",
    "killed",
    "timeout",
  ]],
  [
    "deep recursion",
    "import sys\n    sys.setrecursionlimit(10**7)\n    return transform(g)",
    10_000,
    ["killed", "memory", "runtime_error"],
  ],
  ["a line of a gigabyte", 'print("x" * (1 << 30))', 10_000, ["memory"]],
  ["a huge grid", "return [[0] * 10**6] * 10**6", 10_000, ["invalid_grid"]],
  ["a text as a row", 'return ["1" * 10**7]', 10_000, ["invalid_grid"]],
  [
    "an error that prints",
    'class E(Exception):\n        def __str__(self):\n            while True: print("x" * 10**5)\n    raise E',
    10_000,
    ["output_limit"],
  ],
];

Deno.test("exhaustion ends with its process, and the next program is right", async (t) => {
  const engine = await open(1);
  await using _closing = closing(engine);
  await using world = await makeWorld();
  const before = await world.look();
  for (const [name, body, timeoutMs, outcomes] of EXHAUSTING) {
    await t.step(name, async () => {
      const processes = await cellProcesses();
      const code = `def transform(g):\n    ${body}`;
      const began = performance.now();
      const [{ outcome, error }] = (await engine.run({ code, inputs: [INPUT], timeoutMs })).frames;
      assert(outcomes.includes(outcome), `${outcome}: ${error}`);
      assert(performance.now() - began < timeoutMs + 1_000);
      await unharmed(engine, world, before);
      if (outcome !== "timeout" && outcome !== "killed") return;
      const left = (await cellProcesses()).filter((pid) => processes.includes(pid));
      assert(left.length < processes.length || left.length === 0, "its process goes on");
    });
  }
});

const FORGERIES: [name: string, body: string, outcomes: string[]][] = [
  ["a frame, then a loop", "os.write(3, bytes([0, 1, 1, 7]))\n    while True: pass", [
    "ok",
    "timeout",
  ]],
  ["too many frames", "os.write(3, bytes([0, 1, 1, 7]) * 3)\n    os._exit(0)", [
    "killed",
    "killed",
  ]],
  ["a frame and its own", "os.write(3, bytes([0, 1, 1, 7]))\n    return g", ["killed", "killed"]],
  ["noise", "os.write(3, b'[[1]]')\n    return g", ["killed", "killed"]],
  ["half a frame", "os.write(3, bytes([0, 9, 9]))\n    os._exit(0)", ["killed", "killed"]],
  ["a flood", "while True: os.write(3, b'x' * 4096)", ["output_limit", "output_limit"]],
  ["closing the pipe", "os.close(3)\n    return g", ["killed", "killed"]],
  ["an exit status", "os._exit(80)", ["memory", "memory"]],
  ["a replaced os.write", "os.write = os._exit = lambda *_: None\n    return g", ["ok", "ok"]],
  ["an answer to come", "gc = os.write(3, bytes([3, 0, 0]))\n    raise SystemExit", [
    "killed",
    "killed",
  ]],
];

Deno.test("a forged result can only state what a program may return", async (t) => {
  const engine = await open(1);
  await using _closing = closing(engine);
  for (const [name, body, outcomes] of FORGERIES) {
    await t.step(name, async () => {
      const code = `import os\ndef transform(g):\n    ${body}`;
      const { frames } = await engine.run({ code, inputs: [[[1]], [[2]]], timeoutMs: 500 });
      assertEquals(frames.map(({ outcome }) => outcome), outcomes);
      const next = await engine.run({ code: INNOCENT, inputs: [INPUT], timeoutMs: 5_000 });
      assertEquals(next.frames[0].output, [[2, 1]]);
    });
  }
});

Deno.test("traces of a program are gone for the next", async (t) => {
  const engine = await open(1);
  await using _closing = closing(engine);
  for (const [name, dirt, probe] of TRACES) {
    await t.step(name, async () => {
      const ask = async (first: string) => {
        const code =
          `import os, sys\n${first}\ndef transform(g):\n    raise ValueError(repr(${probe}))`;
        return (await engine.run({ code, inputs: [INPUT], timeoutMs: 5_000 })).frames[0].error;
      };
      const clean = await ask("");
      assert(clean!.startsWith("ValueError: "), clean!);
      assert(await ask(dirt) !== clean, "the dirt is not felt where it is made");
      assertEquals(await ask(""), clean);
    });
  }
});

Deno.test("inputs of other runs are not in the memory of a program", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const marker = crypto.getRandomValues(new Uint8Array(900)).map((byte) => byte % 10);
  const secret = Array.from({ length: 30 }, (_, r) => [...marker.subarray(30 * r, 30 * r + 30)]);
  const search = `import gc
def transform(g):
    rows = [o for o in gc.get_objects() if type(o) is list and o[:9] == list(${
    JSON.stringify([...marker.subarray(0, 9)])
  })]
    return [[min(9, len(rows))]]`;
  const job = { code: INNOCENT, inputs: [secret], timeoutMs: 5_000 };
  await engine.run(job);
  const own = await engine.run({ ...job, code: search });
  assert(own.frames[0].output![0][0] >= 1, "it finds its own input");
  const other = await engine.run({ ...job, code: search, inputs: [INPUT] });
  assert(other.frames[0].output![0][0] < own.frames[0].output![0][0]);
});

Deno.test("a process killed from outside costs its program one more try, no more", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const loop = { code: "while True: pass", inputs: [INPUT], timeoutMs: 60_000 };
  const job = engine.run(loop);
  for (const count of [1, 2]) { // the second process is at work once a spare is started
    let processes = await cellProcesses();
    while (processes.length < count) processes = await cellProcesses();
    for (const pid of processes) Deno.kill(pid, "SIGKILL");
    for (const pid of processes) await whenGone(pid);
  }
  const [{ outcome, error }] = (await job).frames;
  assertEquals([outcome, error], ["killed", "its server died twice while running it"]);
  const next = await engine.run({ code: INNOCENT, inputs: [INPUT], timeoutMs: 5_000 });
  assertEquals(next.frames[0].output, [[2, 1]]);
});
