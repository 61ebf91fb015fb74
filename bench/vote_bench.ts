/**
 * How fast a run is voted on again: reading its ballots, and one vote over all tasks.
 *
 *     deno task bench --suite vote [--tasks 400] [--programs 6000] [--lines 20000]
 *
 * The archive is generated: heavy-tailed answers, a third of the programs failed. The baseline is
 * parsing the JSON of so many journal lines, the least that any reader pays.
 *
 * @module
 */
import { parseArgs } from "node:util";
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
  },
});
const [tasks, programs, lines] = [values.tasks, values.programs, values.lines].map(Number);

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

const sample: string[] = [];
for (const record of records(0)) {
  if (sample.length === lines) break;
  sample.push(JSON.stringify({ seq: sample.length, at: 0, ...record }));
}
const encoded = sample.map((line) => encodeLine(JSON.parse(line)).subarray(0, -1));
let start = performance.now();
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
