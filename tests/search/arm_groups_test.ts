import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { accuracy } from "../../data/candidate.ts";
import { type ArmGroup, ArmGroups } from "../../search/arm_groups.ts";
import { parentBin } from "../../search/bins.ts";
import { type Random, seededRandom, shuffle } from "../../search/random.ts";
import { chooseParent, initialArchive } from "../../search/rex.ts";

interface TestArm {
  readonly id: number;
  readonly correctTrain: readonly boolean[];
  readonly correctTest: null;
  group: ArmGroup | null;
}

function armsOf(rights: readonly number[]): TestArm[] {
  return rights.map((right, id) => {
    return { id, correctTrain: [0, 1, 2].map((i) => i < right), correctTest: null, group: null };
  });
}

function groupsOf(arms: readonly TestArm[], countOf: (arm: TestArm) => number = () => 0) {
  const groups = new ArmGroups<TestArm>((a, b) => a.id - b.id);
  for (const arm of arms) groups.put({ ...arm, group: null }, countOf(arm));
  return groups;
}

Deno.test("ArmGroups chooses as often as a draw for each arm does, cap a bin and counts included", () => {
  // 30 wrong, 40 of a third, 20 of two thirds, 5 right; the better, the more often chosen.
  const arms = armsOf([30, 40, 20, 5].flatMap((n, right) => Array(n).fill(right)));
  const countOf = ({ id, correctTrain }: TestArm) => {
    return 30 * accuracy(correctTrain) ** 2 + 2 * (id % 4);
  };
  const groups = groupsOf(arms, countOf);
  const [cap, draws] = [12, 20_000];
  const grouped = (random: Random) => groups.within(random, cap).take(random)!.arm.id;
  const each = (random: Random) => {
    const open = initialArchive(arms, random, cap).map((arm) => {
      return { id: `${arm.id}`, h: accuracy(arm.correctTrain), timesChosen: countOf(arm) };
    });
    return Number(chooseParent(open, random)!.id);
  };
  const counts = [grouped, each].map((choose) => {
    const random = seededRandom("as often");
    const byKind = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const id = choose(random);
      const kind = `${arms[id].correctTrain.map(Number).join("")} ${countOf(arms[id])}`;
      byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    }
    return byKind;
  });
  let known = 0;
  for (const kind of new Set(counts.flatMap((one) => [...one.keys()]))) {
    const [a, b] = counts.map((one) => one.get(kind) ?? 0);
    const p = (a + b) / 2 / draws;
    assert(Math.abs(a - b) <= 4.5 * Math.sqrt(2 * draws * p * (1 - p)) + 5, `${kind}: ${a} ${b}`);
    if (b > 100) known++;
  }
  assert(known >= 5, `${known}`);
});

Deno.test("ArmGroups chooses the arms of a group alike", () => {
  const groups = groupsOf(armsOf([1, 1, 1, 1, 1, 1]));
  const random = seededRandom("alike");
  const chosen = Array(6).fill(0);
  for (let i = 0; i < 6000; i++) chosen[groups.within(random, 4).take(random)!.arm.id]++;
  for (const times of chosen) assert(times > 850 && times < 1150, `${chosen}`);
});

Deno.test("OpenGroups.take() gives each arm within the cap once, largest draw first", () => {
  fc.assert(fc.property(
    fc.array(fc.nat({ max: 3 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.nat(),
    (rights, cap, seed) => {
      const arms = armsOf(rights);
      const random = seededRandom(seed);
      const open = groupsOf(arms, ({ id }) => id % 3).within(random, cap);
      const taken: TestArm[] = [];
      for (let next = open.take(random); next; next = open.take(random)) {
        assertEquals([next.h, next.timesChosen], [
          accuracy(next.arm.correctTrain),
          next.arm.id % 3,
        ]);
        assert(next.theta >= 0 && next.theta <= 1);
        taken.push(next.arm);
      }
      assertEquals(new Set(taken).size, taken.length);
      const sizes = Map.groupBy(arms, parentBin);
      for (const [bin, members] of sizes) {
        const within = taken.filter((arm) => parentBin(arm) === bin).length;
        assertEquals(within, Math.min(cap, members.length));
      }
    },
  ));
});

Deno.test("ArmGroups chooses the same whatever order arms and counts came in", () => {
  fc.assert(fc.property(
    fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 60 }),
    fc.nat(),
    (rights, seed) => {
      const arms = armsOf(rights);
      const random = seededRandom("mix", seed);
      const mixed = groupsOf([]);
      for (const arm of shuffle(arms, random)) mixed.put(arm, 0);
      for (const arm of shuffle(arms, random)) {
        if (random() < 0.3) mixed.remove(arm);
        mixed.put(arm, arm.id % 5);
      }
      assertEquals(mixed.size, arms.length);
      const plain = groupsOf(arms, ({ id }) => id % 5);
      const [a, b] = [mixed, plain].map((groups) => {
        const random = seededRandom(seed);
        const open = groups.within(random, 10);
        return [0, 1, 2].map(() => {
          const one = open.take(random);
          return one && { ...one, arm: one.arm.id };
        });
      });
      assertEquals(a, b);
    },
  ));
});
