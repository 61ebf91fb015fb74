/**
 * Batched screening as a whole: what a fork makes of a batch, and that nobody can tell a program's
 * result from the one it has alone.
 */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { fileURLToPath } from "node:url";
import { longPrograms, smallPrograms, USUAL_FLAWS } from "../../bench/corpus/compose.ts";
import type { Frame } from "../../data/candidate.ts";
import type { Grid } from "../../data/grid.ts";
import { decodeBatch, encodeBatch, TOKEN_BYTES } from "../../sandbox/batch.ts";
import { Cell } from "../../sandbox/cell.ts";
import type { Engine, Job } from "../../sandbox/engine.ts";
import { encodeJob, type ForkEnd } from "../../sandbox/protocol.ts";
import { openPythonEngine } from "../../sandbox/python.ts";
import { until } from "../until.ts";
import { closing, findPython, sandboxProcesses } from "./find_python.ts";
import { INPUT, returning } from "./outcome_row.ts";
import { ROWS } from "./outcome_rows.ts";
import { ALONE, bodied, SHARED } from "./vet_rows.ts";

const python = await findPython();
const launcher = fileURLToPath(new URL("../../sandbox/launcher.py", import.meta.url));
const open = (batchSize: number, workers = 2) =>
  openPythonEngine({ python: python.path, workers, batchSize });

const LOOP = "def transform(g):\n    while g == [[5]]: pass\n    return g";
const BOMB = "def transform(g):\n    pile = [0]\n    while True: pile = pile + pile";
const SPILL = "def transform(g):\n    while True: print('x' * 1000)";
const GOOD = returning("[row[::-1] for row in g]");

/** Runs one batch in one fork and says, in a word, what came of each member. */
async function inOneFork(codes: readonly string[], inputs: readonly Grid[] = [INPUT]) {
  const ended = Promise.withResolvers<ForkEnd>();
  const cell = new Cell({
    ...{ python: python.path, launcher },
    ...{ memoryBytes: 128 << 20, outputBytes: 10_000, recycleAfter: 100 },
  }, {
    onEnded: (_, end) => ended.resolve(end),
    onReleased: () => {},
    onFailed: (_, error) => ended.reject(new Error(error)),
    onDeath: (error) => ended.reject(new Error(error)),
  });
  const tier = 1;
  const count = inputs.length;
  const members = codes.map((code) => ({ job: encodeJob(code, inputs), count, timeoutMs: 400 }));
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const job = encodeBatch(members, token);
  await cell.ready;
  const order = { id: 1, tier, timeoutMs: 400, count: count * codes.length } as const;
  cell.run({ ...order, members: codes.length, job });
  const end = await ended.promise;
  await cell.close();
  return decodeBatch(members, token, tier, end).map((one) =>
    one.type === "done" ? one.frames.map(({ outcome }) => outcome).join("+") : one.type
  );
}

const MIXES: [name: string, codes: string[], ends: string[]][] = [
  ["all run in one fork", [GOOD, GOOD, GOOD], ["ok", "ok", "ok"]],
  ["a syntax error is a result", ["def", GOOD], ["syntax_error", "ok"]],
  ["so is an exception", ["1 / 0", GOOD, "x = 1"], ["runtime_error", "ok", "runtime_error"]],
  ["who may not share is left out", ["import os", GOOD, "class A: pass"], ["alone", "ok", "alone"]],
  ["a bad import found late is in doubt", [GOOD, "import abc", GOOD], ["ok", "alone", "again"]],
  ["an import of all too", ["from math import *", GOOD], ["alone", "again"]],
  ["a missing module is a result", ["import nowhere", GOOD], ["missing_module", "ok"]],
  ["an output limit ends the fork", [GOOD, SPILL, GOOD], ["ok", "output_limit", "again"]],
  ["so does a MemoryError", [GOOD, BOMB, GOOD], ["ok", "memory", "again"]],
  ["sources too deep for the parser", ["(".repeat(5000), GOOD], ["syntax_error", "ok"]],
];

for (const [name, codes, ends] of MIXES) {
  Deno.test(`a batch: ${name}`, async () => assertEquals(await inOneFork(codes), ends));
}

Deno.test({
  name: "a batch: one that needs more than is loaded is sent on",
  ignore: !python.scipy,
  async fn() {
    const ends = await inOneFork([GOOD, "from scipy import ndimage", GOOD]);
    assertEquals(ends, ["ok", "tier", "again"]);
  },
});

