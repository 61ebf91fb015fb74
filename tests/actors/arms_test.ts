import { assertEquals } from "@std/assert";
import { armsOf } from "../../actors/arms.ts";
import type { Operator } from "../../data/candidate.ts";
import { seededRandom } from "../../search/random.ts";
import { Recorded, type Result, SOLVES } from "./recorded.ts";

const SAMPLE_UNITS = 2;

/** Draws of the arms of a unit, as `sample 0`. */
function armsIn(
  { archive }: Recorded,
  { generation = 0, visible = null }: { generation?: number; visible?: number | null } = {},
): string[] {
  const unit = { generation, visible, draw: 0 };
  return armsOf(archive.ofTask("a"), unit, SAMPLE_UNITS, seededRandom(1))
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

Deno.test("armsOf() without a bound gives every program that ran", async () => {
  await using recorded = await recordedWith([[0, "sample", 0], [0, "refine", 7], [1, "sample", 0]]);
  const arms = ["g0 refine 7", "g0 sample 0", "g1 sample 0"];
  assertEquals(armsIn(recorded, { generation: 1 }), arms);
});

Deno.test("armsOf() gives nothing of a later generation, as a unit may be made up for later", async () => {
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
  Deno.test(`armsOf() up to position ${visible} gives those and all of earlier generations`, async () => {
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
  Deno.test(`armsOf() leaves out a program that ${name}`, async () => {
    await using recorded = await recordedWith([[0, "sample", 0], [0, "sample", 1, result]]);
    assertEquals(armsIn(recorded), ["g0 sample 0"]);
  });
}

Deno.test("armsOf() keeps a program that is right on train and wrong or unknown on test", async () => {
  const train = { outputs: ["2", "5"], correctTrain: [true] };
  for (const correctTest of [[false], null]) {
    await using recorded = await recordedWith([[0, "sample", 0, { ...train, correctTest }]]);
    assertEquals(armsIn(recorded), ["g0 sample 0"]);
  }
});

Deno.test("armsOf() gives the first of programs with the same outputs, among those it may see", async () => {
  const same = { outputs: ["9", "9"] };
  await using recorded = await recordedWith([
    [0, "refine", 0, same],
    [0, "sample", 1, same],
    [0, "sample", 0],
  ]);
  assertEquals(armsIn(recorded), ["g0 sample 0", "g0 sample 1"]);
  assertEquals(armsIn(recorded, { visible: 0 }), ["g0 sample 0"]);
});

Deno.test("armsOf() gives at most 300 of a bin, the same for the same chance", async () => {
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
