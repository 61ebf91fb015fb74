/**
 * What every engine has to do, as one suite: engines differ in how they hold a program, not in what
 * they say of it.
 *
 * @module
 */
import { assert, assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import type { Grid } from "../../data/grid.ts";
import type { Engine } from "../../sandbox/engine.ts";
import { closing } from "./find_python.ts";
import { INPUT, returning } from "./outcome_row.ts";
import { ROWS } from "./outcome_rows.ts";

/** What is tested, and what it can import. */
export interface EngineUnderTest {
  readonly name: string;
  readonly numpy: boolean;
  readonly scipy: boolean;
  /** Raw memory. @default true */
  readonly ctypes?: boolean;
  open(workers: number): Promise<Engine>;
}

/** Registers the suite for one engine. */
export function engineCases(subject: EngineUnderTest): void {
  const has = { ctypes: true, ...subject };
  const one = (code: string, timeoutMs = 5_000) => ({ code, inputs: [INPUT], timeoutMs });

  Deno.test(`${subject.name} engine: outcomes`, async (t) => {
    const engine = await subject.open(2);
    await using _closing = closing(engine);
    for (const row of ROWS) {
      const ignore = row.needs !== undefined && !has[row.needs];
      const name = `${row.outcome}: ${row.name}${ignore ? ` (skipped: no ${row.needs})` : ""}`;
      await t.step({
        name,
        ignore,
        async fn() {
          const { frames, ms } = await engine.run(one(row.code, row.timeoutMs));
          const [{ outcome, output, error }] = frames;
          assertEquals(outcome, row.outcome, error ?? undefined);
          assertEquals(output === null, outcome !== "ok");
          assertEquals(error === null, outcome === "ok");
          assertLessOrEqual(error?.length ?? 0, 200);
          assertLessOrEqual(ms, (row.timeoutMs ?? 5_000) + 250);
          if (row.output !== undefined) assertEquals(output, row.output);
          if (typeof row.error === "string") assertEquals(error, row.error);
          if (row.error instanceof RegExp) assert(row.error.test(error!), error!);
        },
      });
    }
  });

  Deno.test(`${subject.name} engine: inputs of one run`, async (t) => {
    const engine = await subject.open(1);
    await using _closing = closing(engine);
    const run = async (code: string, inputs: Grid[], timeoutMs = 5_000) =>
      (await engine.run({ code, inputs, timeoutMs })).frames.map((f) => f.output ?? f.outcome);
    await t.step("an exception on one does not stop the others", async () => {
      const frames = await run(returning("[[12 // g[0][0]]]"), [[[2]], [[0]], [[3]]]);
      assertEquals(frames, [[[6]], "runtime_error", [[4]]]);
    });
    await t.step("a time-out keeps what is done and ends the rest", async () => {
      const code = "def transform(g):\n    while g == [[5]]: pass\n    return g";
      assertEquals(await run(code, [[[1]], [[5]], [[2]]], 300), [[[1]], "timeout", "timeout"]);
    });
    await t.step("so does the first MemoryError", async () => {
      const code = "def transform(g):\n    if g == [[5]]: bytearray(1 << 40)\n    return g";
      assertEquals(await run(code, [[[1]], [[5]], [[2]]]), [[[1]], "memory", "memory"]);
    });
    await t.step("each is a fresh copy", async () => {
      const code =
        "seen = []\ndef transform(g):\n    seen.append(g)\n    g[0][0] += 1\n    return g";
      const same: Grid = [[1]];
      assertEquals(await run(code, [same, same]), [[[2]], [[2]]]);
      assertEquals(same, [[1]]);
    });
    await t.step("200 large ones", async () => {
      const large = Array.from({ length: 30 }, (_, r) => Array(30).fill(r % 10));
      const frames = await run(returning("g"), Array(200).fill(large));
      assertEquals(frames, Array(200).fill(large));
    });
    await t.step("none, or a bad deadline, is refused", async () => {
      const bad = [{ ...one("x"), inputs: [] }, { ...one("x"), timeoutMs: 0 }];
      for (const job of bad) await assertRejects(() => engine.run(job), RangeError);
    });
  });

  Deno.test(`${subject.name} engine: the same program gives the same bytes`, async () => {
    const numpy = has.numpy
      ? "np.random.randint(10), np.random.default_rng().integers(10)"
      : "0, 0";
    const code = `import os, random, time, uuid
def transform(g):
    names = {"name%d" % i for i in range(20)}
    random.seed()
    return [[hash(n) % 10 for n in names], [random.Random().randrange(10) for _ in names],
            [b % 10 for b in os.urandom(20)], [int(c, 16) % 10 for c in uuid.uuid4().hex[:20]],
            [int(time.time() * 1000) % 10 for _ in names],
            [int(x) for x in (${numpy})] * 10]`;
    const seen = [];
    for (let i = 0; i < 2; i++) {
      const engine = await subject.open(1);
      await using _closing = closing(engine);
      for (let j = 0; j < 2; j++) seen.push((await engine.run(one(code))).frames);
    }
    assertEquals(seen[0][0].error, null);
    for (const frames of seen) assertEquals(frames, seen[0]);
  });

  Deno.test(`${subject.name} engine: a program leaves nothing to the next`, async () => {
    const engine = await subject.open(1);
    await using _closing = closing(engine);
    const dirty = `import atexit, builtins, json, math, random, signal, sys, threading, warnings
json.loads = math.sqrt = None
random.seed(7)
sys.modules["planted"] = sys
sys.setrecursionlimit(50)
sys.settrace(lambda *_: None)
warnings.filters[:] = []
signal.signal(signal.SIGTERM, signal.SIG_IGN)
builtins.sum = builtins.len = lambda *_: 5
builtins.list = builtins.type = builtins.int = builtins.bytes = builtins.BaseException = None
def transform(g):
    g[0] = [5, 5]
    return g`;
    const clean = `import builtins, json, math, random, signal, sys
def transform(g):
    return [[sum([1, 2]), json.loads("4"), int(math.sqrt(9)), "planted" in sys.modules and 1 or 0,
             int(sys.getrecursionlimit() < 500), int(signal.getsignal(signal.SIGTERM) != 0),
             random.randrange(10)]]`;
    const before = (await engine.run(one(clean))).frames;
    const [soiled] = (await engine.run(one(dirty))).frames;
    assertEquals(soiled, { outcome: "ok", output: [[5, 5], [3, 4]], error: null });
    assertEquals((await engine.run(one(clean))).frames, before);
    assertEquals(before[0].output![0].slice(0, 6), [3, 4, 3, 0, 0, 0]);
  });

  Deno.test(`${subject.name} engine: confirm() isolates and shuffles the inputs`, async () => {
    const engine = await subject.open(2);
    await using _closing = closing(engine);
    const inputs: Grid[] = [[[1]], [[2]], [[3]], [[4]]];
    const counting =
      "n = 0\ndef transform(g):\n    global n\n    n += 1\n    return [[g[0][0], n]]";
    const job = { code: counting, inputs, timeoutMs: 5_000 };
    const drawn: number[] = [];
    const random = () => drawn.push(drawn.length) && 0;
    const screened = (await engine.run(job)).frames.map((frame) => frame.output);
    const confirmed = (await engine.confirm(job, random)).frames.map((frame) => frame.output);
    assertEquals(screened, [[[1, 1]], [[2, 2]], [[3, 3]], [[4, 4]]]);
    assertEquals(confirmed, [[[1, 1]], [[2, 1]], [[3, 1]], [[4, 1]]]);
    assertEquals(drawn.length, 3);
    const honest = { ...job, code: returning("[[g[0][0] * 2]]") };
    assertEquals((await engine.confirm(honest, random)).frames, (await engine.run(honest)).frames);
  });

  Deno.test(`${subject.name} engine: abort ends a job, running or waiting, and only it`, async () => {
    const engine = await subject.open(1);
    await using _closing = closing(engine);
    const loop = one("def transform(g):\n    while True: pass", 600_000);
    const running = new AbortController();
    const waiting = new AbortController();
    const first = engine.run(loop, running.signal);
    const second = engine.run(loop, waiting.signal);
    const third = engine.run(loop, waiting.signal);
    const fourth = engine.run(one(returning("g")));
    waiting.abort(new Error("waiting"));
    await assertRejects(() => second, Error, "waiting");
    await assertRejects(() => third, Error, "waiting");
    running.abort(new Error("running"));
    await assertRejects(() => first, Error, "running");
    assertEquals((await fourth).frames[0].output, INPUT);
    await assertRejects(() => engine.run(loop, running.signal), Error, "running");
  });
}
