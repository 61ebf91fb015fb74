import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Admission } from "../../actors/admission.ts";
import type { Unit } from "../../actors/unit.ts";
import { isPending, ticks } from "../streams/ticks.ts";
import { admit, BUDGET, draws, finish, NEVER } from "./admitted.ts";
import { callOf, evaluationOf, Recorded, replyOf, taskOf } from "./recorded.ts";

Deno.test("Admission hands out all samples at once, refinements not before a program has run", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, {
    tasks: [taskOf("a"), taskOf("b")],
  });
  const running = admission.run(NEVER);
  const sampled = await samples();
  assertEquals(draws(sampled), ["a0", "a1", "b0", "b1"]);
  assertEquals(sampled[1], {
    generation: 0,
    taskId: "a",
    operator: "sample",
    draw: 1,
    n: 2,
    position: 1,
    visible: null,
  });
  assertEquals(await refinements(), []);
  const call = await recorded.reply(sampled[1], ["def transform(grid): pass", null]);
  assertEquals(await refinements(), [], "a reply is not yet a result");
  await recorded.evaluate(call, 1, { outcome: "no_code" });
  assertEquals(await refinements(), [], "nothing ran");
  await recorded.evaluate(call, 0);
  assertEquals(draws(await refinements()), ["a0", "a1"]);
  admission.stop("end of test");
  await assertRejects(() => running);
});

Deno.test("Admission gives out a further refinement for each that ends, however it ends", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements, closed } = admit(recorded);
  const running = admission.run(NEVER);
  const [first, second] = await samples();
  await finish(recorded, first);
  const [r0, r1, ...more] = await refinements();
  assertEquals([r0.draw, r1.draw, more], [0, 1, []]);
  await finish(recorded, second);
  assertEquals(await refinements(), [], "a sample that ends leaves no room for a refinement");
  const { callId } = await recorded.call(r1);
  await recorded.recorder.record({ kind: "call_failed", callId, error: "refused" });
  assertEquals(draws(await refinements()), ["a2"]);
  assertEquals([closed(), admission.openUnits()], [true, 2]);
  await running;
  await finish(recorded, r0);
  assertEquals(admission.openUnits(), 1);
});

Deno.test("Admission.cancel() ends a unit: its place is free and it is no longer open", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, { window: 1 });
  const running = admission.run(NEVER);
  await finish(recorded, (await samples())[0]);
  for (let draw = 0; draw < 3; draw++) {
    const [unit, ...more] = await refinements();
    assertEquals([unit.draw, more], [draw, []]);
    const open = admission.openUnits();
    admission.cancel(unit);
    admission.cancel(unit);
    assertEquals(admission.openUnits(), open - 1);
  }
  await running;
  assertEquals(admission.openUnits(), 1);
});

Deno.test("deterministic: the request at p waits for positions 0..p-window, in whatever order they end", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, { deterministic: true });
  const running = admission.run(NEVER);
  const [first, second] = await samples();
  await finish(recorded, second);
  assertEquals(await refinements(), [], "position 2 sees position 0, which has not ended");
  await finish(recorded, first);
  const handed = await refinements();
  assertEquals(handed.map(({ position, visible }) => [position, visible]), [[2, 0], [3, 1]]);
  await finish(recorded, handed[1]);
  assertEquals(await refinements(), []);
  await finish(recorded, handed[0]);
  const last = await refinements();
  assertEquals(last.map(({ position, visible }) => [position, visible]), [[4, 2]]);
  await running;
});

Deno.test("Admission counts requests of its own generation only", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a", generation: 0 });
  const { admission, refinements } = admit(recorded, { generation: 1 });
  assertEquals(admission.openUnits(), 5);
  const running = admission.run(NEVER);
  await recorded.program({ taskId: "a", generation: 0, draw: 1 });
  await recorded.program({ taskId: "elsewhere", generation: 1 });
  assertEquals(await refinements(), []);
  await recorded.program({ taskId: "a", generation: 1 });
  assertEquals((await refinements()).length, 2);
  admission.stop("end of test");
  await assertRejects(() => running);
});

Deno.test("Admission gives each task its own window", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, {
    tasks: [taskOf("a"), taskOf("b")],
  });
  const running = admission.run(NEVER);
  for (const unit of await samples()) await finish(recorded, unit);
  assertEquals(draws(await refinements()).toSorted(), ["a0", "a1", "b0", "b1"]);
  admission.stop("end of test");
  await assertRejects(() => running);
});

Deno.test("Admission waits while a channel is full", async () => {
  await using recorded = new Recorded();
  const { admission, samples, closed } = admit(recorded, {
    budget: { samples: 3, refinements: 0, completionsPerCall: 1 },
  }, 1);
  const running = admission.run(NEVER);
  assertEquals(await isPending(running), true);
  assertEquals([draws(await samples()), closed()], [["a0", "a1", "a2"], true]);
  await running;
});

Deno.test("Admission resumed hands out neither what has ended nor what is replied", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a", draw: 0 });
  const replied = await recorded.reply({ taskId: "a", draw: 1 }, ["def transform(grid): pass"]);
  await recorded.program({ taskId: "a", operator: "refine", draw: 0 });
  await recorded.call({ taskId: "a", operator: "refine", draw: 1 });
  const failed = await recorded.call({ taskId: "a", operator: "refine", draw: 2 });
  await recorded.recorder.record({
    kind: "call_failed",
    callId: failed.callId,
    error: "refused",
  });
  const { admission, samples, refinements } = admit(recorded);
  assertEquals(admission.openUnits(), 2);
  const running = admission.run(NEVER);
  assertEquals(await samples(), []);
  assertEquals(draws(await refinements()), ["a1"], "asked before, but never answered");
  await running;
  await recorded.evaluate(replied);
  assertEquals(admission.openUnits(), 1);
});

