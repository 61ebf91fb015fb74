/**
 * How fast a run is voted on again, as a user does it: `soar vote` on a run on disk.
 *
 *     deno task bench --suite vote [--tasks 400] [--programs 6000] [--code 400] [--answers 3000]
 *
 * The run is made up: `--programs` a task, in journal order of one task after another's requests,
 * replies of `--code` characters a program among them; heavy-tailed answers of 10 × 10 cells out of
 * `--answers`, a third of the programs failed. Timed are the first vote, which reads the journal
 * and keeps what it needs (data/ballot_files.ts), votes by what was kept, and what the end of a run
 * does, where sources are kept too; beside the time is that of the processors, which other work on the
 * machine does not change much. The baseline is parsing the JSON of the journal's evaluations,
 * the least that any reader of them pays.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { keepBallots } from "../data/ballot_files.ts";
import { folderBytes } from "../data/folder_size.ts";
import { Journal } from "../data/journal.ts";
import { RunDirectory } from "../data/run_directory.ts";
import { answerText } from "../models/prompts.ts";
import { hash63 } from "../data/program.ts";
import type { CallAdmitted, Evaluated } from "../data/records.ts";
import { randomInt, seededRandom } from "../search/random.ts";
import { cpuSeconds } from "./process_cpu.ts";
import { printFigure } from "./target_table.ts";

const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "400" },
    programs: { type: "string", default: "6000" },
    code: { type: "string", default: "400" },
    answers: { type: "string", default: "3000" },
  },
});
const [tasks, programs, codeSize, answers] = [
  values.tasks,
  values.programs,
  values.code,
  values.answers,
].map(Number);

/** Completions a request. */
const PER_CALL = 50;
/** Lines that the baseline is measured on. */
const LINES = 20_000;
/** Most seconds that 400 tasks × 6,000 programs may take. */
const MOST_SECONDS = 10;

const random = seededRandom("vote bench");
const GRIDS = Array.from({ length: answers }, () => {
  const rows = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => cell()).join(""));
  return rows.join("/");
});

const runs = Deno.makeTempDirSync();
const directory = new RunDirectory(runs, "bench");
try {
  await writeRun();
  const total = tasks * programs;
  const size = (folder: string) => `${(folderBytes(folder) / 1e6).toFixed(0)} MB`;
  console.log(`${total.toLocaleString("en")} programs, ${size(directory.journal)} of journal`);
  const parsed = timeParsing();
  printFigure(`baseline: JSON.parse of ${total.toLocaleString("en")} evaluations`, parsed, "s");
  const target = tasks === 400 && programs === 6000 ? { most: MOST_SECONDS } : undefined;
  const first = await timeVote("vote, nothing kept yet", target);
  console.log(`${size(directory.ballots)} kept`);
  const again = await timeVote("vote, by what was kept", target);
  if (again !== first) throw new Error(`another result:\n${first}${again}`);
  await timeVote("the same per input", target, "--voter", "per_input");
  await timeVote(
    "six votes: three prefixes, two c",
    undefined,
    "--first",
    "600,2000,4000",
    "--c",
    "0,1000",
  );
  const start = performance.now();
  await keepBallots(directory);
  printFigure("keeping sources too, as a run does at its end", since(start), "s");
  console.log(`${size(directory.ballots)} kept`);
  await timeVote("vote by length of sources", undefined, "--half-length", "500");
  console.log(first);
} finally {
  Deno.removeSync(runs, { recursive: true });
}

/** Runs the command and prints its time; returns what it said. */
async function timeVote(
  what: string,
  target: { readonly most: number } | undefined,
  ...options: string[]
): Promise<string> {
  const [start, before] = [performance.now(), await cpuSeconds("python3")];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-RWE", "cli/main.ts", "vote", "bench", ...options],
    env: { SOAR_RUNS: runs, NO_COLOR: "1" },
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`vote ended with exit ${code}`);
  printFigure(what, since(start), "s", target);
  printFigure("  of the processors", await cpuSeconds("python3") - before, "s");
  return new TextDecoder().decode(stdout);
}

/** Seconds for all evaluations at the rate of the first lines. */
function timeParsing(): number {
  const lines: string[] = [];
  for (const { evaluations } of requests("t0")) {
    for (const record of evaluations) lines.push(JSON.stringify({ seq: 1, at: 0, ...record }));
    if (lines.length >= LINES) break;
  }
  const start = performance.now();
  for (const line of lines) JSON.parse(line);
  return since(start) * tasks * programs / lines.length;
}

function since(start: number): number {
  return (performance.now() - start) / 1000;
}

async function writeRun(): Promise<void> {
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
  const completion = completionOf(codeSize);
  for (let task = 0; task < tasks; task++) {
    const grids = { train: [], testInputs: [GRIDS[0]], testOutputs: [GRIDS[0]] };
    const head = { dataset: "bench", split: "training" } as const;
    await journal.append({ kind: "task", taskId: `t${task}`, ...head, ...grids }).written;
    for (const { call, evaluations } of requests(`t${task}`)) {
      const { callId, n } = call;
      journal.append(call);
      const completions = Array.from({ length: n }, () => completion);
      const counts = { promptTokens: 1, completionTokens: 1, latencyMs: 1, retries: 0 };
      await journal.append({ kind: "reply", callId, completions, ...counts }).written;
      for (const evaluation of evaluations) journal.append(evaluation);
    }
  }
  await journal.close();
}

function completionOf(size: number) {
  const line = "    grid = [row[::-1] for row in grid]\n";
  const code = "def transform(grid):\n" + line.repeat(Math.ceil(size / line.length));
  const text = answerText(code.slice(0, size));
  const span = [10, text.length - 4] as const;
  return { text, span, addNumpy: false, finishReason: "stop" };
}

function cell(): number {
  return randomInt(10, random);
}

/** The requests of a task and their evaluations: answers by a power law, the first the right one. */
function* requests(taskId: string): Generator<{ call: CallAdmitted; evaluations: Evaluated[] }> {
  for (let from = 0, draw = 0; from < programs; from += PER_CALL, draw++) {
    const callId = hash63("call", taskId, draw);
    const n = Math.min(PER_CALL, programs - from);
    const call: CallAdmitted = {
      kind: "call",
      callId,
      generation: 0,
      taskId,
      operator: "sample",
      draw,
      n,
      model: "bench",
      temperature: 1,
      seed: draw,
      promptHash: "1",
      parents: [],
      choice: null,
    };
    const evaluations = Array.from({ length: n }, (_, index): Evaluated => {
      const failed = random() < 1 / 3;
      const answer = Math.floor((GRIDS.length - 3) * random() ** 4);
      const flags = [0, 1, 2].map(() => answer === 0 || random() < 0.1);
      return {
        kind: "evaluation",
        id: hash63(taskId, draw, index),
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
    });
    yield { call, evaluations };
  }
}
