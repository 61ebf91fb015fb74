import { assertEquals, assertRejects } from "@std/assert";
import { submissionOf, Voter, type VoterOptions } from "../../actors/voter.ts";
import type { Grid } from "../../data/grid.ts";
import type { Voted } from "../../data/records.ts";
import { Confirmer } from "../../actors/confirmer.ts";
import { MemoryEngine } from "./memory_engine.ts";
import { PAPER_SEARCH } from "./paper_search.ts";
import { Recorded, type Result, taskOf } from "./recorded.ts";

const NEVER = new AbortController().signal;
/** Two tests: outputs are one train output and two test outputs. */
const TASK = taskOf("a", [["1", "2"]], ["3", "5"]);
const RIGHT = new Map<string, readonly Grid[]>([["a", [[[4]], [[6]]]]]);

/** A voter that runs these programs where they are not confirmed yet. */
function voterOf(
  { recorder }: Recorded,
  changes: Partial<VoterOptions> = {},
  engine = new MemoryEngine({}),
): Voter {
  const tasks = changes.tasks ?? [TASK];
  const confirmer = new Confirmer({
    engine,
    recorder,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    timeoutMs: 500,
    delay: () => Promise.resolve(),
  });
  return new Voter({
    generation: 0,
    tasks,
    recorder,
    confirmer,
    concurrency: 2,
    answers: RIGHT,
    voting: PAPER_SEARCH.voting,
    ...changes,
  });
}

async function voted(
  recorded: Recorded,
  changes: Partial<VoterOptions> = {},
  engine?: MemoryEngine,
) {
  const records: Voted[] = [];
  const events: string[] = [];
  recorded.recorder.records$.subscribe(({ event }) => {
    if (event.kind !== "vote") return;
    const { seq: _, at: __, ...record } = event;
    records.push(record);
  });
  const voter = voterOf(recorded, changes, engine);
  voter.events$.subscribe(({ event, message }) => events.push(`${event}: ${message}`));
  await voter.run(NEVER);
  return { attempts: voter.attempts, records, events };
}

const result = (tests: string, right: boolean): Result => ({
  outputs: [right ? "2" : "9", ...tests.split(" ")],
  correctTrain: [right],
  correctTest: tests.split(" ").map((output, i) => output === ["4", "6"][i]),
});

async function put(recorded: Recorded, programs: readonly Result[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [draw, given] of programs.entries()) {
    const { id } = await recorded.program({ taskId: "a", draw, code: `program ${draw}` }, given);
    ids.push(id);
  }
  return ids;
}

Deno.test("Voter: train accuracy outweighs number, and the two heaviest patterns are journalled", async () => {
  await using recorded = new Recorded();
  const ids = await put(recorded, [
    result("1 1", false),
    result("1 1", false),
    result("4 7", true),
    result("8 8", false),
  ]);
  const { attempts, records, events } = await voted(recorded);
  assertEquals(attempts.get("a"), [[[[4]], [[7]]], [[[1]], [[1]]]]);
  assertEquals(
    records,
    [
      {
        kind: "vote",
        generation: 0,
        taskId: "a",
        attempt: 1,
        outputs: ["4", "7"],
        weight: 1001,
        members: [ids[2]],
        correctTest: [true, false],
      },
      {
        kind: "vote",
        generation: 0,
        taskId: "a",
        attempt: 2,
        outputs: ["1", "1"],
        weight: 2,
        members: [ids[0], ids[1]],
        correctTest: [false, false],
      },
    ],
  );
  assertEquals(recorded.archive.votes(0, "a").map(({ attempt }) => attempt), [1, 2]);
  assertEquals(events, ["voted: 1 of 1 tasks have an attempt"]);
});

Deno.test("Voter: with c 0 number decides", async () => {
  await using recorded = new Recorded();
  await put(recorded, [result("4 6", true), result("1 1", false), result("1 1", false)]);
  const { attempts } = await voted(recorded, { voting: { voter: "whole", c: 0 } });
  assertEquals(attempts.get("a")?.[0], [[[1]], [[1]]]);
});

const OUT: readonly [name: string, result: Result][] = [
  ["hard-coded", { ...result("4 6", true), transduction: true }],
  ["failed", { ...result("4 6", true), outcome: "timeout" }],
  ["without a grid on a test", { ...result("4 6", true), outputs: ["2", "4", null] }],
];

for (const [name, given] of OUT) {
  Deno.test(`Voter does not hear a program that is ${name}`, async () => {
    await using recorded = new Recorded();
    await put(recorded, [given]);
    const { attempts, records, events } = await voted(recorded);
    assertEquals([attempts.get("a"), records], [[], []]);
    assertEquals(events, ["voted: 0 of 1 tasks have an attempt"]);
  });
}

