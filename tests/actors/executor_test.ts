import { assertEquals, assertRejects } from "@std/assert";
import { type Executed, Executor, type ExecutorOptions } from "../../actors/executor.ts";
import { StageMeter } from "../../actors/stage_meter.ts";
import type { Candidate } from "../../data/candidate.ts";
import { encodeGrid, type Grid } from "../../data/grid.ts";
import { SandboxError } from "../../sandbox/engine.ts";
import { Channel } from "../../streams/channel.ts";
import { ticks } from "../streams/ticks.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, taskOf } from "./recorded.ts";

/** Input k is to become k+1: train 1 → 2, test 3 → 4. */
const ADD = (grid: Grid) => grid.map((row) => row.map((cell) => cell + 1));
const SAME = (grid: Grid) => grid;
/** What tells whether the sandbox itself is at fault. */
const HARMLESS = "def transform(grid):\n    return grid";
const TASKS = new Map([["a", taskOf("a")], ["b", taskOf("b")]]);
const ANSWERS = new Map<string, readonly Grid[]>([["a", [[[4]]]], ["b", [[[4]]]]]);
const NEVER = new AbortController().signal;

/** An executor upon an engine. */
function executor(
  { recorder }: Recorded,
  engine: MemoryEngine,
  changes: Partial<ExecutorOptions> = {},
) {
  const inbox = new Channel<Candidate>({ highWaterMark: 100 });
  const outbox = new Channel<Executed>({ highWaterMark: 100 });
  const pauses: number[] = [];
  const actor = new Executor({
    inbox,
    outbox,
    tasks: TASKS,
    answers: ANSWERS,
    engine,
    recorder,
    timeoutMs: 500,
    rules: PAPER_SEARCH.rules,
    meter: new StageMeter("execute", engine.workers, inbox, outbox, () => 0),
    delay: (ms) => Promise.resolve(void pauses.push(ms)),
    ...changes,
  });
  return { actor, inbox, outbox, pauses };
}

/** Journals one request of a task with these programs; gives its candidates. */
async function candidates(
  recorded: Recorded,
  codes: readonly (string | null)[],
  taskId = "a",
): Promise<Candidate[]> {
  await recorded.reply({ taskId }, codes);
  return [...recorded.archive.unevaluated()].filter((one) => one.taskId === taskId);
}

/** Executes candidates to the end. */
async function execute(
  recorded: Recorded,
  engine: MemoryEngine,
  given: readonly Candidate[],
  changes: Partial<ExecutorOptions> = {},
): Promise<Executed[]> {
  const { actor, inbox, outbox } = executor(recorded, engine, changes);
  for (const candidate of given) await inbox.send(candidate);
  inbox.close();
  await actor.run(NEVER);
  outbox.close();
  return (await Array.fromAsync(outbox)).toSorted((a, b) => a.candidate.index - b.candidate.index);
}

const texts = ({ evaluation }: Executed) =>
  evaluation.outputs.map((grid) => grid && encodeGrid(grid));

Deno.test("Executor judges a program on all inputs, and runs a wrong one once", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ same: SAME });
  const [one] = await execute(recorded, engine, await candidates(recorded, ["same"]));
  assertEquals(one.evaluation, {
    id: one.candidate.id,
    outcome: "ok",
    error: null,
    outputs: [[[1]], [[3]]],
    correctTrain: [false],
    correctTest: [false],
    transduction: false,
    duplicateOf: null,
    ms: 3,
    layers: "memory",
    confirmed: false,
  });
  assertEquals(engine.screened.map(({ inputs, timeoutMs }) => [inputs, timeoutMs]), [
    [[[[1]], [[3]]], 500],
  ]);
  assertEquals(engine.confirmed, []);
});

Deno.test("Executor confirms a program that is right on train; what it gave alone counts", async () => {
  await using recorded = new Recorded();
  const lucky = (grid: Grid) => grid[0][0] === 3 ? [[7]] : ADD(grid);
  const engine = new MemoryEngine({ add: ADD }, { alone: { add: lucky } });
  const [one] = await execute(recorded, engine, await candidates(recorded, ["add"]));
  assertEquals(texts(one), ["2", "7"]);
  const { correctTrain, correctTest, confirmed, ms } = one.evaluation;
  assertEquals([correctTrain, correctTest, confirmed, ms], [[true], [false], true, 43]);
  assertEquals(engine.confirmed.map(({ code }) => code), engine.screened.map(({ code }) => code));
});

Deno.test("Executor does not let a program count that is right only in company", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ add: ADD }, { alone: { add: () => "NameError: state" } });
  const [{ evaluation }] = await execute(recorded, engine, await candidates(recorded, ["add"]));
  assertEquals([evaluation.outcome, evaluation.error], ["runtime_error", "NameError: state"]);
  assertEquals([evaluation.correctTrain, evaluation.correctTest], [[false], [false]]);
});

