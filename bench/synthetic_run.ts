/**
 * The records of a run of any length: valid, from a seed, and as varied as the replies of a model
 * are (their text compresses about fourfold), so that figures taken with them hold for real runs.
 *
 * @module
 */
import { callIdOf, candidateOf } from "../data/identity.ts";
import type { CallAdmitted, Completion, RecordBody } from "../data/records.ts";

/** Completions a request. */
const PER_CALL = 4;

/** Tasks of the run. */
export const TASKS = 400;

/** Generations of the run. */
const GENERATIONS = 4;

/** Share of requests that refine. */
const REFINES = 0.5;

const WORDS = ("grid row column cell colour shape object largest smallest left right top bottom " +
  "mirror turn rotate shift fill border inside outside corner line pattern repeat count copy move " +
  "first last each every where when then result output input value black blue red green pair size")
  .split(" ");

/** Yields the records of a run of so many programs. */
export function* syntheticRun(programs: number): Generator<RecordBody> {
  const random = randomFrom(1);
  const config = { "run.seed": "1" };
  yield { kind: "run_opened", runId: "bench", seed: 1, resumed: false, config, codeVersion: "0" };
  const tasks = Array.from({ length: TASKS }, (_, t) => ({
    taskId: `t${String(t).padStart(7, "0")}`,
    answers: Array.from({ length: 4 }, () => grid(random, 10, 10)),
    // Programs of a task often give the same outputs.
    outputs: Array.from({ length: 64 }, () => grid(random, 10, 10)),
    lastIds: [] as string[],
  }));
  for (const { taskId, answers } of tasks) {
    yield {
      kind: "task",
      taskId,
      dataset: "bench",
      split: "training",
      train: answers.slice(0, 3).map((answer) => [grid(random, 10, 10), answer] as const),
      testInputs: [grid(random, 10, 10)],
      testOutputs: answers.slice(3),
    };
  }
  const calls = Math.ceil(programs / PER_CALL);
  for (let c = 0; c < calls; c++) {
    const task = tasks[c % TASKS];
    const generation = Math.floor(GENERATIONS * c / calls);
    const parents = random() < REFINES ? task.lastIds.slice(0, 1) : [];
    const operator = parents.length > 0 ? "refine" : "sample";
    const call: CallAdmitted = {
      kind: "call",
      callId: callIdOf(generation, task.taskId, operator, c),
      generation,
      taskId: task.taskId,
      operator,
      draw: c,
      n: PER_CALL,
      model: "tiny",
      temperature: 1,
      seed: c,
      promptHash: String(Math.floor(random() * 2 ** 53)),
      parents,
      choice: parents.length > 0
        ? { method: "rex", h: 0.5, timesChosen: 1, theta: random(), seen: 4 * c }
        : null,
    };
    yield call;
    const completions = Array.from({ length: PER_CALL }, () => completion(random));
    yield {
      kind: "reply",
      callId: call.callId,
      completions,
      promptTokens: 3000,
      completionTokens: 1200,
      latencyMs: 2000 + Math.floor(1000 * random()),
      retries: 0,
    };
    task.lastIds = completions.map((_, index) => candidateOf(call, index, null).id);
    for (const [index, id] of task.lastIds.entries()) {
      const ran = random() < 0.9;
      const right = ran && random() < 0.02;
      const wrong = () =>
        random() < 0.5 ? task.outputs[Math.floor(random() * 64)] : grid(random, 10, 10);
      yield {
        kind: "evaluation",
        id,
        callId: call.callId,
        index,
        outcome: ran ? "ok" : "runtime_error",
        error: ran ? null : `IndexError: list index ${Math.floor(random() * 100)} out of range`,
        outputs: task.answers.map((answer) => !ran ? null : right ? answer : wrong()),
        correctTrain: [right, right, right],
        correctTest: [right],
        transduction: false,
        duplicateOf: null,
        ms: 1 + Math.floor(random() * 20),
        layers: "no_new_privs+landlock+seccomp+rlimits",
        confirmed: right,
        host: "bench",
      };
    }
  }
  yield { kind: "run_ended", status: "done" };
}

/** A reply of some 1,300 characters, 800 of them program. */
function completion(random: () => number): Completion {
  const head = `${words(random, 70)}.\n\`\`\`python\n`;
  const lines = Array.from({ length: 14 }, () => {
    const [a, b, c] = [0, 1, 2].map(() => WORDS[Math.floor(random() * WORDS.length)]);
    return `    ${a}_${Math.floor(random() * 1000)} = ${b}(grid[${
      Math.floor(random() * 30)
    }], ${c}=${Math.floor(random() * 10)})\n`;
  });
  const code = `def transform(grid):\n    # ${words(random, 30)}\n${
    lines.join("")
  }    return grid\n`;
  return {
    text: `${head}${code}\`\`\``,
    span: [head.length, head.length + code.length],
    addNumpy: false,
    finishReason: "stop",
  };
}

function words(random: () => number, count: number): string {
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
}

/** A grid with a background and some cells on it, as those of ARC are. */
function grid(random: () => number, height: number, width: number): string {
  const row = () => {
    let text = "";
    for (let i = 0; i < width; i++) text += random() < 0.7 ? "0" : Math.floor(random() * 10);
    return text;
  };
  return Array.from({ length: height }, row).join("/");
}

/** Mulberry32: a small generator of numbers 0..1 (Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
