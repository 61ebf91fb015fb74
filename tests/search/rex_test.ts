import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { seededRandom } from "../../search/random.ts";
import { type Arm, chooseParent, chooseParents, initialArchive } from "../../search/rex.ts";

function chosenShare(arms: Arm[], id: string, discount = true): number {
  const random = seededRandom("share", JSON.stringify(arms));
  const draws = 3000;
  let chosen = 0;
  for (let i = 0; i < draws; i++) {
    if (chooseParent(arms, random, { discount })!.id === id) chosen++;
  }
  return chosen / draws;
}

Deno.test("chooseParent() gives null without arms and the only arm otherwise", () => {
  assertEquals(chooseParent([], seededRandom(0)), null);
  const { theta, ...arm } = chooseParent([{ id: "a", h: 0.5, timesChosen: 3 }], seededRandom(0))!;
  assertEquals(arm, { id: "a", h: 0.5, timesChosen: 3 });
  assert(theta > 0 && theta < 1);
});

Deno.test("chooseParent() takes an arm less often the more often it was chosen", () => {
  const rival = { id: "rival", h: 0.5, timesChosen: 0 };
  const shares = [0, 3, 10, 40].map((timesChosen) =>
    chosenShare([{ id: "a", h: 0.5, timesChosen }, rival], "a")
  );
  shares.slice(1).forEach((share, i) => assert(share < shares[i], `${shares}`));
});

Deno.test("chooseParent() without discount does not look at times chosen", () => {
  const arms = [{ id: "a", h: 0.5, timesChosen: 40 }, { id: "b", h: 0.5, timesChosen: 0 }];
  assert(Math.abs(chosenShare(arms, "a", false) - 0.5) < 0.04);
});

Deno.test("chooseParent() with counts kept spreads its choices", () => {
  const arms = Array.from({ length: 5 }, (_, i) => ({ id: `${i}`, h: 2 / 3, timesChosen: 0 }));
  const random = seededRandom("spread");
  for (let i = 0; i < 200; i++) {
    const chosen = chooseParent(arms, random)!;
    arms.find(({ id }) => id === chosen.id)!.timesChosen++;
  }
  assertEquals(arms.reduce((sum, { timesChosen }) => sum + timesChosen, 0), 200);
  assert(arms.every(({ timesChosen }) => timesChosen >= 20 && timesChosen <= 60));
});

Deno.test("chooseParent() is the first of chooseParents() with the same chance", () => {
  const arms = fc.array(fc.record({
    id: fc.uuid(),
    h: fc.double({ min: 0, max: 1, noNaN: true }),
    timesChosen: fc.nat({ max: 50 }),
  }));
  fc.assert(fc.property(arms, fc.nat(), (arms, seed) => {
    const two = chooseParents(arms, 2, seededRandom(seed));
    assertEquals(chooseParent(arms, seededRandom(seed)), two[0] ?? null);
    assertEquals(two.length, Math.min(2, arms.length));
    if (two.length === 2) assert(two[0].theta >= two[1].theta);
  }));
});

Deno.test("initialArchive() caps each bin and differs by seed", () => {
  const programs = Array.from({ length: 20 }, (_, id) => ({
    id,
    correctTrain: [id % 2 === 0, false],
    correctTest: null,
  }));
  const archive = initialArchive(programs, seededRandom(1), 4);
  assertEquals(archive.map(({ id }) => id % 2), [1, 1, 1, 1, 0, 0, 0, 0]);
  assert(
    `${archive.map(({ id }) => id)}` !==
      `${initialArchive(programs, seededRandom(2), 4).map(({ id }) => id)}`,
  );
});
