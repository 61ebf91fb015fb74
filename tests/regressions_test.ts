/**
 * Faults that were found by use, each held by a test so that it does not come back.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Admission } from "../actors/admission.ts";
import { RunControl } from "../actors/run_control.ts";
import { StageMeter } from "../actors/stage_meter.ts";
import type { Unit } from "../actors/unit.ts";
import { Channel } from "../streams/channel.ts";
import { ticks } from "./streams/ticks.ts";
import { PAPER_SEARCH } from "./actors/paper_search.ts";
import { evaluationOf, Recorded, SOLVES, taskOf } from "./actors/recorded.ts";
import {
  Archive,
  candidateView,
  JournalStore,
  listRuns,
  readJournal,
  readShards,
  RunDirectory,
  ShardError,
  ShardWriter,
} from "../mod.ts";
import { readRun } from "../cli/read_run.ts";
import { planRun } from "../cli/plan_run.ts";
import { UsageError } from "../cli/usage_error.ts";
import { serveRun } from "../cli/run_server.ts";
import { bottleneck } from "../cli/progress.ts";
import { findRun, NoRunError } from "../mod.ts";
import { liveRun } from "../cli/live_run.ts";
import { missingTasks } from "../cli/read_run.ts";
const NEVER = new AbortController().signal;

/** Admission of one task: one sample, three refinements, window 1. */
function admit(recorded: Recorded, changes: object = {}) {
  const samples = new Channel<Unit>({ highWaterMark: 100 });
  const refinements = new Channel<Unit>({ highWaterMark: 100 });
  const admission = new Admission({
    generation: 0,
    tasks: [taskOf("a")],
    recorder: recorded.recorder,
    control: new RunControl(recorded.recorder, ["a", "b"]),
    samples,
    refinements,
    window: 1,
    deterministic: false,
    draining: NEVER,
    budget: { samples: 1, refinements: 3, completionsPerCall: 1, completionsPerRefinement: 1 },
    allocation: PAPER_SEARCH.allocation,
    ...changes,
  });
  return { admission, samples, refinements };
}

Deno.test("a refinement waits for a result, not for a failed request", async () => {
  await using recorded = new Recorded();
  const budget = { samples: 2, refinements: 3, completionsPerCall: 1, completionsPerRefinement: 1 };
  const { admission, refinements } = admit(recorded, { budget });
  admission.run(NEVER).catch(() => {});
  await ticks();
  const { callId } = await recorded.call({ taskId: "a" });
  await recorded.recorder.record({ kind: "call_failed", callId, error: "refused" });
  await ticks();
  assertEquals(refinements.depth, 0);
  admission.stop("x");
});
Deno.test("work under way counts as busy", async () => {
  let now = 0;
  const inbox = new Channel<number>({ highWaterMark: 1 });
  const meter = new StageMeter("sample", 1, inbox, null, () => now);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timed = meter.time(() => promise);
  const busy: number[] = [];
  for (let i = 0; i < 3; i++) {
    now += 1000;
    busy.push(meter.measure().busy);
  }
  resolve();
  await timed;
  assertEquals(busy, [1, 1, 1]);
});
for (const which of ["call", "reply"] as const) {
  Deno.test(`readRun(): a damaged ${which} costs what hangs on it; the rest is read`, async () => {
    const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
    {
      await using recorded = new Recorded(directory.journal);
      await recorded.program({ taskId: "a" });
      await recorded.program({ taskId: "a", draw: 1 }, SOLVES);
    }
    const entry = [...readJournal(directory.journal)].find(({ record }) => record.kind === which)!;
    const path = `${directory.journal}/000001.jsonl`;
    const bytes = Deno.readFileSync(path);
    bytes[entry.location.offset + 20] ^= 1;
    Deno.writeFileSync(path, bytes);
    assertEquals(readRun(directory).archive.size, 1);
  });
}
for (const which of ["task", "reply"] as const) {
  Deno.test(`sql after a damaged ${which} line`, async () => {
    const directory = Deno.makeTempDirSync();
    {
      await using recorded = new Recorded(directory);
      await recorded.recorder.record({
        kind: "run_opened",
        runId: "1",
        seed: 1,
        resumed: false,
        config: {},
        codeVersion: "0",
      });
      for (const taskId of ["a", "b"]) {
        await recorded.recorder.record({
          kind: "task",
          taskId,
          dataset: "d",
          split: "training",
          train: [["1", "2"]],
          testInputs: ["3"],
          testOutputs: null,
        });
      }
      await recorded.program({ taskId: "a" });
      await recorded.program({ taskId: "b" });
    }
    const entry = [...readJournal(directory)].find(({ record }) => record.kind === which)!;
    const path = `${directory}/000001.jsonl`;
    const bytes = Deno.readFileSync(path);
    bytes[entry.location.offset + 20] ^= 1;
    Deno.writeFileSync(path, bytes);
    const store = new JournalStore(directory);
    const answers: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      answers.push(
        await store.query("select count(*)::int n from programs").then(
          ({ rows }) => rows[0][0],
          (e) => String(e),
        ),
      );
    }
    await store.close();
    assertEquals(answers, [1, 1]);
  });
}
Deno.test("a run name that is no name is wrong use", () => {
  assertThrows(
    () => planRun({ fit: true, set: [], run: "../x" }, Deno.makeTempDirSync()),
    UsageError,
  );
});
Deno.test("a folder with a long name is no run", () => {
  const runs = Deno.makeTempDirSync();
  Deno.mkdirSync(`${runs}/${"x".repeat(65)}`);
  assertEquals(listRuns(runs), []);
});
Deno.test("one damaged run.json does not hide the other runs", () => {
  const runs = Deno.makeTempDirSync();
  Deno.mkdirSync(`${runs}/a`);
  Deno.writeTextFileSync(`${runs}/a/run.json`, "");
  assertEquals(listRuns(runs).length < 2, true);
});
Deno.test("a part that is missing", () => {
  const directory = `${Deno.makeTempDirSync()}/g`;
  const shard = new ShardWriter(directory);
  shard.add({ prompt: [], completion: [] }, {
    taskId: "t",
    split: "training",
    programId: "1",
    generation: 0,
    operator: "sample",
    relabelled: false,
    correct: true,
  });
  shard.seal({ generation: 1, baseModel: "b", seed: 1 });
  Deno.removeSync(`${directory}/part-00000.jsonl`);
  assertThrows(() => [...readShards(directory)], ShardError, "part-00000.jsonl");
});
Deno.test("solved where tests are not known", async () => {
  await using recorded = new Recorded();
  const entry = await recorded.program({ taskId: "a" }, { ...SOLVES, correctTest: null });
  assertEquals(candidateView(recorded.archive, entry).solved, true);
});
Deno.test("a collision stops loudly and leaves a journal that can be read", async () => {
  const directory = Deno.makeTempDirSync();
  const recorded = new Recorded(directory);
  const call = await recorded.reply({ taskId: "a" }, ["x"]);
  await recorded.evaluate(call);
  await recorded.recorder.record(evaluationOf(call, 0)).catch(() => {});
  await recorded.journal.close();
  const archive = new Archive();
  for (const entry of readJournal(directory)) archive.apply(entry);
});
Deno.test("a blocked executor is not the bottleneck", () => {
  const st = (stage: string, c: object) => ({
    kind: "stage" as const,
    stage,
    workers: 2,
    busy: 0.1,
    queueDepth: 0,
    queueCapacity: 100,
    inPerS: 1,
    outPerS: 1,
    blockedFrac: 0,
    ...c,
  });
  const words = bottleneck([
    st("execute", { queueDepth: 100, blockedFrac: 0.9 }),
    st("archive", { busy: 1, queueDepth: 100 }),
  ]);
  assertEquals(words.startsWith("execute"), false);
});

