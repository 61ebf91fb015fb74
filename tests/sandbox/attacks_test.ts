import { assert, assertEquals } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { type AttackRow, ATTACKS, type Prey } from "./attack_rows.ts";
import { closing, findPython, python, sandboxProcesses } from "./find_python.ts";
import { makeWorld } from "./prey.ts";

const { path } = await findPython();
const INPUT: Grid = [[1, 2]];
const INNOCENT = "def transform(g):\n    return [row[::-1] for row in g]";

/** What the attack returns in a Python that nothing confines. */
function unconfined(attack: AttackRow, prey: Prey): Promise<string> {
  return python(path, `${attack.code(prey)}\nprint(transform(${JSON.stringify(INPUT)}))`);
}

Deno.test("attacks succeed in a plain Python", async (t) => {
  for (const attack of ATTACKS.filter(({ noControl }) => !noControl)) {
    await t.step(attack.name, async () => {
      await using world = await makeWorld();
      assertEquals((await unconfined(attack, world.prey)).split("\n").at(-1), "[[1]]");
    });
  }
});

Deno.test("attacks are contained by the python engine", async (t) => {
  const engine = await openPythonEngine({ python: path, workers: 1 });
  await using _closing = closing(engine);
  await using world = await makeWorld();
  const before = await world.look();
  for (const attack of ATTACKS) {
    await t.step(attack.name, async () => {
      const job = { code: attack.code(world.prey), inputs: [INPUT], timeoutMs: 5_000 };
      const [{ outcome, output, error }] = (await engine.run(job)).frames;
      assert(outcome !== "ok" || output![0][0] === 0, `got through: ${outcome}`);
      if (attack.ends !== undefined) assertEquals(outcome, attack.ends, error ?? undefined);
      assertEquals(await world.look(), before);
      const next = await engine.run({ ...job, code: INNOCENT });
      assertEquals(next.frames, [{ outcome: "ok", output: [[2, 1]], error: null }]);
    });
  }
  const processes = await sandboxProcesses(path);
  assertEquals(processes.filter(({ fork }) => fork), []);
});

const FORGERIES: [name: string, code: string, outcomes: string[]][] = [
  [
    "a frame of its own, then a loop: states a grid, no more",
    `os.write(3, bytes([0, 1, 1, 7]))\n    while True: pass`,
    ["ok", "timeout"],
  ],
  [
    "frames for more inputs than there are",
    "os.write(3, bytes([0, 1, 1, 7]) * 3)\n    os._exit(0)",
    [
      "killed",
      "killed",
    ],
  ],
  ["a frame and a fork's own", "os.write(3, bytes([0, 1, 1, 7]))\n    return g", [
    "killed",
    "killed",
  ]],
  ["noise", "os.write(3, b'[[1]]')\n    return g", ["killed", "killed"]],
  ["half a frame", "os.write(3, bytes([0, 9, 9]))\n    os._exit(0)", ["killed", "killed"]],
  [
    "a flood",
    "\n    try:\n        while True: os.write(3, b'x' * 4096)\n    except OSError: return g",
    ["output_limit", "output_limit"],
  ],
  ["closing the pipe and going on", "os.close(3)\n    while True: pass", ["killed", "killed"]],
  ["an exit status of the fork's", "os._exit(80)", ["memory", "memory"]],
  ["asking for every tier", "os._exit(93)", ["killed", "killed"]],
  ["a replaced os.write", "os.write = os._exit = lambda *_: None\n    return g", ["ok", "ok"]],
  [
    "an evil list",
    `class L(list):
        def __len__(self): return 1
        def __iter__(self): return iter([[7]])
        def __eq__(self, other): return True
    return L(g)`,
    ["invalid_grid", "invalid_grid"],
  ],
  [
    "an int that claims to be one",
    `class M(type):
        def __eq__(self, other): return True
        def __hash__(self): return hash(int)
    class I(metaclass=M):
        __class__ = int
        def __int__(self): return 7
        __index__ = __int__
    return [[I()]]`,
    ["invalid_grid", "invalid_grid"],
  ],
];

Deno.test("a forged result can only state what a program may return", async (t) => {
  const engine = await openPythonEngine({ python: path, workers: 1 });
  await using _closing = closing(engine);
  for (const [name, body, outcomes] of FORGERIES) {
    await t.step(name, async () => {
      const code = `import os\ndef transform(g):\n    ${body}`;
      const { frames } = await engine.run({ code, inputs: [[[1]], [[2]]], timeoutMs: 300 });
      assertEquals(frames.map(({ outcome }) => outcome), outcomes);
      const next = await engine.run({ code: INNOCENT, inputs: [INPUT], timeoutMs: 5_000 });
      assertEquals(next.frames[0].output, [[2, 1]]);
    });
  }
});

Deno.test("a fork dies with its server", async () => {
  const engine = await openPythonEngine({ python: path, workers: 1 });
  await using _closing = closing(engine);
  const loop = { code: "while True: pass", inputs: [INPUT], timeoutMs: 600_000 };
  const abort = new AbortController();
  const job = engine.run(loop, abort.signal).catch((error) => error);
  let processes = await sandboxProcesses(path);
  while (!processes.some(({ fork }) => fork)) processes = await sandboxProcesses(path);
  const forks = processes.filter(({ fork }) => fork).map(({ pid }) => pid);
  abort.abort("enough");
  assertEquals(await job, "enough");
  const alive = `import os\nprint([p for p in ${
    JSON.stringify(forks)
  } if os.path.exists(f"/proc/{p}")])`;
  while (await python(path, alive) !== "[]");
});
