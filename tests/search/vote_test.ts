import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { JudgedOutputs } from "../../search/judged.ts";
import { seededRandom, shuffle } from "../../search/random.ts";
import { runScore } from "../../search/score.ts";
import { vote, votePerInput } from "../../search/vote.ts";

/** Programs of a task with 3 train pairs and 2 tests, and few distinct outputs. */
const programsOfTask = fc.array(
  fc.record({
    correctTrain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    tests: fc.array(fc.constantFrom("0", "1", "2", null), { minLength: 2, maxLength: 2 }),
  }),
  { maxLength: 40 },
).map((programs) =>
  programs.map(({ correctTrain, tests }, i): JudgedOutputs => ({
    id: `p${i}`,
    correctTrain,
    correctTest: tests.map((output) => output === "0"),
    outputs: ["5", "5", "5", ...tests],
  }))
);

/** Weights to full attempts by output; rounding of a sum depends on its order. */
function asTable(programs: readonly JudgedOutputs[]) {
  const all = vote(programs, { attempts: Infinity });
  return all.map(({ outputs, weight, votes, members }) => {
    return { key: outputs.join(), weight: weight.toFixed(6), votes, members: members.toSorted() };
  }).sort((a, b) => a.key < b.key ? -1 : 1);
}

Deno.test("vote() does not depend on the order of programs but for ties", () => {
  fc.assert(fc.property(programsOfTask, fc.nat(), (programs, seed) => {
    const reordered = shuffle(programs, seededRandom(seed));
    assertEquals(asTable(reordered), asTable(programs));
    const heaviest = (list: readonly JudgedOutputs[]) => vote(list)[0]?.weight ?? 0;
    assertAlmostEquals(heaviest(reordered), heaviest(programs), 1e-6);
  }));
});

Deno.test("vote() counts every complete program once and no other", () => {
  fc.assert(fc.property(programsOfTask, (programs) => {
    const all = vote(programs, { attempts: Infinity });
    const complete = programs.filter(({ outputs }) => !outputs.includes(null));
    assertEquals(all.flatMap(({ members }) => members).sort(), complete.map(({ id }) => id).sort());
    all.slice(1).forEach(({ weight }, i) => assert(weight <= all[i].weight));
  }));
});

Deno.test("vote() ranks ties by first appearance", () => {
  const programs = ["b", "a", "a", "b"].map((output, i) => {
    return { id: `${i}`, correctTrain: [true], correctTest: null, outputs: ["x", output] };
  });
  assertEquals(vote(programs).map(({ outputs }) => outputs[0]), ["b", "a"]);
});

Deno.test("vote() keeps test outputs with commas or line feeds of neighbours apart", () => {
  const programs = [["1", "2/3"], ["1/2", "3"]].map((outputs, i) => {
    return { id: `${i}`, correctTrain: [], correctTest: null, outputs };
  });
  assertEquals(vote(programs).length, 2);
});

Deno.test("vote() refuses a program with too few outputs", () => {
  const programs = [["1", "2"], ["1"]].map((outputs, i) => {
    return { id: `${i}`, correctTrain: [], correctTest: null, outputs };
  });
  assertThrows(() => vote(programs), RangeError, "expected 2 test outputs, got 1");
  assertThrows(() => votePerInput(programs), RangeError);
});

Deno.test("votePerInput() agrees with vote() on tasks with one test", () => {
  fc.assert(fc.property(programsOfTask, (programs) => {
    const single = programs.map((one) => ({ ...one, outputs: one.outputs.slice(0, 4) }));
    const whole = vote(single).map(({ outputs, members }) => ({ output: outputs[0], members }));
    const [perInput = []] = votePerInput(single);
    assertEquals(perInput.map(({ output, members }) => ({ output, members })), whole);
  }));
});

Deno.test("runScore() counts unknown answers as wrong and orders its figures", () => {
  fc.assert(fc.property(fc.array(programsOfTask, { maxLength: 5 }), (tasks) => {
    const score = runScore(new Map(tasks.map((programs, i) => [`t${i}`, programs])));
    assertEquals(score.tasks, tasks.length);
    assert(score.oracle <= score.testSolved && score.oracle <= score.trainSolved);
    assert(score.testSolved <= score.testSolvedPerInput && score.topTwo <= score.testSolved);
    assert(score.voted <= score.testSolvedPerInput);
    const hidden = tasks.map((all) => all.map((one) => ({ ...one, correctTest: null })));
    const blind = runScore(new Map(hidden.map((programs, i) => [`t${i}`, programs])));
    assertEquals([blind.voted, blind.topTwo, blind.testSolved, blind.oracle], [0, 0, 0, 0]);
    assertEquals(blind.trainSolved, score.trainSolved);
  }));
});