for (const deterministic of [false, true]) {
  Deno.test(`Admission without samples refines at once (deterministic: ${deterministic})`, async () => {
    await using recorded = new Recorded();
    const { admission, refinements } = admit(recorded, {
      deterministic,
      budget: { ...BUDGET, samples: 0 },
    });
    const running = admission.run(NEVER);
    const handed = await refinements();
    assertEquals(draws(handed), ["a0", "a1"]);
    for (const unit of handed) admission.cancel(unit);
    assertEquals(draws(await refinements()), ["a2"]);
    await running;
  });

  Deno.test(`Admission resumed at its end has nothing to hand out (deterministic: ${deterministic})`, async () => {
    await using recorded = new Recorded();
    for (const draw of [0, 1]) await recorded.program({ taskId: "a", draw });
    for (const draw of [0, 1, 2]) {
      await recorded.program({ taskId: "a", operator: "refine", draw });
    }
    const { admission, samples, refinements, closed } = admit(recorded, { deterministic });
    assertEquals(admission.openUnits(), 0);
    await admission.run(NEVER);
    assertEquals([await samples(), await refinements(), closed()], [[], [], true]);
  });
}

Deno.test("Admission that is stopped while it waits rejects and leaves the journal alone", async () => {
  await using recorded = new Recorded();
  const { admission, samples } = admit(recorded);
  const stop = new AbortController();
  const running = admission.run(stop.signal);
  await samples();
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
  assertEquals(recorded.journal.seq, 0);
});

Deno.test("Admission that is drained hands out no more and ends; what it kept stays open", async () => {
  await using recorded = new Recorded();
  const drain = new AbortController();
  const { admission, samples, refinements, closed } = admit(recorded, { draining: drain.signal });
  const running = admission.run(NEVER);
  await finish(recorded, (await samples())[0]);
  assertEquals((await refinements()).length, 2);
  drain.abort(new Error("draining"));
  await running;
  assertEquals([closed(), admission.openUnits(), await refinements()], [true, 4, []]);
});

Deno.test("Admission that is drained while a channel is full keeps the units behind", async () => {
  await using recorded = new Recorded();
  const drain = new AbortController();
  const budget = { samples: 9, refinements: 0, completionsPerCall: 1 };
  const changes = { budget, draining: drain.signal, tasks: [taskOf("a"), taskOf("b")] };
  const { admission, samples } = admit(recorded, changes, 2);
  const running = admission.run(NEVER);
  await ticks();
  drain.abort(new Error("draining"));
  assertEquals(draws(await samples()), ["a0", "a1", "a2"], "two held, one waiting to be");
  await running;
});

/** How a simulated request may end. */
const ENDS = ["evaluated", "failed", "cancelled"] as const;

Deno.test("Admission: whatever the order, each unit is handed out once, within the window, and the counts close", async () => {
  const property = fc.asyncProperty(
    fc.record({
      window: fc.integer({ min: 1, max: 4 }),
      deterministic: fc.boolean(),
      samples: fc.integer({ min: 0, max: 4 }),
      refinements: fc.integer({ min: 0, max: 6 }),
      choices: fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      ends: fc.array(fc.constantFrom(...ENDS), { minLength: 1, maxLength: 20 }),
    }),
    async ({ window, deterministic, samples, refinements, choices, ends }) => {
      await using recorded = new Recorded();
      const budget = { samples, refinements, completionsPerCall: 1, completionsPerRefinement: 1 };
      const admitted = admit(recorded, { window, deterministic, budget });
      const running = admitted.admission.run(NEVER);
      const underWay: Unit[] = [];
      const ended = new Set<number>();
      const seen = new Set<number>();
      for (let step = 0;; step++) {
        for (const unit of [...await admitted.samples(), ...await admitted.refinements()]) {
          assert(!seen.has(unit.position), `position ${unit.position} was handed out twice`);
          seen.add(unit.position);
          underWay.push(unit);
          if (unit.operator === "sample") continue;
          assert(ended.size > 0 || samples === 0, "a refinement came before any result");
          if (!deterministic) continue;
          assertEquals(unit.visible, Math.max(samples > 0 ? 0 : -1, unit.position - window));
          for (let p = 0; p <= unit.visible!; p++) assert(ended.has(p), `${p} has not ended`);
        }
        const refining = underWay.filter(({ operator }) => operator === "refine");
        assert(refining.length <= window, `${refining.length} refinements under way`);
        assertEquals(admitted.admission.openUnits(), samples + refinements - ended.size);
        if (underWay.length === 0) break;
        const [unit] = underWay.splice(choices[step % choices.length] % underWay.length, 1);
        end(recorded, admitted.admission, unit, ends[step % ends.length]);
        ended.add(unit.position);
      }
      await running;
      assertEquals([seen.size, admitted.closed()], [samples + refinements, true]);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

/** Ends a unit; a sample is never cancelled. */
function end(
  { recorder }: Recorded,
  admission: Admission,
  unit: Unit,
  how: typeof ENDS[number],
): void {
  if (how === "cancelled" && unit.operator === "refine") return admission.cancel(unit);
  const call = callOf(unit);
  void recorder.record(call);
  if (how === "failed") {
    return void recorder.record({ kind: "call_failed", callId: call.callId, error: "refused" });
  }
  void recorder.record(replyOf(call.callId, ["def transform(grid): pass"]));
  void recorder.record(evaluationOf(call, 0));
}
