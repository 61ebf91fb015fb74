import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AdmissionOptions } from "../../actors/admission.ts";
import { Purse } from "../../actors/purse.ts";
import { Rounds } from "../../actors/rounds.ts";
import type { Unit } from "../../actors/unit.ts";
import { admit, draws, finish, NEVER } from "./admitted.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, SOLVES, taskOf } from "./recorded.ts";

const TASKS = ["a", "b", "c"].map((id) => taskOf(id));
const { allocation } = PAPER_SEARCH;

function budgetOf(samples: number, refinements: number, completionsPerCall = 1) {
  return { samples, refinements, completionsPerCall, completionsPerRefinement: 1 };
}

Deno.test("a task that has enough solved refinements is refined no further", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, {
    budget: budgetOf(1, 9),
    allocation: { ...allocation, enoughRefined: 2 },
    window: 1,
  });
  const running = admission.run(NEVER);
  // A sample that is right does not count.
  await finish(recorded, (await samples())[0], SOLVES);
  const refined: Unit[] = [];
  for (let [unit] = await refinements(); unit; [unit] = await refinements()) {
    refined.push(unit);
    await finish(recorded, unit, unit.draw === 1 ? {} : SOLVES);
  }
  await running;
  assertEquals(draws(refined), ["a0", "a1", "a2"]);
  assertEquals(admission.openUnits(), 0);
});

Deno.test("a task that has enough solved programs is sampled no further; a resume finds the same", async () => {
  await using recorded = new Recorded();
  const changes = {
    budget: budgetOf(9, 0),
    allocation: { ...allocation, enoughSampled: 1 },
  };
  const { admission, sample } = admit(recorded, changes, 1);
  const running = admission.run(NEVER);
  const sampled: Unit[] = [];
  for (let unit = await sample(); unit; unit = await sample()) {
    sampled.push(unit);
    await finish(recorded, unit, SOLVES);
  }
  await running;
  // One was held by the channel, one waited for room, when the first was found right.
  assertEquals(draws(sampled), ["a0", "a1", "a2"]);
  assertEquals(admission.openUnits(), 0);
  const again = admit(recorded, changes);
  await again.admission.run(NEVER);
  assertEquals([await again.samples(), again.admission.openUnits()], [[], 0]);
});

Deno.test("deterministic: a sample is stopped by what stood before it, not by what came early", async () => {
  await using recorded = new Recorded();
  const { admission, samples } = admit(recorded, {
    deterministic: true,
    window: 2,
    budget: budgetOf(6, 0),
    allocation: { ...allocation, enoughSampled: 1 },
  });
  const running = admission.run(NEVER);
  const [first, second, ...more] = await samples();
  assertEquals(more, [], "the third may hang on the first");
  await finish(recorded, second, SOLVES);
  assertEquals(await samples(), []);
  await finish(recorded, first);
  const [third, ...others] = await samples();
  // The third sees the first alone; all others see the second as well, the last two the third.
  assertEquals([draws([third]), others, admission.openUnits()], [["a2"], [], 3]);
  await finish(recorded, third);
  await running;
  assertEquals([await samples(), admission.openUnits()], [[], 0]);
});

Deno.test("deterministic, in rounds: no sample waits for what is executed after all samples", async () => {
  await using recorded = new Recorded();
  const { admission, samples } = admit(recorded, {
    deterministic: true,
    rounds: new Rounds(2),
    budget: budgetOf(6, 0),
    allocation: { ...allocation, enoughSampled: 1 },
  });
  const running = admission.run(NEVER);
  const sampled = await samples();
  assertEquals(sampled.length, 6);
  await running;
});