Deno.test("Executor does not confirm a program that is right on train and fails on a test", async () => {
  await using recorded = new Recorded();
  const half = (grid: Grid) => grid[0][0] === 3 ? "IndexError" : ADD(grid);
  const engine = new MemoryEngine({ half });
  const [{ evaluation }] = await execute(recorded, engine, await candidates(recorded, ["half"]));
  assertEquals([evaluation.outcome, evaluation.correctTrain], ["runtime_error", [true]]);
  assertEquals([evaluation.outputs, engine.confirmed], [[[[2]], null], []]);
});

Deno.test("Executor does not confirm a program that is right on some train pairs only", async () => {
  await using recorded = new Recorded();
  const tasks = new Map([["a", taskOf("a", [["1", "2"], ["2", "3"], ["5", "9"]])]]);
  const engine = new MemoryEngine({ add: ADD });
  const given = await candidates(recorded, ["add"]);
  const [{ evaluation }] = await execute(recorded, engine, given, { tasks });
  assertEquals(evaluation.correctTrain, [true, true, false]);
  assertEquals([evaluation.confirmed, engine.confirmed], [false, []]);
});

Deno.test("Executor gives a completion without a program its row without running anything", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({});
  const given = await candidates(recorded, [null]);
  const [{ evaluation }] = await execute(recorded, engine, given);
  const { outcome, outputs, correctTrain, correctTest } = evaluation;
  assertEquals([outcome, outputs, correctTrain, correctTest], [
    "no_code",
    [null, null],
    [false],
    [false],
  ]);
  assertEquals(engine.screened, []);
  const [unknown] = await execute(recorded, engine, given, { answers: new Map() });
  assertEquals(unknown.evaluation.correctTest, null);
});

Deno.test("Executor without answers judges train pairs only, and confirms by them", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ add: ADD });
  const given = await candidates(recorded, ["add"]);
  const [{ evaluation }] = await execute(recorded, engine, given, { answers: new Map() });
  assertEquals([evaluation.correctTest, evaluation.confirmed], [null, true]);
});

Deno.test("Executor runs copies once, also when they come while the first is under way", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ add: ADD, same: SAME });
  const given = await candidates(recorded, ["add", "same", "add", "add"]);
  const executed = await execute(recorded, engine, given);
  assertEquals(engine.screened.length, 2);
  const copies = executed.filter(({ evaluation }) => evaluation.duplicateOf !== null);
  assertEquals(copies.map(({ evaluation }) => evaluation.duplicateOf), [given[0].id, given[0].id]);
  for (const copy of copies) {
    assertEquals(copy.evaluation, {
      ...executed[0].evaluation,
      id: copy.candidate.id,
      duplicateOf: given[0].id,
      ms: 0,
    });
  }
});

for (let gap = 0; gap < 12; gap++) {
  Deno.test(`Executor runs a copy once that comes ${gap} turns after the first`, async () => {
    await using recorded = new Recorded();
    const engine = new MemoryEngine({ add: ADD });
    const { actor, inbox, outbox } = executor(recorded, engine);
    const running = actor.run(NEVER);
    const [first, second] = await candidates(recorded, ["add", "add"]);
    await inbox.send(first);
    for (let i = 0; i < gap; i++) await Promise.resolve();
    await inbox.send(second);
    inbox.close();
    await running;
    outbox.close();
    const ids = (await Array.fromAsync(outbox)).map(({ evaluation }) => evaluation.duplicateOf);
    assertEquals([engine.screened.length, ids], [1, [null, first.id]]);
  });
}

Deno.test("Executor reads a copy's result back once the first is archived", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ broken: (grid) => grid[0][0] === 3 ? "KeyError: 3" : [[5]] });
  const given = await candidates(recorded, ["broken", "broken"]);
  const { actor, inbox, outbox } = executor(recorded, engine);
  const running = actor.run(NEVER);
  const results: Executed[] = [];
  for (const candidate of given) {
    await inbox.send(candidate);
    const next = await outbox.receive();
    if (next.done) throw new Error("ended early");
    results.push(next.value);
    const { evaluation } = next.value;
    await recorded.recorder.record({
      kind: "evaluation",
      ...evaluation,
      callId: candidate.callId,
      index: candidate.index,
      outputs: evaluation.outputs.map((grid) => grid && encodeGrid(grid)),
      host: "test",
    });
  }
  inbox.close();
  await running;
  assertEquals(engine.screened.length, 1);
  const { evaluation: copy } = results[1];
  assertEquals(copy, {
    ...results[0].evaluation,
    id: given[1].id,
    duplicateOf: given[0].id,
    ms: 0,
  });
  assertEquals(copy.error, "KeyError: 3");
  assertEquals(recorded.archive.get(copy.id)?.duplicateOf, given[0].id);
});

Deno.test("Executor runs the same source again for another task", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ add: ADD });
  const given = [
    ...await candidates(recorded, ["add"], "a"),
    ...await candidates(recorded, ["add"], "b"),
  ];
  const executed = await execute(recorded, engine, given);
  assertEquals(engine.screened.length, 2);
  assertEquals(executed.map(({ evaluation }) => evaluation.duplicateOf), [null, null]);
});

