import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CommandLine } from "./command.ts";
import { readRun } from "../../cli/read_run.ts";
import { Journal, Recorder, RunDirectory, type TaskLoaded } from "../../mod.ts";
import { Recorded, SOLVES } from "../actors/recorded.ts";

const TASK: TaskLoaded = {
  kind: "task",
  taskId: "a",
  dataset: "made-up",
  split: "training",
  train: [["1", "2"]],
  testInputs: ["3"],
  testOutputs: ["4"],
};

/** A run of one task: a program per draw, each with its outputs, flags of its train pairs, source. */
async function writeRun(
  runs: string,
  name: string,
  programs: readonly { outputs: string[]; right: boolean; code: string }[],
  task: TaskLoaded = TASK,
): Promise<void> {
  const directory = new RunDirectory(runs, name);
  directory.writeRunFile({
    name,
    runId: name,
    seed: 1,
    startedAt: `2026-01-0${name.length}T00:00:00Z`,
    version: "0",
    config: {},
    status: "done",
    server: null,
  });
  await using recorded = new Recorded(directory.journal);
  await recorded.recorder.record(task);
  for (const [draw, { outputs, right, code }] of programs.entries()) {
    await recorded.program(
      { taskId: task.taskId, draw, code },
      { ...SOLVES, outputs, correctTrain: [right], correctTest: null },
    );
  }
}

const WRONG = { outputs: ["9", "5"], right: false };
const RIGHT = { outputs: ["2", "4"], right: true };

async function json(line: CommandLine, ...args: string[]) {
  const { code, stdout, stderr } = await line.run("vote", "--json", ...args);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().split("\n").map((text) => JSON.parse(text));
}

Deno.test("vote scores a run again: by weight, by prefix, by number alone", async () => {
  const line = new CommandLine();
  const programs = [
    { ...WRONG, code: "x = 1" },
    { ...WRONG, outputs: ["9", "6"], code: "x = 2" },
    { ...WRONG, code: "x = 3" },
    { ...WRONG, outputs: ["9", "6"], code: "x = 4" },
    { ...RIGHT, code: "x = 5" },
  ];
  await writeRun(line.runs, "r", programs);
  const [short, shortByNumber, all, allByNumber] = await json(
    line,
    "r",
    "--first",
    "4,5",
    "--c",
    "1000,0",
  );
  assertEquals([short.first, short.c, short.programs, short.score], [4, 1000, 4, 0]);
  assertEquals([shortByNumber.c, shortByNumber.oracle], [0, 0]);
  assertEquals([all.score, all.solved, all.oracle, all.with_attempt], [1, 1, 1, 1]);
  assertEquals([allByNumber.score, allByNumber.oracle], [0, 1]);
  const table = await line.run("vote");
  assertMatch(table.stdout, /all\s+1000\s+5\s+1\s+1\.00\s+1\s+1\s+1/);
});

Deno.test("vote on several runs counts a source once, unless told not to", async () => {
  const line = new CommandLine();
  const wrong = [{ ...WRONG, code: "x = 1" }];
  await writeRun(line.runs, "r", [...wrong, { ...RIGHT, code: "x = 5" }]);
  await writeRun(line.runs, "rr", wrong);
  assertEquals((await json(line, "r", "rr"))[0].programs, 2);
  assertEquals((await json(line, "r", "rr", "--no-dedup"))[0].programs, 3);
  const explained = await line.run("vote", "r", "rr", "--no-dedup", "--explain", "a");
  assertMatch(explained.stdout, /a +1 +all +1001 +99\.8% +1 +yes +r\/\d+ \(1\.00\)/);
  assertMatch(explained.stdout, /a +2 +all +2 +0\.2% +2 +no +r\/\d+ \(0\.00\), rr\/\d+ \(0\.00\)/);
});

