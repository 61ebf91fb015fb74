import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Sight } from "../../actors/arm_pool.ts";
import { ArmPools } from "../../actors/arm_pools.ts";
import type { Operator } from "../../data/candidate.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import { dedupByOutputs } from "../../search/dedup.ts";
import { islandOfDraw, programsOfIsland } from "../../search/islands.ts";
import { seededRandom } from "../../search/random.ts";
import { initialArchive } from "../../search/rex.ts";
import { Recorded, type Result, SOLVES } from "./recorded.ts";

const SAMPLE_UNITS = 2;

/** Draws of the arms of a unit, as `sample 0`. */
function armsIn(
  { archive }: Recorded,
  { generation = 0, visible = null }: { generation?: number; visible?: number | null } = {},
): string[] {
  const unit = { generation, visible, draw: 0 };
  return new ArmPools({ archive, sampleUnitsOf: () => SAMPLE_UNITS })
    .of("a", unit)
    .draw(seededRandom(1))
    .map(({ id }) => archive.get(id)!)
    .map((entry) => `g${entry.generation} ${entry.operator} ${entry.draw}`)
    .toSorted();
}

/** A recorder with one program for each (generation, operator, draw), outputs all different. */
async function recordedWith(
  programs: readonly [generation: number, operator: Operator, draw: number, result?: Result][],
): Promise<Recorded> {
  const recorded = new Recorded();
  for (const [i, [generation, operator, draw, result]] of programs.entries()) {
    const outputs = ["9", `${i}`];
    await recorded.program({ taskId: "a", generation, operator, draw }, { outputs, ...result });
  }
  return recorded;
}

Deno.test("ArmPool without a bound gives every program that ran", async () => {
  await using recorded = await recordedWith([[0, "sample", 0], [0, "refine", 7], [1, "sample", 0]]);
  const arms = ["g0 refine 7", "g0 sample 0", "g1 sample 0"];
  assertEquals(armsIn(recorded, { generation: 1 }), arms);
});

Deno.test("ArmPool gives nothing of a later generation, as a unit may be made up for later", async () => {
  await using recorded = await recordedWith([[0, "sample", 0], [1, "sample", 0]]);
  for (const visible of [null, 0]) {
    assertEquals(armsIn(recorded, { generation: 0, visible }), ["g0 sample 0"]);
  }
});

const BOUNDS: readonly [visible: number, arms: string[]][] = [
  [0, ["g1 sample 0"]],
  [1, ["g1 sample 0", "g1 sample 1"]],
  [2, ["g1 refine 0", "g1 sample 0", "g1 sample 1"]],
  [3, ["g1 refine 0", "g1 refine 1", "g1 sample 0", "g1 sample 1"]],
];

for (const [visible, arms] of BOUNDS) {
  Deno.test(`ArmPool up to position ${visible} gives those and all of earlier generations`, async () => {
    await using recorded = await recordedWith([
      [0, "refine", 9],
      [1, "sample", 0],
      [1, "sample", 1],
      [1, "refine", 0],
      [1, "refine", 1],
    ]);
    assertEquals(armsIn(recorded, { generation: 1, visible }), ["g0 refine 9", ...arms]);
  });
}

const LEFT_OUT: readonly [name: string, result: Result][] = [
  ["failed", { outcome: "runtime_error", outputs: ["9", null] }],
  ["is hard-coded", { transduction: true }],
  ["is right everywhere", SOLVES],
];

for (const [name, result] of LEFT_OUT) {
  Deno.test(`ArmPool leaves out a program that ${name}`, async () => {
    await using recorded = await recordedWith([[0, "sample", 0], [0, "sample", 1, result]]);
    assertEquals(armsIn(recorded), ["g0 sample 0"]);
  });
}

Deno.test("ArmPool keeps a program that is right on train and wrong or unknown on test", async () => {
  const train = { outputs: ["2", "5"], correctTrain: [true] };
  for (const correctTest of [[false], null]) {
    await using recorded = await recordedWith([[0, "sample", 0, { ...train, correctTest }]]);
    assertEquals(armsIn(recorded), ["g0 sample 0"]);
  }
});

Deno.test("ArmPool gives the first of programs with the same outputs, among those it may see", async () => {
  const same = { outputs: ["9", "9"] };
  await using recorded = await recordedWith([
    [0, "refine", 0, same],
    [0, "sample", 1, same],
    [0, "sample", 0],
  ]);
  assertEquals(armsIn(recorded), ["g0 sample 0", "g0 sample 1"]);
  assertEquals(armsIn(recorded, { visible: 0 }), ["g0 sample 0"]);
});