Deno.test("deterministic: what is asked for does not hang on the order in which it ends", async () => {
  const asked = async (order: readonly number[], changes: Partial<AdmissionOptions>) => {
    await using recorded = new Recorded();
    const admitted = admit(recorded, { deterministic: true, tasks: TASKS, ...changes });
    const running = admitted.admission.run(NEVER);
    const all: string[] = [];
    const underWay: Unit[] = [];
    for (let step = 0;; step++) {
      const units = [...await admitted.samples(), ...await admitted.refinements()];
      underWay.push(...units);
      all.push(...units.map(({ taskId, position }) => `${taskId}${position}`));
      if (underWay.length === 0) break;
      const [unit] = underWay.splice(order[step % order.length] % underWay.length, 1);
      const right = (unit.position * 7 + unit.taskId.charCodeAt(0)) % 3 === 0;
      await finish(recorded, unit, right ? SOLVES : {});
    }
    await running;
    assertEquals(admitted.admission.openUnits(), 0);
    return all.sort();
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (order, window, enough) => {
        const changes = {
          window,
          budget: budgetOf(6, 6),
          allocation: { ...allocation, enoughSampled: enough, enoughRefined: enough },
        };
        const inOrder = await asked([0], changes);
        assertEquals(await asked(order, changes), inOrder);
        if (enough === 1) assert(inOrder.length < 3 * 12, "nothing was stopped");
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("reroute: what a task that has enough leaves goes to the others, and no more", async () => {
  await using recorded = new Recorded();
  const { admission, sample } = admit(recorded, {
    tasks: TASKS.slice(0, 2),
    budget: budgetOf(4, 0),
    allocation: { ...allocation, policy: "reroute", enoughSampled: 1 },
  }, 1);
  const running = admission.run(NEVER);
  const sampled: Unit[] = [];
  for (let unit = await sample(); unit; unit = await sample()) {
    sampled.push(unit);
    await finish(recorded, unit, unit.taskId === "a" ? SOLVES : {});
  }
  await running;
  assertEquals(draws(sampled), ["a0", "b0", "a1", "b1", "b2", "b3", "b4", "b5"]);
  assertEquals(admission.openUnits(), 0);
});

Deno.test("reroute: refinements too are shared out again, up to four times a task's own", async () => {
  await using recorded = new Recorded();
  const { admission, samples, refinements } = admit(recorded, {
    tasks: TASKS,
    budget: budgetOf(1, 4),
    allocation: { ...allocation, policy: "reroute", enoughRefined: 1 },
    window: 1,
  });
  const running = admission.run(NEVER);
  for (const unit of await samples()) await finish(recorded, unit);
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let units = await refinements(); units.length > 0; units = await refinements()) {
    for (const unit of units) {
      counts[unit.taskId]++;
      // Nothing is there to be refined in b.
      if (unit.taskId === "b") admission.cancel(unit);
      else await finish(recorded, unit, unit.taskId === "a" ? SOLVES : {});
    }
  }
  await running;
  assertEquals([counts.a, counts.b, counts.c], [1, 16, 11]);
  assertEquals(admission.openUnits(), 0);
});

Deno.test("totals are shared out evenly and kept to, the last request of a task a smaller one", async () => {
  await using recorded = new Recorded();
  const { admission, samples } = admit(recorded, {
    tasks: TASKS,
    budget: budgetOf(8, 0, 3),
    allocation: { ...allocation, totals: { sample: 13, refine: 0 } },
  });
  const units = (admission.run(NEVER), await samples());
  assertEquals(units.map(({ taskId, n }) => `${taskId}${n}`), ["a3", "a2", "b3", "b1", "c3", "c1"]);
  assertEquals(["a", "b", "c"].map((id) => admission.sampleUnitsOf(id)), [2, 2, 2]);
  for (const unit of units) await finish(recorded, unit);
  assertEquals(admission.openUnits(), 0);
});

Deno.test("tokens: one request tells the price, then as many go out as are paid for", async () => {
  await using recorded = new Recorded();
  const { archive } = recorded;
  const price = { prompt: 0, completion: 0 };
  const { admission, samples } = admit(recorded, {
    tasks: TASKS.slice(0, 2),
    budget: budgetOf(4, 0),
    // A reply of the recorder's has two tokens.
    purse: new Purse({ archive, limits: { tokens: 10 }, priceAt: () => price }),
  });
  const running = admission.run(NEVER);
  const first = await samples();
  assertEquals(draws(first), ["a0"]);
  await finish(recorded, first[0]);
  const rest = await samples();
  assertEquals(draws(rest).toSorted(), ["a1", "a2", "b0", "b1"], "the tasks take turns");
  for (const unit of rest) await finish(recorded, unit);
  await running;
  assertEquals([await samples(), admission.openUnits()], [[], 0]);
  const { promptTokens, completionTokens } = archive.spent();
  assertEquals(promptTokens + completionTokens, 10);
});
