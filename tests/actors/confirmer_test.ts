import { assertEquals, assertRejects } from "@std/assert";
import { Confirmer } from "../../actors/confirmer.ts";
import type { Grid } from "../../data/grid.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { type Job, SandboxError } from "../../sandbox/engine.ts";
import { type Behaviour, MemoryEngine } from "./memory_engine.ts";
import { Recorded, type Result, taskOf } from "./recorded.ts";

const NEVER = new AbortController().signal;
/** What is archived: a grid on the train input, none on the test input. */
const ARCHIVED: Result = { outputs: ["12", null], outcome: "runtime_error", confirmed: false };

function confirmerOf({ recorder }: Recorded, engine: MemoryEngine, timeoutMs: number | null = 500) {
  return new Confirmer({
    engine,
    recorder,
    tasks: new Map([["a", taskOf("a")]]),
    timeoutMs,
    delay: () => Promise.resolve(),
  });
}

/** Says what each of the two inputs gives. */
const gives = (train: Grid | string, test: Grid | string): Behaviour => (grid) =>
  grid[0][0] === 1 ? train : test;

/** The jobs an engine ran, of which none shared a process. */
function aloneIn({ screened, confirmed }: MemoryEngine): Job[] {
  assertEquals(screened.filter(({ alone }) => !alone), []);
  return [...screened, ...confirmed];
}

const CASES: readonly [name: string, alone: Behaviour, holds: boolean][] = [
  ["the same outputs", gives([[1, 2]], "KeyError"), true],
  ["another grid", gives([[2, 1]], "KeyError"), false],
  ["no grid where there was one", gives("KeyError", "KeyError"), false],
  ["a grid where there was none", gives([[1, 2]], [[4]]), false],
];

for (const [name, alone, holds] of CASES) {
  Deno.test(`Confirmer: a program that gives ${name} alone ${holds ? "holds" : "does not hold"}`, async () => {
    await using recorded = new Recorded();
    const engine = new MemoryEngine({ program: alone });
    const entry = await recorded.program({ taskId: "a", code: "program" }, ARCHIVED);
    const confirmer = confirmerOf(recorded, engine);
    const loaded = await confirmer.load(entry, NEVER);
    assertEquals(loaded, holds ? await recorded.recorder.load(entry) : null);
    assertEquals(await confirmer.load(entry, NEVER), loaded);
    const jobs = aloneIn(engine);
    assertEquals(jobs.map(({ inputs }) => inputs.toSorted()), [[[[1]], [[3]]]]);
    assertEquals(jobs.map(({ code, timeoutMs }) => [code, timeoutMs]), [["program\n", 500]]);
    const told = [...readJournal(recorded.directory)]
      .flatMap(({ record }) => record.kind === "event" ? [record] : [])
      .map(({ level, event, taskId, message }) => [level, event, taskId, message]);
    assertEquals(
      told,
      holds ? [] : [[
        "warning",
        "not_confirmed",
        "a",
        `program ${entry.id} of a gave other outputs when run alone; it is not used`,
      ]],
    );
  });
}

Deno.test("Confirmer does not run again what is archived as confirmed", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({});
  const entry = await recorded.program({ taskId: "a", code: "program" }, { confirmed: true });
  const loaded = await confirmerOf(recorded, engine).load(entry, NEVER);
  assertEquals([loaded?.code, aloneIn(engine)], ["program\n", []]);
});

Deno.test("Confirmer gives a program SOAR's time where none is set", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ program: gives([[1, 2]], "KeyError") });
  const entry = await recorded.program({ taskId: "a", code: "program" }, ARCHIVED);
  await confirmerOf(recorded, engine, null).load(entry, NEVER);
  assertEquals(aloneIn(engine).map(({ timeoutMs }) => timeoutMs), [2000]);
});

const HARMLESS = "def transform(grid):\n    return grid";

Deno.test("Confirmer tries again after a fault of the sandbox", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ program: gives([[1, 2]], "KeyError") });
  const entry = await recorded.program({ taskId: "a", code: "program" }, ARCHIVED);
  let faults = 2;
  engine.gate = () =>
    faults-- > 0 ? Promise.reject(new SandboxError("cell lost")) : Promise.resolve();
  assertEquals((await confirmerOf(recorded, engine).load(entry, NEVER))?.entry, entry);
  assertEquals(engine.screened.length, 3);
});

Deno.test("Confirmer does not use a program that only the sandbox fails on, and says so", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ [HARMLESS]: (grid) => grid });
  const entry = await recorded.program({ taskId: "a", code: "program" }, ARCHIVED);
  engine.gate = ({ code }) =>
    code.trim() === "program" ? Promise.reject(new SandboxError("lost")) : Promise.resolve();
  assertEquals(await confirmerOf(recorded, engine).load(entry, NEVER), null);
  const events = recorded.records().flatMap(({ record }) =>
    record.kind === "event" ? [record.event] : []
  );
  assertEquals(events, ["retried", "retried", "set_aside"]);
});

Deno.test("Confirmer decides nothing when the sandbox fails for all: the next time it runs again", async () => {
  await using recorded = new Recorded();
  const engine = new MemoryEngine({ program: gives([[1, 2]], "KeyError") });
  const entry = await recorded.program({ taskId: "a", code: "program" }, ARCHIVED);
  const confirmer = confirmerOf(recorded, engine);
  let faults = 4;
  engine.gate = () =>
    faults-- > 0 ? Promise.reject(new SandboxError("cell lost")) : Promise.resolve();
  await assertRejects(() => confirmer.load(entry, NEVER), SandboxError, "cell lost");
  assertEquals((await confirmer.load(entry, NEVER))?.entry, entry);
});
