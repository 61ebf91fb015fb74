/**
 * How fast the store takes in a run, and how fast it answers.
 *
 *     deno run --allow-read bench/store_bench.ts [programs]
 *
 * The baseline is parsing the same records from JSON lines, the least that any reader of a journal
 * pays.
 */
import { hash63 } from "../data/program.ts";
import { namedQueries } from "../data/queries.ts";
import type { JournalRecord, RecordBody } from "../data/records.ts";
import { openStore } from "../data/store.ts";

/** Completions a request. */
const PER_CALL = 4;

/** Records handed over at a time, as a journal is followed. */
const BATCH = 8192;

const TASKS = 400;
const programs = Number(Deno.args[0] ?? 60_000);

console.log(`${programs} programs of ${TASKS} tasks, ${PER_CALL} a request`);
const lines = [...records()].map((record) => JSON.stringify(record));
const parsed = await timed("baseline: JSON.parse of the records", programs, () => {
  return lines.map((line) => JSON.parse(line) as JournalRecord);
});
const store = await timed("openStore()", null, () => openStore());
await timed("Store.ingest()", programs, async () => {
  for (let i = 0; i < parsed.length; i += BATCH) await store.ingest(parsed.slice(i, i + BATCH));
});
for (const [name, { sql }] of namedQueries) {
  await timed(`@${name}`, null, () => store.query(sql));
}
await timed("code LIKE '%x%'", null, () => {
  return store.query("SELECT count(*) FROM programs WHERE code LIKE '%grid[3]%'");
});
await timed("10,000 whole programs", null, () => store.query("FROM programs", { maxRows: 10_000 }));
await store.close();

async function timed<T>(what: string, rows: number | null, run: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  const ms = performance.now() - start;
  const rate = rows === null ? "" : `${Math.round(rows / ms * 1000)} programs/s`;
  console.log(`${what.padEnd(38)} ${ms.toFixed(0).padStart(7)} ms  ${rate}`);
  return result;
}

function* records(): Generator<JournalRecord> {
  let seq = 0;
  for (const body of bodies()) yield { ...body, seq: ++seq, at: 1.7e12 + seq };
}

function* bodies(): Generator<RecordBody> {
  const config = { seed: "1" };
  yield { kind: "run_opened", runId: "bench", seed: 1, resumed: false, config, codeVersion: "0" };
  const grid = Array(10).fill("0123456789").join("/");
  for (let t = 0; t < TASKS; t++) {
    yield {
      kind: "task",
      taskId: `t${t}`,
      dataset: "bench",
      split: "training",
      train: [[grid, grid], [grid, grid], [grid, grid]],
      testInputs: [grid],
      testOutputs: [grid],
    };
  }
  let last: string | null = null;
  for (let c = 0; c * PER_CALL < programs; c++) {
    const callId = hash63("call", c);
    const parents: string[] = c % 2 === 1 && last !== null ? [last] : [];
    yield {
      kind: "call",
      callId,
      generation: Math.floor(4 * c * PER_CALL / programs),
      taskId: `t${c % TASKS}`,
      operator: parents.length > 0 ? "refine" : "sample",
      draw: c,
      n: PER_CALL,
      model: "tiny",
      temperature: 1,
      seed: c,
      promptHash: hash63("prompt", c),
      parents,
      choice: parents.length > 0
        ? { method: "rex", h: 0.5, timesChosen: 1, theta: 0.5, seen: c }
        : null,
    };
    yield {
      kind: "reply",
      callId,
      completions: Array.from({ length: PER_CALL }, (_, i) => completion(c, i)),
      promptTokens: 3000,
      completionTokens: 1200,
      latencyMs: 2000,
      retries: 0,
    };
    for (let i = 0; i < PER_CALL; i++) {
      const id = hash63(c, i);
      const right = (c + i) % 50 === 0;
      last = id;
      yield {
        kind: "evaluation",
        id,
        callId,
        index: i,
        outcome: "ok",
        error: null,
        outputs: [grid, grid, grid, right ? grid : grid.replace("0", "1")],
        correctTrain: [true, c % 3 === 0 || right, right],
        correctTest: [right],
        transduction: false,
        duplicateOf: null,
        ms: 8,
        layers: "no_new_privs+landlock+seccomp+rlimits",
        confirmed: false,
        host: "bench",
      };
    }
  }
}

/** A reply of some 1,400 characters, 800 of them program. */
function completion(c: number, i: number) {
  const head = `${"The grid is turned and its largest shape kept. ".repeat(12)}\n\`\`\`python\n`;
  const line = `    grid[${c % 10}] = [cell + ${i} for cell in grid[${c}]]\n`;
  const code = `def transform(grid):\n${line.repeat(15)}    return grid\n`;
  return {
    text: `${head}${code}\`\`\``,
    span: [head.length, head.length + code.length] as const,
    addNumpy: false,
    finishReason: "stop",
  };
}
