import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parentBin } from "../../search/bins.ts";
import { accuracy } from "../../data/candidate.ts";
import { isSolved, type JudgedOutputs, outputsKey } from "../../search/judged.ts";
import { seededRandom } from "../../search/random.ts";
import {
  collectPairs,
  type Descendant,
  REFINEMENT_STRATEGIES,
  type RefinementPair,
  selectPairsBalanced,
  selectPairsUniform,
  selectRefinement,
} from "../../search/select_refinement.ts";
import { tally } from "./vectors.ts";

interface Verdicts {
  readonly correctTrain: boolean[];
  readonly correctTest: boolean[] | null;
}

const pairsOfTask: fc.Arbitrary<RefinementPair<Verdicts>[]> = fc.array(
  fc.record({
    correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    correctTest: fc.tuple(fc.boolean()),
  }).map((parent) => ({ parent, child: { correctTrain: [true], correctTest: [true] } })),
  { maxLength: 80 },
);

Deno.test("selectPairsBalanced() gives each bin its share, each pair once, no solved parent", () => {
  fc.assert(fc.property(pairsOfTask, fc.nat({ max: 60 }), fc.nat(), (pairs, n, seed) => {
    const selected = selectPairsBalanced(pairs, n, seededRandom(seed));
    const open = pairs.filter(({ parent }) => parentBin(parent) !== "max");
    assertEquals(selected.length, Math.min(n, open.length));
    assertEquals(new Set(selected).size, selected.length);
    const [available, taken] = [open, selected].map((list) =>
      tally(list.map(({ parent }) => parentBin(parent)))
    );
    assert(!taken.has("max"));
    for (const [bin, count] of available) {
      assert((taken.get(bin) ?? 0) >= Math.min(count, Math.floor(n / available.size)), bin);
    }
  }));
});

Deno.test("selectPairsBalanced() with repeats copies a pair at most once", () => {
  fc.assert(fc.property(pairsOfTask, fc.nat({ max: 200 }), fc.nat(), (pairs, n, seed) => {
    const selected = selectPairsBalanced(pairs, n, seededRandom(seed), { repeats: true });
    const open = pairs.filter(({ parent }) => parentBin(parent) !== "max").length;
    assertEquals(selected.length, Math.min(n, 2 * open));
    const copies = new Map<unknown, number>();
    for (const pair of selected) copies.set(pair, (copies.get(pair) ?? 0) + 1);
    assert([...copies.values()].every((count) => count <= 2));
  }));
});

Deno.test("selectPairsUniform() keeps the order of few and draws from many", () => {
  assertEquals(selectPairsUniform([1, 2, 3], 3, seededRandom(0)), [1, 2, 3]);
  const firsts = new Set(
    Array.from(
      { length: 200 },
      (_, seed) => selectPairsUniform([1, 2, 3], 1, seededRandom(seed))[0],
    ),
  );
  assertEquals(firsts, new Set([1, 2, 3]));
});

Deno.test("collectPairs() goes by train pairs alone where tests are hidden", () => {
  const programs = (correctTest: boolean[] | null) => [
    { id: "a", operator: "sample" as const, parents: [], correctTrain: [false], correctTest },
    { id: "b", operator: "refine" as const, parents: ["a"], correctTrain: [true], correctTest },
    { id: "c", operator: "refine" as const, parents: ["gone"], correctTrain: [true], correctTest },
  ];
  const children = (correctTest: boolean[] | null, onlySolved: boolean) =>
    collectPairs(programs(correctTest), { onlySolved }).map(({ child }) => child.id);
  assertEquals(children(null, true), ["b"]);
  assertEquals(children([false], true), []);
  assertEquals(children([false], false), ["b"]);
});

type Refined = Descendant & JudgedOutputs;

/** Programs of a task, some refined from earlier ones. */
function programsWith(correctTest: fc.Arbitrary<boolean[] | null>): fc.Arbitrary<Refined[]> {
  const program = fc.record({
    correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    correctTest,
    outputs: fc.array(fc.constantFrom("0", "1"), { minLength: 4, maxLength: 4 }),
    refined: fc.boolean(),
    parent: fc.nat(),
  });
  return fc.array(program, { maxLength: 50 }).map((all) =>
    all.map(({ refined, parent, ...one }, i) => ({
      ...one,
      id: `p${i}`,
      operator: refined && i > 0 ? "refine" : "sample",
      parents: refined && i > 0 ? [`p${parent % i}`] : [],
    }))
  );
}

