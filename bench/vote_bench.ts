/**
 * How fast a run is voted on again: reading its ballots, and one vote over all tasks.
 *
 *     deno task bench --suite vote [--tasks 400] [--programs 6000] [--lines 20000] [--disk 600000]
 *
 * The archive is generated: heavy-tailed answers, a third of the programs failed. The baseline is
 * parsing the JSON of so many journal lines, the least that any reader pays. `--disk N` writes the
 * journal of N programs, replies of 400 characters each among them, times `soar vote` on it as a
 * user runs it, and reckons what it comes to for all of them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Journal } from "../data/journal.ts";
import { RunDirectory } from "../data/run_directory.ts";
import { answerText } from "../models/prompts.ts";
import { decodeLine, encodeLine } from "../data/journal_line.ts";
import { hash63 } from "../data/program.ts";
import type { JournalRecord, RecordBody } from "../data/records.ts";
import { Ballots } from "../search/ballots.ts";
import { randomInt, seededRandom } from "../search/random.ts";
import { scoreTask, votersOf } from "../search/rescore.ts";
import { VOTERS } from "../search/voters.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "400" },
    programs: { type: "string", default: "6000" },
    lines: { type: "string", default: "20000" },
    disk: { type: "string" },
  },
});
const [tasks, programs, lines] = [values.tasks, values.programs, values.lines].map(Number);

let start = 0;
/** Completions a request. */
const PER_CALL = 50;
const random = seededRandom("vote bench");
/** Grids of 10 × 10, as the middle of ARC's. */
const GRIDS = Array.from(
  { length: 3000 },
  () =>
    Array.from(
      { length: 10 },
      () => Array.from({ length: 10 }, () => randomInt(10, random)).join(""),
    )
      .join("/"),
);

if (values.disk !== undefined) {
  await voteFromDisk(Number(values.disk));
  Deno.exit();
}
const sample: string[] = [];
for (const record of records(0)) {
  if (sample.length === lines) break;
  sample.push(JSON.stringify({ seq: sample.length, at: 0, ...record }));
}
const encoded = sample.map((line) => encodeLine(JSON.parse(line)).subarray(0, -1));
start = performance.now();
for (const line of sample) JSON.parse(line);
console.log(`baseline: JSON.parse   ${rate(sample.length, performance.now() - start)} lines`);
start = performance.now();
for (const line of encoded) decodeLine(line);
console.log(`decodeLine             ${rate(sample.length, performance.now() - start)} lines`);

const ballots = new Ballots();
let taking = 0;
for (let task = 0; task < tasks; task++) {
  const all = [...records(task)];
  start = performance.now();
  for (const record of all) ballots.take(record);
  taking += performance.now() - start;
}
const total = tasks * programs;
console.log(`Ballots.take()         ${rate(total, taking)} programs, ${Math.round(taking)} ms`);
console.log(`memory                 ${Math.round(Deno.memoryUsage().heapUsed / 2 ** 20)} MiB`);
for (const voter of VOTERS) {
  for (const first of [programs, Math.floor(programs / 10)]) {
    start = performance.now();
    let solved = 0;
    for (const taskId of ballots.tasks()) {
      const voters = votersOf(ballots.ofTask(taskId).slice(0, first), "honest");
      solved += Number(scoreTask(voter, voters, [GRIDS[0]]).voted === 1);
    }
    const ms = performance.now() - start;
    console.log(
      `${voter.padEnd(10)} first ${`${first}`.padEnd(6)} ${ms.toFixed(0).padStart(6)} ms for ` +
        `${tasks} tasks × ${first} programs, ${solved} solved`,
    );
  }
}

function rate(n: number, ms: number): string {
  return `${Math.round(n / ms * 1000).toLocaleString("en")}/s`;
}

