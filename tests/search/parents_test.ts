import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { accuracy } from "../../data/candidate.ts";
import {
  type CoveringArm,
  jointCoverage,
  PAIR_ARMS,
  PARENT_SELECTORS,
  type ParentSelector,
  selectParents,
} from "../../search/parents.ts";
import { type Random, seededRandom } from "../../search/random.ts";
import { tally } from "./vectors.ts";

const flags = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
const armsOfTask: fc.Arbitrary<CoveringArm[]> = fc.array(
  fc.record({ correctTrain: flags, timesChosen: fc.nat({ max: 20 }) }),
  { maxLength: 12 },
).map((arms) => arms.map((one, i) => arm(`a${i}`, one.correctTrain, one.timesChosen)));

function arm(id: string, correctTrain: boolean[], timesChosen = 0): CoveringArm {
  return { id, correctTrain, timesChosen, h: accuracy(correctTrain) };
}

/** Shares of the sets of parents over many draws. */
function shares(
  selector: ParentSelector,
  arms: CoveringArm[],
  select = (random: Random) => selectParents(selector, arms, random),
) {
  const random = seededRandom("shares", selector);
  const draws = 4000;
  const counts = tally(
    Array.from({ length: draws }, () => select(random).map(({ id }) => id).sort().join("+")),
  );
  return (ids: string) => (counts.get(ids) ?? 0) / draws;
}

Deno.test("selectParents() gives as many distinct arms as the selector makes, and who they are", () => {
  fc.assert(fc.property(armsOfTask, fc.nat(), (arms, seed) => {
    for (const selector of PARENT_SELECTORS) {
      const select = () => selectParents(selector, arms, seededRandom(seed));
      const chosen = select();
      const wanted = selector.includes("pair") ? 2 : 1;
      assertEquals(chosen.length, Math.min(wanted, arms.length), selector);
      assertEquals(new Set(chosen.map(({ id }) => id)).size, chosen.length, selector);
      for (const { id, h, timesChosen, theta } of chosen) {
        const own = arms.find((one) => one.id === id)!;
        assertEquals([h, timesChosen], [own.h, own.timesChosen]);
        assert(theta >= 0 && theta <= 2, `${selector}: ${theta}`);
      }
      assertEquals(select(), chosen, selector);
    }
  }));
});

Deno.test("uniform takes every arm as often, uniform_in_bin those of its bin", () => {
  const arms = [
    arm("zero", [false, false, false], 9),
    arm("a", [true, true, false]),
    arm("b", [true, false, true], 30),
    arm("max", [true, true, true]),
  ];
  const anywhere = shares("uniform", arms);
  for (const { id } of arms) assert(Math.abs(anywhere(id) - 0.25) < 0.03, id);
  const inBin = shares("uniform_in_bin", arms);
  assert(Math.abs(inBin("a") - 0.5) < 0.03);
  assertEquals(inBin("a") + inBin("b"), 1);
});

Deno.test("uniform_in_bin falls back to all arms while its bin is empty", () => {
  const arms = [arm("zero", [false, false, false]), arm("max", [true, true, true])];
  const share = shares("uniform_in_bin", arms);
  assert(Math.abs(share("zero") - 0.5) < 0.03 && Math.abs(share("max") - 0.5) < 0.03);
});

Deno.test("rex_no_discount does not look at times chosen, rex does", () => {
  const arms = [arm("old", [true, false, false], 60), arm("new", [true, false, false])];
  assert(Math.abs(shares("rex_no_discount", arms)("old") - 0.5) < 0.03);
  assert(shares("rex", arms)("old") < 0.1);
});

Deno.test("pair_weighted chooses pairs in proportion to coverage + 1/(1 + N1 + N2)", () => {
  const arms = [
    arm("left", [true, false, false], 1),
    arm("right", [false, true, true], 1),
    arm("same", [true, false, false], 3),
  ];
  const weights = { "left+right": 1 + 1 / 3, "left+same": 1 / 3 + 1 / 5, "right+same": 1 + 1 / 5 };
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const share = shares("pair_weighted", arms);
  let all = 0;
  for (const [pair, weight] of Object.entries(weights)) {
    assert(Math.abs(share(pair) - weight / total) < 0.03, pair);
    all += share(pair);
  }
  assert(Math.abs(all - 1) < 1e-9);
});

Deno.test("pair_thompson prefers pairs that cover more, and moves on from those tried often", () => {
  const complementary = [arm("left", [true, false, false]), arm("right", [false, true, true])];
  const arms = [...complementary, arm("same", [true, false, false])];
  const share = shares("pair_thompson", arms);
  assert(share("left+right") > 2 * share("left+same"));
  const tired = [...arms.slice(0, 1).map((one) => ({ ...one, timesChosen: 80 })), ...arms.slice(1)];
  assert(shares("pair_thompson", tired)("right+same") > 0.8);
});

Deno.test("pairs show the better program first", () => {
  const arms = [arm("worse", [true, false, false]), arm("better", [false, true, true])];
  for (const selector of ["pair_weighted", "pair_thompson"] as const) {
    const chosen = selectParents(selector, arms, seededRandom(selector));
    assertEquals(chosen.map(({ id }) => id), ["better", "worse"]);
  }
});

Deno.test("pairs of a full archive come from all of it, not from its first arms", () => {
  const arms = Array.from({ length: 3 * PAIR_ARMS }, (_, i) => arm(`${i}`, [false, false, true]));
  const random = seededRandom("full");
  const chosen = Array.from({ length: 20 }, () => selectParents("pair_weighted", arms, random));
  assert(chosen.flat().some(({ id }) => Number(id) >= 2 * PAIR_ARMS));
});

Deno.test("jointCoverage() counts train pairs that either program gets right", () => {
  fc.assert(fc.property(flags, flags, (a, b) => {
    const joint = jointCoverage(a, b);
    assertEquals(joint, jointCoverage(b, a));
    assert(joint >= Math.max(accuracy(a), accuracy(b)));
    assert(joint <= accuracy(a) + accuracy(b) + 1e-12);
  }));
  assertEquals(jointCoverage([], []), 0);
});
