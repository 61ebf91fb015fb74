import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openPythonEngine } from "../../sandbox/python.ts";
import { SandboxError } from "../../sandbox/engine.ts";
import { engineCases } from "./engine_cases.ts";
import { until } from "../until.ts";
import {
  closing,
  findPython,
  killHard,
  type SandboxProcess,
  sandboxProcesses,
} from "./find_python.ts";

const python = await findPython();
const open = (workers: number) => openPythonEngine({ python: python.path, workers });
const LOOP = "def transform(g):\n    while True: pass";

engineCases({ ...python, name: "python", open });

Deno.test("openPythonEngine() names the layers that hold", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const root = Deno.uid() === 0;
  assert(/^no_new_privs\+landlock:\d+\+seccomp\+rlimits(\+nobody)?$/.test(engine.layers));
  assertEquals(engine.layers.endsWith("+nobody"), root);
  const { layers } = await engine.run({ code: "", inputs: [[[1]]], timeoutMs: 1000 });
  assertEquals(layers, engine.layers);
});

/** A stand-in for python that takes one system call away before it becomes python. */
function crippled(number: number, argument: number | null): string {
  return `#!${python.path}
import ctypes, os, struct, sys
refuse, allow = 0x00050000 | 38, 0x7FFF0000
argument = ${argument ?? "None"}
code = [(0x20, 0, 0, 0), (0x15, 0, 1 if argument is None else 3, ${number})]
if argument is not None:
    code += [(0x20, 0, 0, 16), (0x15, 0, 1, argument)]
code += [(0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
lines = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *line) for line in code))
filter = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(code), ctypes.addressof(lines)))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, filter, 0, 0) == 0
os.execv(sys.executable, [sys.executable] + sys.argv[1:])`;
}

const prctl = Deno.build.arch === "x86_64" ? 157 : 167;
for (
  const [layer, number, argument] of [
    ["landlock", 444, null],
    ["seccomp", prctl, 22],
    ["no_new_privs", prctl, 38],
  ] as const
) {
  Deno.test(`openPythonEngine() refuses to open without ${layer}`, async () => {
    const script = await Deno.makeTempFile();
    await Deno.writeTextFile(script, crippled(number, argument));
    await Deno.chmod(script, 0o755);
    const opened = openPythonEngine({ python: script, workers: 1 });
    await assertRejects(() => opened, SandboxError, `${layer}: `);
    await Deno.remove(script);
    assertEquals(await sandboxProcesses(python.path), []);
  });
}

Deno.test("openPythonEngine() refuses what is not a python", async () => {
  await assertRejects(() => openPythonEngine({ python: "/bin/false", workers: 1 }), SandboxError);
  await assertRejects(() => openPythonEngine({ python: "/no/python", workers: 1 }), SandboxError);
  await assertRejects(() => openPythonEngine({ python: "python3", workers: 1 }), TypeError);
  await assertRejects(() => open(0), RangeError);
});

Deno.test("close() leaves no process and fails what is not done", async () => {
  const engine = await open(2);
  await using _closing = closing(engine);
  const loop = { code: LOOP, inputs: [[[1]]], timeoutMs: 600_000 };
  const ready = { code: "def transform(g): return g", inputs: [[[1]]], timeoutMs: 5_000 };
  await engine.run(ready);
  const jobs = Array.from({ length: 6 }, () => engine.run(loop));
  const failures = jobs.map((job) => assertRejects(() => job, SandboxError, "closed"));
  assert((await sandboxProcesses(python.path)).length >= 2);
  await engine.close();
  await Promise.all(failures);
  assertEquals(await sandboxProcesses(python.path), []);
  await assertRejects(() => engine.run(ready), SandboxError, "closed");
  await engine.close();
});

Deno.test("every job gets one verdict while fork-servers are killed", async () => {
  const engine = await open(2);
  await using _closing = closing(engine);
  const settled = Array(80).fill(0);
  let done = 0;
  let killed = 0;
  const frames = await Promise.all(settled.map(async (_, i) => {
    const needed = ["", "import queue", python.numpy ? "import numpy" : ""][i % 3];
    const code = `${needed}\ndef transform(g):\n    for _ in range(200000): pass\n    return [[${
      i % 10
    }, ${Math.floor(i / 10)}]]`;
    const result = await engine.run({ code, inputs: [[[1]]], timeoutMs: 20_000 });
    settled[i]++;
    if (++done % 20 === 0 && done < 80) {
      for (const { pid, fork } of await sandboxProcesses(python.path)) {
        if (fork) continue;
        killed++;
        killHard(pid);
      }
    }
    return result.frames[0];
  }));
  assert(killed >= 3, `killed ${killed}`);
  assertEquals(settled, Array(80).fill(1));
  for (const [i, { outcome, output }] of frames.entries()) {
    if (outcome !== "killed") assertEquals(output, [[i % 10, Math.floor(i / 10)]]);
  }
  const ok = frames.filter(({ outcome }) => outcome === "ok").length;
  assert(ok >= 80 - killed, `${ok} ok of 80, ${killed} servers killed`);
  await engine.close();
  assertEquals(await sandboxProcesses(python.path), []);
});

Deno.test("a server that dies twice under a program is not blamed on the program silently", async () => {
  const engine = await open(1);
  await using _closing = closing(engine);
  const job = engine.run({ code: LOOP, inputs: [[[1]]], timeoutMs: 60_000 });
  let kills = 0;
  const [frame] = await Promise.race([
    job.then(({ frames }) => frames),
    (async () => {
      while (kills < 2) {
        let processes: SandboxProcess[] = [];
        await until("a fork is there", async () => {
          processes = await sandboxProcesses(python.path);
          return processes.some(({ fork }) => fork);
        });
        for (const { pid, fork } of processes) if (!fork) killHard(pid);
        kills++;
        const gone = processes[0].pid;
        const left = () => sandboxProcesses(python.path);
        await until(`${gone} is gone`, async () => !(await left()).some(({ pid }) => pid === gone));
      }
      return (await job).frames;
    })(),
  ]);
  assertEquals(kills, 2);
  assertEquals(frame.outcome, "killed");
  assertStringIncludes(frame.error!, "server died");
  await engine.close();
});

Deno.test("servers are replaced after their share of forks", async () => {
  const engine = await openPythonEngine({ python: python.path, workers: 1, recycleAfter: 3 });
  await using _closing = closing(engine);
  const seen = new Set<number>();
  for (let i = 0; i < 10; i++) {
    const job = { code: "def transform(g): return g", inputs: [[[i]]], timeoutMs: 5_000 };
    assertEquals((await engine.run(job)).frames[0].output, [[i]]);
    for (const { pid } of await sandboxProcesses(python.path)) seen.add(pid);
  }
  assert(seen.size >= 3, `${seen.size} servers`);
  await engine.close();
  assertEquals(await sandboxProcesses(python.path), []);
});

Deno.test("the engine gives up, loudly, when its python is gone", async () => {
  const folder = await Deno.makeTempDir();
  const script = `${folder}/python`;
  await Deno.writeTextFile(script, `#!/bin/sh\nexec ${python.path} "$@"\n`);
  await Deno.chmod(script, 0o755);
  const engine = await openPythonEngine({ python: script, workers: 1 });
  await using _closing = closing(engine);
  await Deno.remove(folder, { recursive: true });
  const job = { code: "import numpy", inputs: [[[1]]], timeoutMs: 5_000 };
  await assertRejects(() => engine.run(job), SandboxError, "replace a cell");
  await assertRejects(() => engine.run(job), SandboxError);
  await engine.close();
  assertEquals(await sandboxProcesses(python.path), []);
});
