import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { accuracy } from "../../data/candidate.ts";
import { weightedGroupSample } from "../../search/group_sample.ts";
import { isSolved, type JudgedProgram, outputsKey } from "../../search/judged.ts";
import { seededRandom } from "../../search/random.ts";
import {
  greedyScore,
  SAMPLING_STRATEGIES,
  selectGreedyDiverse,
  selectSampling,
} from "../../search/select_sampling.ts";

function programsWith(correctTest: fc.Arbitrary<boolean[] | null>): fc.Arbitrary<JudgedProgram[]> {
  const program = fc.record({
    codeLength: fc.nat({ max: 5 }),
    correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    correctTest,
    outputs: fc.array(fc.constantFrom("0", "1"), { minLength: 4, maxLength: 4 }),
  });
  return fc.array(program, { maxLength: 60 }).map((all) =>
    all.map((one, i) => ({ id: `p${i}`, ...one }))
  );
}

const known = programsWith(fc.tuple(fc.boolean()));
const hidden = programsWith(fc.constant(null));

Deno.test("selectSampling() gives at most n distinct programs of the task, the same for a seed", () => {
  fc.assert(fc.property(known, fc.nat({ max: 60 }), fc.nat(), (programs, n, seed) => {
    for (const strategy of SAMPLING_STRATEGIES) {
      const select = () => selectSampling(strategy, programs, n, seededRandom(seed));
      const selected = select();
      assert(selected.length <= n, strategy);
      assertEquals(new Set(selected).size, selected.length, strategy);
      assert(selected.every((one) => programs.includes(one)), strategy);
      assertEquals(select(), selected, strategy);
    }
  }));
});

Deno.test("selectSampling() fills exactly what the strategy can fill", () => {
  fc.assert(fc.property(known, fc.nat({ max: 60 }), fc.nat(), (programs, n, seed) => {
    const size = (strategy: typeof SAMPLING_STRATEGIES[number]) =>
      selectSampling(strategy, programs, n, seededRandom(seed)).length;
    assertEquals(size("uniform"), Math.min(n, programs.length));
    assertEquals(size("greedy"), Math.min(n, programs.length));
    assertEquals(size("correct"), Math.min(n, programs.filter(isSolved).length));
    assertEquals(size("shortest"), Math.min(n, programs.filter(isSolved).length));
    assert(size("greedy_diverse") >= Math.min(Math.floor(n / 2), programs.length));
  }));
});

Deno.test("selectGreedyDiverse() takes the best half first, then wrong ones distinct by outputs", () => {
  fc.assert(fc.property(known, fc.nat({ max: 60 }), fc.nat(), (programs, n, seed) => {
    const selected = selectGreedyDiverse(programs, n, seededRandom(seed));
    const half = Math.min(Math.floor(n / 2), programs.length);
    const best = selected.slice(0, half);
    const left = programs.filter((one) => !best.includes(one));
    const least = Math.min(...best.map(greedyScore));
    assert(left.every((one) => greedyScore(one) <= least));
    best.slice(1).forEach((one, i) => assert(greedyScore(one) <= greedyScore(best[i])));
    const worst = selected.slice(half);
    assertEquals(new Set(worst.map(outputsKey)).size, worst.length);
    assert(worst.every(({ correctTrain }) => accuracy(correctTrain) < 0.5));
  }));
});

Deno.test("greedyScore() does not depend on tests that are hidden", () => {
  fc.assert(fc.property(hidden, (programs) => {
    for (const program of programs) {
      assertEquals(greedyScore(program), accuracy(program.correctTrain));
    }
  }));
  assertEquals(greedyScore({ correctTrain: [], correctTest: null }), 0);
});

Deno.test("selectGreedyDiverse() prefers the shorter of equally good programs", () => {
  const programs = [9, 3, 6].map((length) => ({
    id: `${length}`,
    codeLength: length,
    correctTrain: [true, true],
    correctTest: null,
    outputs: [`${length}`, "0", "0"],
  }));
  const ids = selectGreedyDiverse(programs, 4, seededRandom(0)).map(({ id }) => id);
  assertEquals(ids, ["3", "6"]);
});

Deno.test("weightedGroupSample() without repeats gives all there is when asked for more", () => {
  const member = (id: string) => ({ id, correctTrain: [id === "a"] });
  const groups = [
    { weight: 1000, members: [member("a"), member("b")] },
    { weight: 1, members: [] },
    { weight: 1, members: [member("c")] },
  ];
  for (let seed = 0; seed < 50; seed++) {
    const all = weightedGroupSample(groups, 9, seededRandom(seed));
    assertEquals(all.map(({ id }) => id).sort(), ["a", "b", "c"]);
  }
});

Deno.test("selectSampling() by shortest prefers the shorter of solved programs", () => {
  fc.assert(fc.property(known, fc.nat({ max: 20 }), (programs, n) => {
    const chosen = selectSampling("shortest", programs, n, seededRandom(0));
    assert(chosen.every(isSolved));
    const longest = Math.max(0, ...chosen.map(({ codeLength }) => codeLength));
    const left = programs.filter((one) => isSolved(one) && !chosen.includes(one));
    assert(left.every(({ codeLength }) => codeLength >= longest || n === 0));
  }));
});

Deno.test("selectSampling() at test time is the same whatever the answers are", () => {
  const pairs = known.map((programs) => {
    return [programs, programs.map((one) => ({ ...one, correctTest: [!one.correctTest![0]] }))];
  });
  fc.assert(fc.property(pairs, fc.nat(), ([programs, others], seed) => {
    for (const strategy of SAMPLING_STRATEGIES) {
      const ids = (some: JudgedProgram[]) => {
        const blind = some.map((one) => ({ ...one, correctTest: null }));
        return selectSampling(strategy, blind, 20, seededRandom(seed)).map(({ id }) => id);
      };
      assertEquals(ids(others), ids(programs), strategy);
    }
  }));
});
