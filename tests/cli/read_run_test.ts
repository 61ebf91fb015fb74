import { assertEquals, assertMatch } from "@std/assert";
import { readRun, taskOf } from "../../cli/read_run.ts";
import { encodeGrid, type Location, RunDirectory, type TaskLoaded } from "../../mod.ts";
import { Recorded, SOLVES } from "../actors/recorded.ts";

const TASK: TaskLoaded = {
  kind: "task",
  taskId: "a",
  dataset: "made-up",
  split: "training",
  train: [["12/34", "5"]],
  testInputs: ["6", "7"],
  testOutputs: ["8", "9"],
};

function noted(event: string, generation: number) {
  return {
    kind: "event",
    level: "info",
    event,
    generation,
    taskId: null,
    message: "",
  } as const;
}

/** A run of one task, two programs and two votes; where its evaluations and its first vote stand. */
async function written(): Promise<{ directory: RunDirectory; places: Location[] }> {
  const directory = new RunDirectory(Deno.makeTempDirSync(), "a");
  await using recorded = new Recorded(directory.journal);
  await recorded.recorder.record(TASK);
  const wrong = await recorded.program({ taskId: "a" });
  const right = await recorded.program({ taskId: "a", draw: 1 }, SOLVES);
  const { location } = await recorded.recorder.record(noted("voted", 0));
  await recorded.recorder.record(noted("voted", 1));
  await recorded.recorder.record(noted("generation_started", 2));
  return { directory, places: [wrong.evaluationAt, right.evaluationAt, location] };
}

/** Flips a bit in the middle of a line. */
function damage({ journal }: RunDirectory, { offset, length }: Location): void {
  const path = `${journal}/000001.jsonl`;
  const bytes = Deno.readFileSync(path);
  bytes[offset + (length >> 1)] ^= 1;
  Deno.writeFileSync(path, bytes);
}

/** Reads a run, and what it says on standard error meanwhile. */
function readTelling(directory: RunDirectory) {
  const told: string[] = [];
  const error = console.error;
  console.error = (line: string) => void told.push(line);
  try {
    return { run: readRun(directory), told };
  } finally {
    console.error = error;
  }
}

Deno.test("readRun() rebuilds archive, tasks and last vote, and says nothing", async () => {
  const { directory } = await written();
  const { run: { archive, tasks, lastVote }, told } = readTelling(directory);
  assertEquals([archive.size, tasks, lastVote, archive.seq, told], [2, [taskOf(TASK)], 1, 10, []]);
});

Deno.test("readRun(): an evaluation that is damaged is named and passed over, the rest is read", async () => {
  const { directory, places } = await written();
  damage(directory, places[0]);
  const { run: { archive, lastVote }, told } = readTelling(directory);
  assertEquals([archive.size, lastVote, archive.seq], [1, 1, 10]);
  assertEquals([...archive.unevaluated()].map(({ draw }) => draw), [0], "it can be run again");
  assertEquals(told.length, 1);
  assertMatch(
    told[0],
    new RegExp(
      `^soar: ${directory.journal}/000001\\.jsonl, offset ${
        places[0].offset
      }: checksum .*passed over$`,
    ),
  );
});

Deno.test("readRun(): a damaged vote leaves the one before", async () => {
  const { directory, places } = await written();
  damage(directory, places[2]);
  assertEquals(readTelling(directory).run.lastVote, 1);
  const before = await written();
  Deno.truncateSync(`${before.directory.journal}/000001.jsonl`, before.places[2].offset);
  assertEquals(readTelling(before.directory).run.lastVote, null);
});

Deno.test("readRun(): a line that is still being written is not there yet, and no damage", async () => {
  const { directory, places } = await written();
  const { offset, length } = places[1];
  Deno.truncateSync(`${directory.journal}/000001.jsonl`, offset + length - 1);
  const { run: { archive }, told } = readTelling(directory);
  assertEquals([archive.size, told], [1, []]);
});

Deno.test("taskOf() gives the grids of a record, and no answers", () => {
  const task = taskOf(TASK);
  assertEquals(task, {
    id: "a",
    dataset: "made-up",
    split: "training",
    train: [{ input: [[1, 2], [3, 4]], output: [[5]] }],
    testInputs: [[[6]], [[7]]],
  });
  assertEquals(task.testInputs.map(encodeGrid), TASK.testInputs);
});