Deno.test("selectRefinement() gives at most n distinct pairs of parent and child, the same for a seed", () => {
  const programs = programsWith(fc.tuple(fc.boolean()));
  fc.assert(fc.property(programs, fc.nat({ max: 40 }), fc.nat(), (programs, n, seed) => {
    for (const strategy of REFINEMENT_STRATEGIES) {
      const select = () => selectRefinement(strategy, programs, n, seededRandom(seed));
      const pairs = select();
      assert(pairs.length <= n, strategy);
      assertEquals(new Set(pairs.map(({ child }) => child)).size, pairs.length, strategy);
      for (const { parent, child } of pairs) {
        assertEquals(child.parents, [parent.id], strategy);
        if (strategy === "hindsight") assert(outputsKey(child) !== outputsKey(parent));
        else assert(isSolved(child) && !isSolved(parent), strategy);
      }
      assertEquals(select(), pairs, strategy);
    }
  }));
});

Deno.test("selectRefinement() by near_miss takes the parents that were nearest to right", () => {
  const programs = programsWith(fc.tuple(fc.boolean()));
  fc.assert(fc.property(programs, fc.nat({ max: 10 }), fc.nat(), (programs, n, seed) => {
    const chosen = selectRefinement("near_miss", programs, n, seededRandom(seed));
    const all = selectRefinement("near_miss", programs, Infinity, seededRandom(seed));
    assertEquals(chosen.length, Math.min(n, all.length));
    const least = Math.min(...chosen.map(({ parent }) => accuracy(parent.correctTrain)));
    for (const { parent, child } of all) {
      if (!chosen.some((pair) => pair.child === child)) {
        assert(accuracy(parent.correctTrain) <= least);
      }
    }
  }));
});

Deno.test("selectRefinement() by hindsight has one pair a set of outputs and looks at no verdict", () => {
  const programs = programsWith(fc.tuple(fc.boolean()));
  fc.assert(fc.property(programs, fc.nat(), (programs, seed) => {
    const ids = (some: Refined[]) =>
      selectRefinement("hindsight", some, 50, seededRandom(seed)).map(({ child }) => child.id);
    const chosen = selectRefinement("hindsight", programs, 50, seededRandom(seed));
    assertEquals(new Set(chosen.map(({ child }) => outputsKey(child))).size, chosen.length);
    const turned = programs.map((one) => ({
      ...one,
      correctTrain: one.correctTrain.map((flag) => !flag),
      correctTest: null,
    }));
    assertEquals(ids(turned), ids(programs));
  }));
});

Deno.test("selectRefinement() fills exactly what the strategy can fill", () => {
  const programs = fc.array(
    fc.record({
      correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      outputs: fc.array(fc.constantFrom("0", "1"), { minLength: 4, maxLength: 4 }),
      parent: fc.option(fc.nat()),
    }),
    { maxLength: 40 },
  ).map((all) =>
    all.map(({ parent, ...one }, i): Descendant & JudgedOutputs => ({
      ...one,
      id: `p${i}`,
      correctTest: null,
      operator: parent === null ? "sample" : "refine",
      parents: parent === null ? [] : [`p${parent % all.length}`],
    }))
  );
  fc.assert(fc.property(programs, fc.nat({ max: 40 }), fc.nat(), (programs, n, seed) => {
    const size = (strategy: typeof REFINEMENT_STRATEGIES[number]) =>
      selectRefinement(strategy, programs, n, seededRandom(seed)).length;
    const open = collectPairs(programs).filter(({ parent }) => parentBin(parent) !== "max");
    for (const strategy of ["balanced", "uniform", "near_miss"] as const) {
      assertEquals(size(strategy), Math.min(n, open.length), strategy);
    }
    const changed = collectPairs(programs, { onlySolved: false })
      .filter(({ parent, child }) => outputsKey(parent) !== outputsKey(child));
    const distinct = new Set(changed.map(({ child }) => outputsKey(child))).size;
    assertEquals(size("hindsight"), Math.min(n, distinct));
  }));
});
