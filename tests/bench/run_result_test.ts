import { assertEquals, assertThrows } from "@std/assert";
import { readRunResult } from "../../bench/run_result.ts";
import { decodeGrid } from "../../data/grid.ts";
import { Journal } from "../../data/journal.ts";
import type { RecordBody, Voted } from "../../data/records.ts";
import type { TaskSet } from "../../data/task.ts";
import { callOf, evaluationOf, replyOf, type Result, taskOf } from "../actors/recorded.ts";

/** One train pair 1→2, two tests 3→4 and 5→6. */
const SET: TaskSet = {
  tasks: ["a", "b"].map((id) => taskOf(id, [["1", "2"]], ["3", "5"])),
  answers: new Map(["a", "b"].map((id) => [id, ["4", "6"].map(decodeGrid)])),
};
const RIGHT: Result = { outputs: ["2", "4", "6"], correctTrain: [true], correctTest: null };

/** A journal of these records, one second apart. */
async function journalOf(records: readonly RecordBody[]): Promise<string> {
  const directory = Deno.makeTempDirSync();
  let time = 0;
  const journal = Journal.open(directory, 0, { now: () => time += 1000 });
  for (const record of records) await journal.append(record).written;
  await journal.close();
  return directory;
}

/** Request, reply and evaluation of one program. */
function program(draw: number, result: Result): RecordBody[] {
  const call = callOf({ taskId: "a", draw });
  return [call, replyOf(call.callId, ["x"]), evaluationOf(call, 0, result)];
}

function vote(generation: number, attempt: number, outputs: string[]): Voted {
  const none = { weight: 1, members: [], correctTest: null };
  return { kind: "vote", generation, taskId: "a", attempt, outputs, ...none };
}

async function resultOf(...records: RecordBody[]) {
  return readRunResult(await journalOf(records), SET);
}

for (
  const [name, result, solved] of [
    ["right on all pairs", RIGHT, true],
    ["whatever the run said of its tests", { ...RIGHT, correctTest: [false, false] }, true],
    ["wrong on a test", { ...RIGHT, outputs: ["2", "4", "9"] }, false],
    ["without an output", { ...RIGHT, outputs: ["2", "4", null] }, false],
    ["wrong on a train pair", { ...RIGHT, correctTrain: [false] }, false],
    ["hard-coded", { ...RIGHT, transduction: true }, false],
    ["that failed", { ...RIGHT, outcome: "timeout" }, false],
  ] as const
) {
  Deno.test(`readRunResult(): a program ${name} ${solved ? "solves" : "does not solve"}`, async () => {
    const { tasks, solved: flags } = await resultOf(...program(0, result));
    assertEquals([tasks, flags], [["a", "b"], [solved, false]]);
  });
}

Deno.test("readRunResult() counts programs, filtered ones and copies", async () => {
  const { programs, filtered, duplicates } = await resultOf(
    ...program(0, RIGHT),
    ...program(1, { ...RIGHT, transduction: true }),
    ...program(2, { ...RIGHT, duplicateOf: "1" }),
  );
  assertEquals([programs, filtered, duplicates], [3, 1, 1]);
});

Deno.test("readRunResult(): each test may be right in either attempt of the last vote", async () => {
  const voted = async (...votes: Voted[]) => (await resultOf(...votes)).voted![0];
  assertEquals(await voted(), false);
  assertEquals(await voted(vote(0, 1, ["4", "6"])), true);
  assertEquals(await voted(vote(0, 1, ["4", "0"]), vote(0, 2, ["0", "6"])), true);
  assertEquals(await voted(vote(0, 1, ["4", "0"]), vote(0, 2, ["0", "0"])), false);
  assertEquals(await voted(vote(0, 1, ["4", "6"]), vote(1, 1, ["0", "0"])), false);
  assertEquals(await voted(vote(0, 2, ["4", "6"]), vote(1, 1, ["0", "0"])), false);
  assertEquals(await voted(vote(0, 1, ["4", "6"]), vote(0, 1, ["0", "0"])), false, "voted again");
});

Deno.test("readRunResult(): the time between an interruption and its resume is left out", async () => {
  const opened = (resumed: boolean): RecordBody => {
    return { kind: "run_opened", runId: "1", seed: 1, resumed, config: {}, codeVersion: "0" };
  };
  const records = [opened(false), ...program(0, RIGHT), opened(true), ...program(1, RIGHT)];
  assertEquals((await resultOf(...records)).seconds, 6);
});

Deno.test("readRunResult() refuses the journal of other tasks", async () => {
  const journal = await journalOf([callOf({ taskId: "c" })]);
  assertThrows(() => readRunResult(journal, SET), RangeError, "c");
});
