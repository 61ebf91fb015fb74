import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { attemptsBy, VOTERS } from "../../search/voters.ts";
import { scoreTask, VOTE_FILTERS, votersOf } from "../../search/rescore.ts";
import { isTrainPerfect } from "../../search/judged.ts";
import { vote } from "../../search/vote.ts";

/** Programs of a task with 2 train pairs and 2 tests; c = 3 keeps sums exact. */
const programs = fc.array(
  fc.record({
    codeLength: fc.nat({ max: 400 }),
    correctTrain: fc.tuple(fc.boolean(), fc.boolean()),
    outputs: fc.tuple(
      fc.constant("x"),
      fc.constant("y"),
      fc.option(fc.constantFrom("a", "b", "c")),
      fc.option(fc.constantFrom("a", "b")),
    ),
    ran: fc.boolean(),
    transduction: fc.boolean(),
  }),
  { maxLength: 25 },
).map((all) => all.map((one, i) => ({ ...one, id: `${i}`, correctTest: null })));

Deno.test("attemptsBy() gives at most two attempts with an entry a test, weights falling", () => {
  fc.assert(fc.property(programs, (programs) => {
    for (const voter of VOTERS) {
      const attempts = attemptsBy(voter, programs, { c: 3 });
      assert(attempts.length <= 2);
      for (const attempt of attempts) {
        assertEquals(attempt.length, 2);
        for (const voted of attempt) {
          if (voted === null) continue;
          assertEquals(voted.votes, voted.members.length);
          assert(voted.share > 0 && voted.share <= 1);
        }
      }
      for (const i of [0, 1]) {
        const [first, second] = attempts.map((attempt) => attempt[i]);
        if (first && second) assert(first.weight >= second.weight);
      }
    }
  }));
});

Deno.test("attemptsBy() of all answers shares out the whole weight", () => {
  fc.assert(fc.property(programs, (programs) => {
    const all = attemptsBy("whole", programs, { c: 3, attempts: Infinity });
    if (all.length === 0) return;
    const total = all.reduce((sum, attempt) => sum + attempt[0]!.share, 0);
    assert(Math.abs(total - 1) < 1e-9);
  }));
});

Deno.test("both voters do not depend on the order of programs but for ties", () => {
  const shuffled = programs.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))
  );
  fc.assert(fc.property(shuffled, ([all, other]) => {
    for (const voter of VOTERS) {
      const weights = (some: typeof all) =>
        attemptsBy(voter, some, { c: 3, attempts: Infinity }).map((attempt) =>
          attempt.map((voted) => voted?.weight ?? null)
        );
      const sorted = (some: typeof all) => {
        return [0, 1].map((i) => weights(some).map((row) => row[i]));
      };
      assertEquals(sorted(other), sorted(all), voter);
    }
  }));
});

Deno.test("halfLength halves a vote for as many characters, and is off by default", () => {
  const long = { id: "l", correctTrain: [true], correctTest: null, outputs: ["x", "long"] };
  const voters = [{ ...long, codeLength: 300 }, { ...long, id: "s", codeLength: 0 }];
  assertEquals(vote(voters, { c: 3 })[0].weight, 8);
  assertEquals(vote(voters, { c: 3, halfLength: 100 })[0].weight, 4 + 4 / 8);
  const tie = [voters[0], { ...voters[1], outputs: ["x", "short"] }];
  assertEquals(vote(tie, { c: 3 })[0].outputs, ["long"]);
  assertEquals(vote(tie, { c: 3, halfLength: 1000 })[0].outputs, ["short"]);
});

Deno.test("votersOf() narrows from filter to filter", () => {
  fc.assert(fc.property(programs, (programs) => {
    const kept = VOTE_FILTERS.map((filter) => votersOf(programs, filter));
    assertEquals(kept[0], programs);
    kept.slice(1).forEach((some, i) => assert(some.every((one) => kept[i].includes(one))));
    assert(kept[2].every(({ ran, transduction }) => ran && !transduction));
    assert(kept[3].every(isTrainPerfect));
  }));
});

Deno.test("scoreTask() is bounded, and does not vote by the answers", () => {
  fc.assert(fc.property(programs, (programs) => {
    for (const voter of VOTERS) {
      const blind = scoreTask(voter, programs, null, { c: 3 });
      const { voted, oracle, attempts } = scoreTask(voter, programs, ["a", "b"], { c: 3 });
      assertEquals(attempts, blind.attempts);
      assertEquals([blind.voted, blind.oracle], [null, null]);
      assert([0, 0.5, 1].includes(voted!));
      const all = scoreTask(voter, programs, ["a", "b"], { c: 3, attempts: Infinity });
      if (oracle) assertEquals(all.voted, 1);
    }
  }));
});

Deno.test("per_input puts the best answers of each test together, whole does not", () => {
  const program = (id: string, right: boolean, ...tests: (string | null)[]) => {
    return {
      id,
      codeLength: 1,
      correctTrain: [right],
      correctTest: null,
      outputs: ["x", ...tests],
    };
  };
  const voters = [
    program("1", true, "a", null),
    program("2", false, "z", "b"),
    program("3", false, "z", "b"),
  ];
  const outputs = (voter: typeof VOTERS[number]) =>
    attemptsBy(voter, voters).map((attempt) => attempt.map((voted) => voted?.output));
  assertEquals(outputs("whole"), [["z", "b"]]);
  assertEquals(outputs("per_input"), [["a", "b"], ["z", "b"]]);
});