Deno.test("Voter journals null for what is right where the run does not know the answers", async () => {
  await using recorded = new Recorded();
  await put(recorded, [result("4 6", true)]);
  const { records } = await voted(recorded, { answers: new Map() });
  assertEquals(records.map(({ correctTest }) => correctTest), [null]);
});

Deno.test("Voter hears programs of all generations so far", async () => {
  await using recorded = new Recorded();
  await recorded.program({ taskId: "a", generation: 0 }, result("1 1", false));
  await recorded.program({ taskId: "a", generation: 1 }, result("4 6", true));
  const { attempts } = await voted(recorded, { generation: 1 });
  assertEquals(attempts.get("a"), [[[[4]], [[6]]], [[[1]], [[1]]]]);
});

Deno.test("Voter does not hear a program that gives other outputs alone; the others move up", async () => {
  await using recorded = new Recorded();
  const screened = { confirmed: false };
  const [, second, third] = await put(recorded, [
    { ...result("4 6", true), ...screened },
    { ...result("1 1", false), ...screened },
    result("8 8", false),
  ]);
  const wrong: Grid = [[9]];
  const engine = new MemoryEngine({
    "program 0": () => wrong,
    "program 1": (grid) => grid[0][0] === 1 ? wrong : [[1]],
  });
  const { attempts, records } = await voted(recorded, {}, engine);
  assertEquals(attempts.get("a"), [[[[1]], [[1]]], [[[8]], [[8]]]]);
  assertEquals(records.map(({ attempt, members }) => [attempt, members]), [
    [1, [second]],
    [2, [third]],
  ]);
});

Deno.test("Voter hears the other members of a pattern whose first does not hold", async () => {
  await using recorded = new Recorded();
  const [, second] = await put(recorded, [
    { ...result("4 6", true), confirmed: false },
    result("4 6", true),
  ]);
  const engine = new MemoryEngine({ "program 0": () => "NameError" });
  const { records } = await voted(recorded, {}, engine);
  assertEquals(records.map(({ weight, members }) => [weight, members]), [[1001, [second]]]);
});

Deno.test("Voter gives the attempts in the order of the tasks", async () => {
  await using recorded = new Recorded();
  const tasks = ["c", "a", "b"].map((id) => ({ ...TASK, id }));
  for (const { id } of tasks) await recorded.program({ taskId: id }, result("4 6", true));
  const { attempts, events } = await voted(recorded, { tasks });
  assertEquals([...attempts.keys()], ["c", "a", "b"]);
  assertEquals(events, ["voted: 3 of 3 tasks have an attempt"]);
});

Deno.test("Voter that is stopped votes no further", async () => {
  await using recorded = new Recorded();
  await put(recorded, [result("4 6", true)]);
  const voter = voterOf(recorded);
  await assertRejects(() => voter.run(AbortSignal.abort(new Error("enough"))), Error, "enough");
  assertEquals(recorded.archive.votes(0, "a"), []);
});

const BLACK: Grid = [[0]];
const FIRST: Grid[] = [[[1]], [[2]]];
const SECOND: Grid[] = [[[3]], [[4]]];

const SUBMISSIONS: readonly [
  name: string,
  attempts: Grid[][] | undefined,
  wanted: [Grid, Grid][],
][] = [
  ["two attempts", [FIRST, SECOND], [[[[1]], [[3]]], [[[2]], [[4]]]]],
  ["one attempt, given twice", [FIRST], [[[[1]], [[1]]], [[[2]], [[2]]]]],
  ["no attempt", [], [[BLACK, BLACK], [BLACK, BLACK]]],
  ["a task that was not voted on", undefined, [[BLACK, BLACK], [BLACK, BLACK]]],
];

for (const [name, attempts, wanted] of SUBMISSIONS) {
  Deno.test(`submissionOf(): ${name}`, () => {
    const given = new Map(attempts ? [["a", attempts]] : []);
    assertEquals(submissionOf([TASK], given), {
      a: wanted.map(([attempt_1, attempt_2]) => ({ attempt_1, attempt_2 })),
    });
  });
}

Deno.test("submissionOf() holds every task of the run, and no other", () => {
  const attempts = new Map([["b", [[[[7]]]]], ["z", [[[[7]]]]]]);
  const submission = submissionOf([taskOf("a"), taskOf("b")], attempts);
  assertEquals(Object.keys(submission), ["a", "b"]);
  assertEquals(submission.b, [{ attempt_1: [[7]], attempt_2: [[7]] }]);
});

Deno.test("Voter that votes once more after a resume gives the attempts and journals none twice", async () => {
  await using recorded = new Recorded();
  await put(recorded, [result("4 6", true), result("1 1", false)]);
  const first = await voted(recorded);
  assertEquals(first.records.length, 2);
  const again = await voted(recorded);
  assertEquals([again.attempts, again.records], [first.attempts, []]);
});
