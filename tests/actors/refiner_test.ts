import { assert, assertEquals } from "@std/assert";
import { Confirmer } from "../../actors/confirmer.ts";
import { Refiner, type RefinerOptions } from "../../actors/refiner.ts";
import type { Unit } from "../../actors/unit.ts";
import { callIdOf } from "../../data/identity.ts";
import type { Grid } from "../../data/grid.ts";
import { FIRST_EXAMPLE } from "../../models/few_shot_example.ts";
import { ticks } from "../streams/ticks.ts";
import { AskedModel, askerOptions, unitOf } from "./asked_model.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, SOLVES } from "./recorded.ts";

const NEVER = new AbortController().signal;

function refinerOf(
  recorded: Recorded,
  model: AskedModel,
  changes: Partial<RefinerOptions> = {},
  engine = new MemoryEngine({}),
) {
  const cancelled: Unit[] = [];
  const options = askerOptions(recorded, model, "refine");
  const { recorder, tasks, inbox, outbox } = options;
  const refiner = new Refiner({
    ...options,
    fewShot: () => FIRST_EXAMPLE,
    confirmer: new Confirmer({
      engine,
      recorder,
      tasks,
      timeoutMs: 500,
      delay: () => Promise.resolve(),
    }),
    refining: PAPER_SEARCH.refining,
    rules: PAPER_SEARCH.rules,
    sampleUnitsOf: () => 1,
    cancel: (unit) => void cancelled.push(unit),
    ...changes,
  });
  return { refiner, inbox, outbox, cancelled };
}

/** Refines these units to the end. */
async function refined(recorded: Recorded, units: readonly Unit[], engine?: MemoryEngine) {
  const model = new AskedModel();
  const { refiner, inbox, outbox, cancelled } = refinerOf(recorded, model, {}, engine);
  for (const unit of units) await inbox.send(unit);
  inbox.close();
  await refiner.run(NEVER);
  outbox.close();
  return { model, cancelled, candidates: await Array.fromAsync(outbox) };
}

Deno.test("Refiner shows the model an archived program and what it gave", async () => {
  await using recorded = new Recorded();
  const { id } = await recorded.program({ taskId: "a", code: "# mine" }, { outputs: ["7", "8"] });
  const { model, candidates } = await refined(recorded, [unitOf("refine", 0)]);
  assertEquals(candidates.map(({ operator, parents }) => [operator, parents]), [["refine", [id]]]);
  const text = model.requests[0].messages.at(-1)!.content;
  for (const part of ["# mine", "Train 1: wrong", "Train 1 given (1x1):\n[[7]]"]) {
    assert(text.includes(part), `${part} is not in ${text}`);
  }
  const { choice } = recorded.archive.call(callIdOf(0, "a", "refine", 0))!.call;
  assertEquals([choice?.method, choice?.h, choice?.timesChosen, choice?.seen], ["rex", 0, 0, 3]);
});

Deno.test("Refiner takes back units whose task has nothing to refine, and asks nothing", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a" }, SOLVES);
  await recorded.program({ taskId: "a", draw: 1 }, { outcome: "timeout", outputs: [null, null] });
  const units = [unitOf("refine", 0), unitOf("refine", 1)];
  const { model, cancelled, candidates } = await refined(recorded, units);
  assertEquals([cancelled, candidates, model.requests], [units, [], []]);
});

Deno.test("Refiner passes over arms that give other outputs alone", async () => {
  await using recorded = new Recorded();
  const screened = { confirmed: false };
  await recorded.program({ taskId: "a", code: "lucky" }, { outputs: ["2", "9"], ...screened });
  const holds = await recorded.program({ taskId: "a", draw: 1, code: "holds" }, {
    outputs: ["7", "7"],
    ...screened,
  });
  await recorded.program({ taskId: "a", draw: 2, code: "breaks" }, {
    outputs: ["8", "8"],
    ...screened,
  });
  const seven = (): Grid => [[7]];
  const engine = new MemoryEngine({ lucky: seven, holds: seven, breaks: () => "NameError" });
  const units = Array.from({ length: 6 }, (_, draw) => unitOf("refine", draw));
  const { candidates, cancelled } = await refined(recorded, units, engine);
  assertEquals(candidates.map(({ parents }) => parents), Array(6).fill([holds.id]));
  assertEquals(cancelled, []);
});

Deno.test("Refiner takes back a unit when no arm holds alone", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a", code: "lucky" }, { confirmed: false });
  const engine = new MemoryEngine({ lucky: () => "NameError" });
  const { cancelled, model } = await refined(recorded, [unitOf("refine", 0)], engine);
  assertEquals([cancelled.length, model.requests], [1, []]);
});

Deno.test("Refiner chooses for a task in turn: each choice counts the ones before it", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a" });
  const units = Array.from({ length: 4 }, (_, draw) => unitOf("refine", draw));
  await refined(recorded, units);
  const counts = units.map(({ draw }) =>
    recorded.archive.call(callIdOf(0, "a", "refine", draw))?.call.choice?.timesChosen
  );
  assertEquals(counts, [0, 1, 2, 3]);
});

Deno.test("Refiner follows the choice of a run before this one", async () => {
  await using recorded = new Recorded();
  const { id } = await recorded.program({ taskId: "a", code: "# solved" }, SOLVES);
  await recorded.program({ taskId: "a", draw: 1 });
  await recorded.call({ taskId: "a", operator: "refine", parents: [id] });
  const { model, candidates } = await refined(recorded, [unitOf("refine", 0)]);
  assertEquals(candidates.map(({ parents }) => parents), [[id]]);
  assert(model.requests[0].messages.at(-1)!.content.includes("# solved"));
});

Deno.test("Refiner: a turn is passed on once the request stands, not once it is answered", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a" });
  const model = new AskedModel();
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  model.gate = () => {
    if (model.requests.length === 2) asked.resolve();
    return promise;
  };
  const { refiner, inbox } = refinerOf(recorded, model);
  const running = refiner.run(NEVER);
  for (const draw of [0, 1]) await inbox.send(unitOf("refine", draw));
  inbox.close();
  await asked.promise;
  await ticks();
  assertEquals(model.requests.length, 2);
  resolve();
  await running;
});