/** Writes a run of so many programs and times the command that votes on it. */
async function voteFromDisk(wanted: number): Promise<void> {
  const runs = Deno.makeTempDirSync();
  const directory = new RunDirectory(runs, "bench");
  const journal = Journal.open(directory.journal, 0);
  directory.writeRunFile({
    name: "bench",
    runId: "1",
    seed: 1,
    startedAt: new Date().toISOString(),
    version: "bench",
    config: {},
    status: "done",
    server: null,
  });
  let written = 0;
  const text = answerText(
    "def transform(grid):\n" + "    grid = [row[::-1] for row in grid]\n".repeat(9),
  );
  const completion = {
    text,
    span: [10, text.length - 4] as const,
    addNumpy: false,
    finishReason: "stop",
  };
  for (let task = 0; written < wanted; task++) {
    const grids = { train: [], testInputs: [GRIDS[0]], testOutputs: [GRIDS[0]] };
    const head = { dataset: "bench", split: "training" } as const;
    await journal.append({ kind: "task", taskId: `t${task}`, ...head, ...grids }).written;
    for (const record of records(task)) {
      const { written: taken } = journal.append(record as RecordBody);
      if (record.kind === "evaluation") written++;
      if (record.kind !== "call") continue;
      const { callId, n } = record;
      const completions = Array.from({ length: n }, () => completion);
      const counts = { promptTokens: 1, completionTokens: 1, latencyMs: 1, retries: 0 };
      await Promise.all([
        taken,
        journal.append({ kind: "reply", callId, completions, ...counts }).written,
      ]);
    }
  }
  await journal.close();
  const megabytes = [...Deno.readDirSync(directory.journal)]
    .reduce((sum, { name }) => sum + Deno.statSync(`${directory.journal}/${name}`).size, 0) / 1e6;
  console.log(`${written.toLocaleString("en")} programs, ${megabytes.toFixed(0)} MB of journal`);
  start = performance.now();
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-RWE", "cli/main.ts", "vote", "bench"],
    env: { SOAR_RUNS: runs, NO_COLOR: "1" },
    stderr: "inherit",
  }).output();
  const seconds = (performance.now() - start) / 1000;
  console.log(new TextDecoder().decode(stdout));
  if (code !== 0) throw new Error(`vote ended with exit ${code}`);
  const whole = seconds * tasks * programs / written;
  console.log(
    `soar vote: ${seconds.toFixed(1)} s, ${rate(written, seconds * 1000)} programs; ` +
      `at that rate ${whole.toFixed(1)} s for ${tasks} tasks × ${programs} programs`,
  );
  Deno.removeSync(runs, { recursive: true });
}

/** The records of a task's programs: answers by a power law, the first the right one. */
function* records(task: number): Generator<RecordBody & Partial<JournalRecord>> {
  const taskId = `t${task}`;
  for (let from = 0, draw = 0; from < programs; from += PER_CALL, draw++) {
    const callId = hash63("call", task, draw);
    yield {
      kind: "call",
      callId,
      generation: 0,
      taskId,
      operator: "sample",
      draw,
      n: PER_CALL,
      model: "bench",
      temperature: 1,
      seed: draw,
      promptHash: "1",
      parents: [],
      choice: null,
    };
    for (let index = 0; index < Math.min(PER_CALL, programs - from); index++) {
      const failed = random() < 1 / 3;
      const answer = Math.floor((GRIDS.length - 3) * random() ** 4);
      const flags = [0, 1, 2].map(() => answer === 0 || random() < 0.1);
      yield {
        kind: "evaluation",
        id: hash63(task, draw, index),
        callId,
        index,
        outcome: failed ? "runtime_error" : "ok",
        error: failed ? "IndexError: list index out of range" : null,
        outputs: [1, 2, 3, 0].map((k) => failed ? null : GRIDS[answer + k]),
        correctTrain: failed ? [false, false, false] : flags,
        correctTest: [!failed && answer === 0],
        transduction: false,
        duplicateOf: null,
        ms: 3,
        layers: "bench",
        confirmed: false,
        host: "bench",
      };
    }
  }
}
