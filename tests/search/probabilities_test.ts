/** Chances: those of all that may happen sum to one, and each comes as often as it says. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { accuracy } from "../../data/candidate.ts";
import { weightedGroupSample } from "../../search/group_sample.ts";
import { jointCoverage, selectParents } from "../../search/parents.ts";
import { weightedIndex } from "../../search/random.ts";
import { attemptsBy, VOTERS } from "../../search/voters.ts";
import { tally } from "./vectors.ts";

/** Points that the unit interval is walked through in: a share is off by one of them at most. */
const POINTS = 2000;

/** What is drawn over the whole interval, each by how much of it. */
function chances(draw: (random: () => number) => string): Map<string, number> {
  const drawn = Array.from({ length: POINTS }, (_, i) => draw(() => (i + 0.5) / POINTS));
  return new Map(Array.from(tally(drawn), ([what, count]) => [what, count / POINTS]));
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}

function assertNear(found: number, wanted: number, what: string): void {
  assert(Math.abs(found - wanted) <= 1.001 / POINTS, `${what}: ${found}, expected ${wanted}`);
}

const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 9, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});

/** Two arms or more of a task with three train pairs. */
const arms = fc.array(
  fc.record({
    correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    timesChosen: fc.nat({ max: 20 }),
  }),
  { minLength: 2, maxLength: 7 },
).map((all) => all.map((one, i) => ({ ...one, id: `${i}`, h: accuracy(one.correctTrain) })));

Deno.test("weightedIndex() shares out the unit interval in proportion to the weights", () => {
  fc.assert(fc.property(weights, (weights) => {
    const total = sum(weights);
    const found = chances((random) => `${weightedIndex(weights, random)}`);
    if (total === 0) return assertEquals([...found], [["-1", 1]]);
    assertEquals(sum(found.values()).toFixed(9), "1.000000000");
    weights.forEach((weight, i) => assertNear(found.get(`${i}`) ?? 0, weight / total, `${i}`));
  }));
});

Deno.test("pair_weighted gives every pair its share of all weights, which sum to one", () => {
  fc.assert(
    fc.property(arms, (arms) => {
      const named = ([a, b]: typeof arms) => [a.id, b.id].sort().join("+");
      const pairs = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => [a, b]));
      const weightOf = ([a, b]: typeof arms) =>
        jointCoverage(a.correctTrain, b.correctTrain) + 1 / (1 + a.timesChosen + b.timesChosen);
      const total = sum(pairs.map(weightOf));
      const found = chances((random) => {
        const chosen = selectParents("pair_weighted", arms, random);
        return chosen.map(({ id }) => id).sort().join("+");
      });
      assertEquals(sum(found.values()).toFixed(9), "1.000000000");
      for (const pair of pairs) {
        assertNear(found.get(named(pair)) ?? 0, weightOf(pair) / total, named(pair));
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("uniform selectors tell the chance of each arm, and these sum to one", () => {
  fc.assert(fc.property(arms, (arms) => {
    for (const selector of ["uniform", "uniform_in_bin"] as const) {
      const told = new Map<string, number>();
      const found = chances((random) => {
        const [{ id, theta }] = selectParents(selector, arms, random);
        told.set(id, theta);
        return id;
      });
      assertEquals(sum(told.values()).toFixed(9), "1.000000000", selector);
      for (const [id, chance] of told) assertNear(found.get(id)!, chance, `${selector}: ${id}`);
    }
  }));
});

Deno.test("weightedGroupSample() of one draws a group by its weight and a member by its accuracy", () => {
  const groups = fc.array(
    fc.record({ weight: fc.integer({ min: 1, max: 9 }), rights: fc.array(fc.nat({ max: 3 })) }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(fc.property(groups, (all) => {
    const groups = all.map(({ weight, rights }, g) => ({
      weight,
      members: rights.map((right, m) => ({
        id: `${g}.${m}`,
        correctTrain: [0, 1, 2].map((i) => i < right),
      })),
    }));
    const open = groups.filter(({ members }) => members.length > 0);
    const total = sum(open.map(({ weight }) => weight));
    const found = chances((random) =>
      weightedGroupSample(groups, 1, random)[0]?.id.split(".")[0] ?? "none"
    );
    assertEquals(sum(found.values()).toFixed(9), "1.000000000");
    if (open.length === 0) return assertEquals([...found], [["none", 1]]);
    groups.forEach(({ weight, members }, g) => {
      assertNear(found.get(`${g}`) ?? 0, members.length === 0 ? 0 : weight / total, `${g}`);
    });
  }));
});

Deno.test("the shares of all answers to a test input sum to one, by either voter", () => {
  const programs = fc.array(
    fc.record({
      correctTrain: fc.tuple(fc.boolean(), fc.boolean()),
      tests: fc.tuple(
        fc.option(fc.constantFrom("a", "b", "c")),
        fc.option(fc.constantFrom("a", "b")),
      ),
      codeLength: fc.nat({ max: 400 }),
    }),
    { minLength: 1, maxLength: 25 },
  ).map((all) =>
    all.map(({ tests, ...one }, i) => {
      return { ...one, id: `${i}`, correctTest: null, outputs: ["x", "y", ...tests] };
    })
  );
  fc.assert(fc.property(programs, fc.constantFrom(Infinity, 100), (programs, halfLength) => {
    for (const voter of VOTERS) {
      const all = attemptsBy(voter, programs, { attempts: Infinity, halfLength });
      for (const i of [0, 1]) {
        // By single inputs one with fewer answers than the other repeats its first: once is enough.
        const shares = new Map(
          all.flatMap((attempt, k) => {
            const voted = attempt[i];
            return voted ? [[voter === "whole" ? k : voted.output, voted.share] as const] : [];
          }),
        );
        if (shares.size > 0) assertEquals(sum(shares.values()).toFixed(9), "1.000000000", voter);
      }
    }
  }));
});
