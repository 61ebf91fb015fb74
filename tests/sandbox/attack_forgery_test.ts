/** Forged replies about a program of two inputs, screened alone: both engines say the same. */
import { assertEquals } from "@std/assert";
import type { Outcome } from "../../data/candidate.ts";
import type { Engine } from "../../sandbox/engine.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { INNOCENT } from "./attack_storm.ts";
import { closing, findPython } from "./find_python.ts";
import { open as openWasm } from "./wasm_cache.ts";

const { path } = await findPython();

const FORGERIES: readonly [
  name: string,
  body: string,
  outcomes: [Outcome, Outcome],
  wasm?: [Outcome, Outcome],
][] = [
  [
    "a frame of its own, then a loop: states a grid, no more",
    "os.write(3, bytes([0, 1, 1, 7]))\n    while True: pass",
    ["ok", "timeout"],
  ],
  [
    "frames for more inputs than there are",
    "os.write(3, bytes([0, 1, 1, 7]) * 3)\n    os._exit(0)",
    ["killed", "killed"],
  ],
  [
    "a frame and the sandbox's own",
    "os.write(3, bytes([0, 1, 1, 7]))\n    return g",
    ["killed", "killed"],
  ],
  ["noise", "os.write(3, b'[[1]]')\n    return g", ["killed", "killed"]],
  ["half a frame", "os.write(3, bytes([0, 9, 9]))\n    os._exit(0)", ["killed", "killed"]],
  [
    "a flood",
    `try:
        while True: os.write(3, b'x' * 4096)
    except OSError: return g`,
    ["output_limit", "output_limit"],
  ],
  ["closing the pipe", "os.close(3)\n    return g", ["killed", "killed"]],
  ["closing it and going on", "os.close(3)\n    while True: pass", ["killed", "killed"], [
    "timeout", // nobody sees it closed
    "timeout",
  ]],
  ["an exit status of the sandbox's", "os._exit(80)", ["memory", "memory"]],
  ["asking for every tier", "os._exit(93)", ["killed", "killed"]],
  [
    "an answer to come",
    "os.write(3, bytes([3, 0, 0]))\n    raise SystemExit",
    ["killed", "killed"],
  ],
  ["a replaced os.write", "os.write = os._exit = lambda *_: None\n    return g", ["ok", "ok"]],
];

const ENGINES: readonly [name: string, open: () => Promise<Engine>][] = [
  ["python", () => openPythonEngine({ python: path, workers: 1 })],
  ["wasm", () => openWasm(1)],
];

for (const [engineName, open] of ENGINES) {
  Deno.test(`a forged result can only state a grid: ${engineName}`, async (t) => {
    const engine = await open();
    await using _closing = closing(engine);
    for (const [name, body, outcomes, wasm = outcomes] of FORGERIES) {
      await t.step(name, async () => {
        const code = `import os\ndef transform(g):\n    ${body}`;
        const job = { code, inputs: [[[1]], [[2]]], timeoutMs: 500, alone: true };
        const { frames } = await engine.run(job);
        assertEquals(frames.map(({ outcome }) => outcome), engineName === "wasm" ? wasm : outcomes);
        const next = await engine.run({ code: INNOCENT, inputs: [[[1, 2]]], timeoutMs: 20_000 });
        assertEquals(next.frames[0].output, [[2, 1]]);
      });
    }
  });
}