Deno.test("resumed: a replied refinement takes its place in the window", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a" });
  const replied = await recorded.reply({ taskId: "a", operator: "refine", draw: 0 }, ["x"]);
  const { admission, refinements } = admit(recorded);
  admission.run(NEVER).catch(() => {});
  await ticks();
  await recorded.evaluate(replied);
  await ticks();
  const { depth } = refinements;
  admission.stop("x");
  assert(depth <= 1, `window 1, ${depth} under way`);
});
for (const deterministic of [false, true]) {
  Deno.test(`a budget without samples ends (deterministic: ${deterministic})`, async () => {
    await using recorded = new Recorded();
    const { admission, refinements } = admit(recorded, {
      deterministic,
      budget: { samples: 0, refinements: 2, completionsPerCall: 1, completionsPerRefinement: 1 },
    });
    const running = admission.run(NEVER).catch(() => {});
    await ticks();
    let handed = 0;
    while (refinements.depth > 0) {
      const n = await refinements.receive();
      if (!n.done) {
        handed++;
        admission.cancel(n.value);
      }
      await ticks();
    }
    assertEquals(handed, 2);
    await running;
  });
}
Deno.test("POST /sql: a body that is no JSON is the asker's fault", async () => {
  await using recorded = new Recorded();
  const server = serveRun(recorded.recorder, recorded.directory);
  const status: number[] = [];
  for (const body of ["{", "null", ""]) {
    const r = await fetch(`http://127.0.0.1:${server.port}/sql`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}` },
      body,
    });
    await r.body?.cancel();
    status.push(r.status);
  }
  await server.close();
  assertEquals(status, [400, 400, 400]);
});
Deno.test("findRun() of a name that is no name", () => {
  assertThrows(() => findRun(Deno.makeTempDirSync(), "../x"), NoRunError);
});
Deno.test("liveRun() gives up on a port that takes connections and says nothing", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const d = new RunDirectory(Deno.makeTempDirSync(), "a");
  d.writeRunFile({
    name: "a",
    runId: "1",
    seed: 1,
    startedAt: "",
    version: "",
    config: {},
    status: "running",
    server: { port: listener.addr.port, token: "t", pid: 1 },
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(() => resolve("waits for ever"), 6000));
  const found = await Promise.race([liveRun(d), late]);
  clearTimeout(timer);
  listener.close();
  assertEquals(found, null);
});
Deno.test("a damaged task line does not forbid to resume", async () => {
  const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
  const task = (taskId: string) => ({
    kind: "task" as const,
    taskId,
    dataset: "d",
    split: "training" as const,
    train: [["1", "2"]] as [string, string][],
    testInputs: ["3"],
    testOutputs: null,
  });
  {
    await using recorded = new Recorded(directory.journal);
    for (const id of ["a", "b"]) await recorded.recorder.record(task(id));
    await recorded.program({ taskId: "a" });
  }
  const path = `${directory.journal}/000001.jsonl`;
  const bytes = Deno.readFileSync(path);
  bytes[[...readJournal(directory.journal)][1].location.offset + 20] ^= 1;
  Deno.writeFileSync(path, bytes);
  assertEquals(missingTasks(readRun(directory), [task("a"), task("b")]).map((t) => t.taskId), [
    "b",
  ]);
});
Deno.test("close() with a reader that hangs does not kill the process", async () => {
  const recorded = new Recorded();
  const server = serveRun(recorded.recorder, recorded.directory);
  const r = await fetch(`http://127.0.0.1:${server.port}/candidates?last=1`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  await server.close();
  await r.body?.cancel().catch(() => {});
  await recorded.journal.close();
});