Deno.test("ArmPool gives at most 300 of a bin, the same for the same chance", async () => {
  await using recorded = new Recorded();
  for (let draw = 0; draw < 310; draw++) {
    const outputs = ["9", String(draw)];
    void recorded.program({ taskId: "a", draw }, { outputs });
  }
  await recorded.program({ taskId: "a", draw: 310 }, { outputs: ["8", "8"] });
  const arms = armsIn(recorded);
  assertEquals([new Set(arms).size, arms.length], [300, 300]);
  assertEquals(armsIn(recorded), arms);
});

/** The arms by their definition: all entries looked at anew. */
function defined(entries: readonly ArchiveEntry[], unit: Sight, islands: number, cap: number) {
  const place = (entry: ArchiveEntry) => {
    return entry.operator === "sample" ? entry.draw : SAMPLE_UNITS + entry.draw;
  };
  const visible = entries.filter((entry) =>
    entry.outcome === "ok" && !entry.transduction && entry.generation <= unit.generation && (
      unit.visible === null || entry.generation < unit.generation || place(entry) <= unit.visible
    )
  );
  const island = programsOfIsland(visible, islandOfDraw(unit.draw, islands), islands);
  return initialArchive(dedupByOutputs(island), seededRandom(7), cap).map(({ id }) => id);
}

const arrivals = fc.array(
  fc.record({
    generation: fc.nat({ max: 1 }),
    operator: fc.constantFrom<Operator>("sample", "refine"),
    draw: fc.nat({ max: 5 }),
    output: fc.nat({ max: 4 }),
    right: fc.nat({ max: 2 }),
    visible: fc.option(fc.nat({ max: 7 }), { nil: null }),
    seenIn: fc.nat({ max: 1 }),
    asker: fc.nat({ max: 3 }),
  }),
  { maxLength: 25 },
);

Deno.test("ArmPools that followed the archive give what one that looks at all of it gives", async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), async (programs, islands) => {
      await using recorded = new Recorded();
      const { archive } = recorded;
      const options = {
        archive,
        islands,
        binCap: 3,
        sampleUnitsOf: () => SAMPLE_UNITS,
      };
      const followed = new ArmPools(options);
      const done = new Set<string>();
      let refined = 100;
      // As the refiner does, what was given is chosen; else what was there first.
      let given: string[] = [];
      for (const { generation, operator, draw, output, right, ...asked } of programs) {
        const key = `${generation} ${operator} ${draw}`;
        if (done.has(key)) continue;
        done.add(key);
        const outputs = [`${right}`, `${output}`];
        const correctTrain = [right > 0, right > 1];
        const first = archive.ofTask("a").slice(0, 1).map(({ id }) => id);
        const parents = given.length > 0 ? given : first;
        const call = { taskId: "a", generation, operator, draw };
        await recorded.program(call, { outputs, correctTrain, correctTest: null });
        await recorded.call({ taskId: "a", operator: "refine", draw: refined++, parents });
        const unit = { generation: asked.seenIn, visible: asked.visible, draw: asked.asker };
        const pool = followed.of("a", unit);
        const fresh = new ArmPools(options).of("a", unit);
        const arms = pool.draw(seededRandom(7));
        assertEquals(arms.map(({ id }) => id), defined(archive.ofTask("a"), unit, islands, 3));
        for (const { id, timesChosen } of arms) assertEquals(timesChosen, archive.timesChosen(id));
        const takes = [pool, fresh].map(({ groups, size }) => {
          const random = seededRandom(8);
          const open = groups.within(random, 3);
          const taken = [0, 1].map(() => open.take(random));
          return [
            size,
            groups.size,
            ...taken.map((one) => one && { ...one, arm: one.arm.entry.id }),
          ];
        });
        assertEquals(takes[0], takes[1]);
        const next = pool.groups.within(seededRandom(9), 3).take(seededRandom(refined));
        given = next && asked.asker > 0 ? [pool.give(next.arm)] : [];
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("ArmPools that are told not to count choices leave every count at 0", async () => {
  await using recorded = await recordedWith([[0, "sample", 0], [0, "sample", 1]]);
  const { archive } = recorded;
  const unit = { generation: 0, visible: null, draw: 0 };
  const sampleUnitsOf = () => SAMPLE_UNITS;
  const pools = [true, false].map((countChoices) => {
    return new ArmPools({ archive, sampleUnitsOf, countChoices });
  });
  const counts = () => {
    return pools.map((one) =>
      one.of("a", unit).draw(seededRandom(1)).map((arm) => arm.timesChosen)
    );
  };
  const parents = [archive.ofTask("a")[0].id];
  for (const times of [1, 2]) {
    await recorded.call({ taskId: "a", operator: "refine", draw: times, parents });
    assertEquals(counts().map((one) => one.toSorted()), [[0, times], [0, 0]]);
  }
});