Deno.test("Executor flags a program whose output stands in its source", async () => {
  await using recorded = new Recorded();
  const tasks = new Map([["a", taskOf("a", [["12", "34/56"]], ["78"])]]);
  const answers = new Map<string, readonly Grid[]>([["a", [[[9, 9]]]]]);
  const literal = "def transform(grid): return [[3, 4], [5, 6]]";
  const computed = "def transform(grid): return answer(grid)";
  const given = (): Grid => [[3, 4], [5, 6]];
  const engine = new MemoryEngine({ [literal]: given, [computed]: given });
  const executed = await execute(
    recorded,
    engine,
    await candidates(recorded, [literal, computed]),
    { tasks, answers },
  );
  assertEquals(executed.map(({ evaluation }) => evaluation.transduction), [true, false]);
});

Deno.test("Executor gives a program SOAR's time where none is set", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ same: SAME });
  const train = Array.from({ length: 4 }, (_, i): [string, string] => [`${i}`, "9"]);
  const tasks = new Map([["a", taskOf("a", train, ["5", "6"])]]);
  const changes = { tasks, answers: new Map(), timeoutMs: null };
  await execute(recorded, engine, await candidates(recorded, ["same"]), changes);
  assertEquals(engine.screened[0].timeoutMs, 6000);
});

Deno.test("Executor tries again after a fault of the sandbox, and says so", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ same: SAME });
  let faults = 2;
  engine.gate = () =>
    faults-- > 0 ? Promise.reject(new SandboxError("cell lost")) : Promise.resolve();
  const { actor, inbox, outbox, pauses } = executor(recorded, engine);
  const events: string[] = [];
  actor.events$.subscribe(({ level, event, taskId, message }) =>
    events.push(`${level} ${event} ${taskId}: ${message}`)
  );
  for (const candidate of await candidates(recorded, ["same"])) await inbox.send(candidate);
  inbox.close();
  await actor.run(NEVER);
  outbox.close();
  assertEquals((await Array.fromAsync(outbox)).map(({ evaluation }) => evaluation.outcome), ["ok"]);
  assertEquals([engine.screened.length, pauses], [3, [200, 400]]);
  assertEquals(events, Array(2).fill("warning retried a: SandboxError: cell lost"));
});

Deno.test("Executor stops the run when the sandbox cannot go on", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ same: SAME });
  engine.gate = () => Promise.reject(new SandboxError("cell lost"));
  await assertRejects(
    async () => execute(recorded, engine, await candidates(recorded, ["same"])),
    SandboxError,
    "cell lost",
  );
  assertEquals(engine.screened.length, 4, "three tries, and a harmless program");
});

Deno.test("Executor sets a program aside that only the sandbox fails on, and runs the others", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ same: SAME, [HARMLESS]: SAME });
  engine.gate = ({ code }) =>
    code.trim() === "poison" ? Promise.reject(new SandboxError("cell lost")) : Promise.resolve();
  const executed = await execute(recorded, engine, await candidates(recorded, ["poison", "same"]));
  const outcomes = executed.map(({ candidate: { code }, evaluation }) =>
    [code?.trim(), evaluation.outcome, evaluation.error].join()
  );
  assertEquals(outcomes.toSorted(), [
    "poison,killed,set aside after 3 attempts: SandboxError: cell lost",
    "same,ok,",
  ]);
});

Deno.test("Executor runs a copy itself when the first could not be run", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ add: ADD });
  let faults = 1;
  engine.gate = () =>
    faults-- > 0 ? Promise.reject(new SandboxError("cell lost")) : Promise.resolve();
  const executed = await execute(recorded, engine, await candidates(recorded, ["add", "add"]));
  const originals = executed.filter(({ evaluation }) => evaluation.duplicateOf === null);
  assertEquals([originals.length, executed.length, engine.screened.length], [1, 2, 2]);
  const copy = executed.find(({ evaluation }) => evaluation.duplicateOf !== null)!;
  assertEquals(copy.evaluation.duplicateOf, originals[0].candidate.id);
});

Deno.test("Executor offers the engine its workers' jobs and those ahead, and no more", async () => {
  await using recorded = new Recorded();
  const programs = Array.from({ length: 9 }, (_, i) => `same${i}`);
  const engine = new MemoryEngine(Object.fromEntries(programs.map((name) => [name, SAME])));
  const { promise, resolve } = Promise.withResolvers<void>();
  engine.gate = () => promise;
  const { actor, inbox, outbox } = executor(recorded, engine);
  for (const candidate of await candidates(recorded, programs)) await inbox.send(candidate);
  inbox.close();
  const running = actor.run(NEVER);
  await ticks();
  assertEquals(engine.screened.length, 4);
  resolve();
  await running;
  assertEquals([engine.screened.length, outbox.depth], [9, 9]);
});
