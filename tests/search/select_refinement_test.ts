import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parentBin } from "../../search/bins.ts";
import { seededRandom } from "../../search/random.ts";
import {
  collectPairs,
  type RefinementPair,
  selectPairsBalanced,
  selectPairsUniform,
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
