import { assertEquals } from "@std/assert";
import { gainOverGenerations, summarize } from "../../actors/summary.ts";
import type { Operator } from "../../data/candidate.ts";
import { Recorded, SOLVES, taskOf } from "./recorded.ts";

const TASKS = ["a", "b", "c", "d"].map((id) => taskOf(id));

/** Puts in a program of a task, right unless told otherwise. */
async function put(
  recorded: Recorded,
  [taskId, generation, operator, draw]: [string, number, Operator, number],
  result = SOLVES,
): Promise<void> {
  await recorded.program({ taskId, generation, operator, draw }, result);
}

async function vote(
  { recorder }: Recorded,
  [generation, taskId, attempt]: [number, string, number],
  correctTest: readonly boolean[] | null,
): Promise<void> {
  await recorder.record({
    kind: "vote",
    generation,
    taskId,
    attempt,
    outputs: [],
    weight: 1,
    members: [],
    correctTest,
  });
}

Deno.test("summarize() tells sampling from refining, new from known, and adds up", async () => {
  await using recorded = new Recorded();
  await put(recorded, ["a", 0, "sample", 0]);
  await put(recorded, ["a", 0, "sample", 1]);
  await put(recorded, ["a", 0, "refine", 0]);
  await put(recorded, ["b", 0, "refine", 0]);
  await put(recorded, ["c", 0, "sample", 0], {});
  await put(recorded, ["b", 1, "sample", 0]);
  await put(recorded, ["c", 1, "sample", 0]);
  const [first, second, third] = summarize(recorded.archive, TASKS, 3, true);
  assertEquals(first, {
    generation: 0,
    programs: 5,
    sampled: 3,
    refined: 2,
    bySampling: 1,
    byRefining: 2,
    newlySolved: 2,
    cumulative: 2,
    byVote: 0,
  });
  assertEquals(second, {
    generation: 1,
    programs: 2,
    sampled: 2,
    refined: 0,
    bySampling: 2,
    byRefining: 0,
    newlySolved: 1,
    cumulative: 3,
    byVote: 0,
  });
  assertEquals([third.programs, third.newlySolved, third.cumulative], [0, 0, 3]);
});

const DO_NOT_COUNT: readonly [name: string, result: typeof SOLVES][] = [
  ["hard-coded", { ...SOLVES, transduction: true }],
  ["wrong on a test", { ...SOLVES, correctTest: [false] }],
  ["wrong on a train pair", { ...SOLVES, correctTrain: [false] }],
  ["not run to its end", { ...SOLVES, outcome: "timeout" }],
];

for (const [name, result] of DO_NOT_COUNT) {
  Deno.test(`summarize() and gainOverGenerations() do not count a program that is ${name}`, async () => {
    await using recorded = new Recorded();
    await put(recorded, ["a", 0, "sample", 0], result);
    await put(recorded, ["a", 0, "refine", 0], result);
    const [{ programs, bySampling, byRefining, newlySolved, cumulative }] = summarize(
      recorded.archive,
      TASKS,
      1,
      true,
    );
    assertEquals([programs, bySampling, byRefining, newlySolved, cumulative], [2, 0, 0, 0, 0]);
    assertEquals(gainOverGenerations(recorded.archive, TASKS, 1, 0, 7).difference, 0);
  });
}

Deno.test("summarize() gives null for what hangs on answers it does not know", async () => {
  await using recorded = new Recorded();
  await put(recorded, ["a", 0, "sample", 0], { ...SOLVES, correctTest: null });
  await vote(recorded, [0, "a", 1], null);
  assertEquals(summarize(recorded.archive, TASKS, 1, false), [{
    generation: 0,
    programs: 1,
    sampled: 1,
    refined: 0,
    bySampling: null,
    byRefining: null,
    newlySolved: null,
    cumulative: null,
    byVote: null,
  }]);
});

const VOTES: readonly [name: string, attempts: readonly (boolean[] | null)[], solved: number][] = [
  ["no attempt", [], 0],
  ["one right attempt", [[true, true]], 1],
  ["each test right in one of the two", [[true, false], [false, true]], 1],
  ["the second attempt right", [[false, false], [true, true]], 1],
  ["one test right in neither", [[true, false], [true, false]], 0],
  ["answers not known", [null, null], 0],
];

for (const [name, attempts, solved] of VOTES) {
  Deno.test(`summarize() counts a task by vote: ${name}`, async () => {
    await using recorded = new Recorded();
    for (const [k, flags] of attempts.entries()) await vote(recorded, [0, "a", k + 1], flags);
    const [zero, one] = summarize(recorded.archive, TASKS, 2, true);
    assertEquals([zero.byVote, one.byVote], [solved, 0]);
  });
}

Deno.test("gainOverGenerations() is positive when the later generation's samples solve more", async () => {
  await using recorded = new Recorded();
  await put(recorded, ["a", 0, "sample", 0]);
  for (const id of ["a", "b", "c"]) await put(recorded, [id, 1, "sample", 0]);
  await put(recorded, ["d", 0, "refine", 0]);
  const gain = gainOverGenerations(recorded.archive, TASKS, 0, 1, 7);
  assertEquals(gain.difference, 2);
  assertEquals([gain.low, gain.high], [0, 4]);
  assertEquals(gainOverGenerations(recorded.archive, TASKS, 0, 1, 7), gain);
  assertEquals(gainOverGenerations(recorded.archive, TASKS, 1, 0, 7).difference, -2);
});