Deno.test("a batch: a loop has its own deadline and keeps its frames and its neighbours'", async () => {
  const ends = await inOneFork([GOOD, LOOP, GOOD], [[[1]], [[5]], [[2]]]);
  assertEquals(ends, ["ok+ok+ok", "ok+timeout+timeout", "again"]);
});

Deno.test("a batch: each member has the memory of a program alone", async () => {
  const hoard = "pile = []\ndef transform(g):\n    pile.append([0] * (8 << 20))\n    return g";
  const ends = await inOneFork(Array(6).fill(hoard));
  for (const end of ends) assert(end === "ok" || end === "again", end);
});

/** Frames of jobs submitted together, in order. */
async function framesOf(engine: Engine, jobs: readonly Job[]): Promise<(readonly Frame[])[]> {
  return (await Promise.all(jobs.map((job) => engine.run(job)))).map(({ frames }) => frames);
}

/** Addresses and line-dependent texts apart, results must be the same. */
async function assertSame(jobs: readonly Job[]) {
  const batched = await open(32);
  await using _one = closing(batched);
  const alone = await open(1);
  await using _two = closing(alone);
  const [ours, theirs] = [await framesOf(batched, jobs), await framesOf(alone, jobs)];
  for (const [i, { code }] of jobs.entries()) assertEquals(ours[i], theirs[i], code);
}

Deno.test({
  name: "screening in batches says what screening alone says: made-up programs",
  ignore: !python.scipy,
  async fn() {
    const flaws = { ...USUAL_FLAWS, memory: 0.02, loop: 0.01 };
    const programs = [...smallPrograms(400, 7, flaws), ...longPrograms(60, 7, USUAL_FLAWS)];
    const timed = programs.map(({ code, inputs, flaw }) => ({
      code,
      inputs,
      timeoutMs: flaw === "loop" ? 400 : 20_000,
    }));
    await assertSame(timed);
  },
});

Deno.test({
  name: "screening in batches says what screening alone says: outcomes and vetting cases",
  ignore: !python.scipy,
  async fn() {
    const rows = ROWS.map(({ code, timeoutMs = 20_000 }) => ({ code, timeoutMs }));
    const vetting = [...SHARED, ...ALONE].map(([, body]) => ({
      code: bodied(body.replace("id(g)", "0")),
      timeoutMs: 20_000,
    }));
    await assertSame([...rows, ...vetting].map((job) => ({ ...job, inputs: [INPUT, [[1]]] })));
  },
});

Deno.test("loops cost their own time only, in batches too", async () => {
  const engine = await open(32);
  await using _closing = closing(engine);
  const loop = { code: LOOP, inputs: [[[5]]], timeoutMs: 500 };
  const good = { code: GOOD, inputs: [INPUT], timeoutMs: 20_000 };
  await framesOf(engine, Array(64).fill(good));
  const began = performance.now();
  const jobs = Array.from({ length: 64 }, (_, i) => i % 8 === 0 ? loop : good);
  const frames = await framesOf(engine, jobs);
  const seconds = (performance.now() - began) / 1000;
  for (const [i, [{ outcome }]] of frames.entries()) {
    assertEquals(outcome, i % 8 === 0 ? "timeout" : "ok");
  }
  // 8 loops of 0.5 s on 2 workers are 2 s; were each run once more alone it would be 4 s.
  assertGreater(seconds, 1.9);
  assertLess(seconds, 3.5);
});

Deno.test("aborting one of a batch leaves the others their results", async () => {
  const engine = await open(32, 1);
  await using _closing = closing(engine);
  const abort = new AbortController();
  const forever = { code: LOOP, inputs: [[[5]]], timeoutMs: 600_000 };
  const good = { code: GOOD, inputs: [INPUT], timeoutMs: 20_000 };
  const looping = engine.run(forever, abort.signal).catch((error) => error);
  const others = framesOf(engine, Array(10).fill(good));
  const running = async () => (await sandboxProcesses(python.path)).some(({ fork }) => fork);
  await until("the loop is running", running);
  abort.abort("enough");
  assertEquals(await looping, "enough");
  for (const [{ output }] of await others) assertEquals(output, [[2, 1], [4, 3]]);
});