Deno.test("vote writes a submission, and joins answers that the run did not know after the vote", async () => {
  const line = new CommandLine();
  const hidden: TaskLoaded = { ...TASK, split: "evaluation", testOutputs: null };
  await writeRun(line.runs, "r", [{ ...RIGHT, code: "x = 5" }], hidden);
  const [blind] = await json(line, "r");
  assertEquals([blind.score, blind.oracle, blind.answers_known], [null, null, 0]);
  const folder = Deno.makeTempDirSync();
  const pairs = {
    train: [{ input: [[1]], output: [[2]] }],
    test: [{ input: [[3]], output: [[4]] }],
  };
  Deno.writeTextFileSync(`${folder}/a.json`, JSON.stringify(pairs));
  const [joined] = await json(line, "r", "--answers", folder, "-o", `${folder}/submission.json`);
  assertEquals([joined.score, joined.oracle, joined.answers_known], [1, 1, 1]);
  const submission = JSON.parse(Deno.readTextFileSync(`${folder}/submission.json`));
  assertEquals(submission, { a: [{ attempt_1: [[4]], attempt_2: [[4]] }] });
});

Deno.test("vote says the same with what it keeps beside the journal, without it, and with it damaged", async () => {
  const line = new CommandLine();
  const programs = [{ ...RIGHT, code: "x = 5" }, { ...WRONG, code: "x = 1" }];
  await writeRun(line.runs, "r", programs);
  await writeRun(line.runs, "rr", [{ ...WRONG, code: "x = 1" }]);
  const votes = async () => [
    await json(line, "r", "--first", "1,2", "--c", "0,1000"),
    await json(line, "r", "--half-length", "3", "--voter", "per_input"),
    await json(line, "r", "rr"),
    (await line.run("vote", "r", "--explain")).stdout,
  ];
  const first = await votes();
  const { ballots } = new RunDirectory(line.runs, "r");
  const file = `${ballots}/000001.bin`;
  const whole = Deno.readFileSync(file);
  assertEquals(await votes(), first);
  Deno.writeFileSync(file, whole.slice(0, -5));
  assertEquals(await votes(), first);
  assertEquals(Deno.readFileSync(file), whole);
  Deno.removeSync(ballots, { recursive: true });
  assertEquals(await votes(), first);
});

Deno.test("vote refuses what it cannot do, by name", async () => {
  const line = new CommandLine();
  await writeRun(line.runs, "r", [{ ...RIGHT, code: "x = 5" }]);
  await writeRun(line.runs, "rr", [], { ...TASK, testInputs: ["7"] });
  for (
    const [args, code, said] of [
      [["nobody"], 3, "nobody"],
      [["r", "--voter", "best"], 2, "--voter best: expected whole, per_input"],
      [["r", "--filter", "x"], 2, "--filter x: expected none, ran, honest, train_perfect"],
      [["r", "--c", "1,2", "--explain"], 2, "give one --c and one --first"],
      [["r", "--explain", "b"], 3, "--explain b: no such task"],
      [["r", "rr"], 2, "task a of run rr is another"],
      [["r", "--c", "-1"], 2, "numbers of at least 0"],
    ] as const
  ) {
    const ended = await line.run("vote", ...args);
    assertEquals(ended.code, code, ended.stderr);
    assertStringIncludes(ended.stderr, said);
    assert(ended.stdout === "");
  }
});

Deno.test("submit --explain tells the last vote in place of the submission", async () => {
  const line = new CommandLine();
  const directory = new RunDirectory(line.runs, "r");
  await writeRun(line.runs, "r", [{ ...RIGHT, code: "x = 5" }, { ...WRONG, code: "x = 1" }]);
  const before = await line.run("submit", "--explain");
  assertEquals(before.code, 2, "nothing was voted yet");
  {
    const archive = readRun(directory).archive;
    const [right] = archive.ofTask("a");
    const journal = Journal.open(directory.journal, archive.seq, { now: () => 0 });
    const recorder = new Recorder(journal, archive);
    await recorder.record({
      kind: "vote",
      generation: 0,
      taskId: "a",
      attempt: 1,
      outputs: ["4"],
      weight: 1001,
      members: [right.id],
      correctTest: [true],
    });
    await recorder.record({
      kind: "event",
      level: "info",
      event: "voted",
      generation: 0,
      taskId: null,
      message: "",
    });
    await journal.close();
  }
  const { code, stdout } = await line.run("submit", "--explain");
  assertEquals(code, 0);
  assertMatch(stdout, /a +1 +all +1001 +\? +1 +yes +\d+ \(1\.00\)/);
});
