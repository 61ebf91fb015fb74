import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareArms } from "../../search/compare_arms.ts";
import { seededRandom } from "../../search/random.ts";

/** Programs of a task with a train pair and a test; "a" is right. */
const programs = fc.array(
  fc.record({
    right: fc.boolean(),
    output: fc.option(fc.constantFrom("a", "b", "c")),
    transduction: fc.boolean(),
  }),
  { maxLength: 12 },
).map((all) =>
  all.map(({ right, output, transduction }, i) => ({
    id: `${i}`,
    codeLength: 1,
    correctTrain: [right],
    correctTest: null,
    outputs: ["x", output],
    ran: output !== null,
    transduction,
  }))
);

const tasks = fc.array(fc.record({ soar: programs, iid: programs, answers: fc.constant(["a"]) }), {
  minLength: 1,
  maxLength: 6,
});

const random = () => seededRandom("compare");

Deno.test("compareArms() looks at as many programs of either arm, and no more", () => {
  fc.assert(fc.property(tasks, (tasks) => {
    const { programsATask, soar, iid } = compareArms(tasks, { random: random() });
    const most = (arm: "soar" | "iid") => Math.max(...tasks.map((task) => task[arm].length));
    assertEquals(programsATask, Math.min(most("soar"), most("iid")));
    for (const score of [soar, iid]) {
      assert(score.programs <= programsATask * tasks.length);
      assert(score.solved <= tasks.length && score.voted <= tasks.length);
    }
    const cut = tasks.map((task) => ({
      ...task,
      soar: task.soar.slice(0, programsATask),
      iid: task.iid.slice(0, programsATask),
    }));
    assertEquals(compareArms(cut, { random: random() }).soar, soar);
  }));
});

Deno.test("compareArms() of an arm with itself finds no difference, and the other way round the opposite", () => {
  fc.assert(fc.property(tasks, (tasks) => {
    const same = compareArms(tasks.map(({ soar, ...one }) => ({ ...one, soar, iid: soar })), {
      random: random(),
    });
    const none = { difference: 0, low: 0, high: 0 };
    assertEquals([same.solved, same.voted], [none, none]);
    const there = compareArms(tasks, { random: random() });
    const back = compareArms(
      tasks.map(({ soar, iid, answers }) => ({ soar: iid, iid: soar, answers })),
      {
        random: random(),
      },
    );
    assertEquals([back.soar, back.iid], [there.iid, there.soar]);
    assertEquals(back.solved.difference + there.solved.difference, 0);
    assertEquals(there.solved.difference, there.soar.solved - there.iid.solved);
    assertEquals(there.voted.difference, there.soar.voted - there.iid.voted);
  }));
});

Deno.test("compareArms() counts what a program solves and what the vote elects", () => {
  const program = (id: string, right: boolean, output: string, transduction = false) => ({
    ...{ id, codeLength: 1, correctTrain: [right], correctTest: null },
    ...{ outputs: ["x", output], ran: true, transduction },
  });
  const answers = ["a"];
  const { soar, iid } = compareArms([
    { answers, soar: [program("1", true, "a")], iid: [program("1", true, "a", true)] },
    { answers, soar: [program("1", true, "b")], iid: [program("1", false, "a")] },
  ], { random: random() });
  assertEquals(soar, { programs: 2, solved: 1, voted: 1 });
  assertEquals(iid, { programs: 2, solved: 0, voted: 1 });
});
