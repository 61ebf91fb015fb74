/** Journal records of a small made-up run whose every figure can be counted by hand. */
import { hash63 } from "../../data/program.ts";
import type { CallAdmitted, Evaluated, JournalRecord, RecordBody } from "../../data/records.ts";

/** UTC time of the first record, in milliseconds; each later one comes a second after. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Numbers records and gives them a time. */
export function numbered(bodies: readonly RecordBody[], first = 1): JournalRecord[] {
  return bodies.map((body, i) => ({
    ...body,
    seq: first + i,
    at: START + (first + i - 1) * 1000,
  }));
}

/** The first record of a run. */
export function runOpened(runId: string, resumed = false): RecordBody {
  const config = { "rex.C": "20", "model": "tiny, \"quoted\"; 'x'" };
  return { kind: "run_opened", runId, seed: 7, resumed, config, codeVersion: "0.1.0" };
}

/** A task of two train pairs and as many tests as there are answers. */
export function task(taskId: string, answers: readonly string[], known = true): RecordBody {
  return {
    kind: "task",
    taskId,
    dataset: "made-up",
    split: "training",
    train: [["01/23", "10"], ["4", "5"]],
    testInputs: answers.map((_, i) => String(i)),
    testOutputs: known ? answers : null,
  };
}

/** A request; a refinement when parents are given. */
export function call(
  name: string,
  generation: number,
  taskId: string,
  parents: readonly string[] = [],
  n = 1,
): CallAdmitted {
  const choice = { method: "rex", h: 0.5, timesChosen: 2, theta: 0.75, seen: 9 };
  return {
    kind: "call",
    callId: hash63("call", name),
    generation,
    taskId,
    operator: parents.length > 0 ? "refine" : "sample",
    draw: 3,
    n,
    model: "tiny",
    temperature: 0.5,
    seed: 11,
    promptHash: hash63("prompt", name),
    parents,
    choice: parents.length > 0 ? choice : null,
  };
}

/** A reply whose completions hold these sources; null for one without a program. */
export function reply(name: string, sources: readonly (string | null)[]): RecordBody {
  const head = "Let me think.\n```python\n";
  return {
    kind: "reply",
    callId: hash63("call", name),
    completions: sources.map((code) => ({
      text: code === null ? "I do not know." : `${head}${code}\n\`\`\`\nThat is it.`,
      span: code === null ? null : [head.length, head.length + code.length + 1],
      addNumpy: code?.includes("np.") ?? false,
      finishReason: code === null ? "length" : "stop",
    })),
    promptTokens: 100,
    completionTokens: 40,
    latencyMs: 1500,
    retries: 1,
  };
}

/** An evaluation; what is not given is that of a program that ran and was wrong everywhere. */
export function evaluation(
  name: string,
  id: string,
  given: Partial<Omit<Evaluated, "kind" | "id" | "callId">>,
): RecordBody {
  return {
    kind: "evaluation",
    id,
    callId: hash63("call", name),
    index: 0,
    outcome: "ok",
    error: null,
    outputs: ["9", "9", "9"],
    correctTrain: [false, false],
    correctTest: [false],
    transduction: false,
    duplicateOf: null,
    ms: 12.5,
    layers: "landlock+seccomp",
    confirmed: true,
    host: "here",
    ...given,
  };
}

/** An attempt of a vote. */
export function vote(
  generation: number,
  taskId: string,
  attempt: number,
  correctTest: readonly boolean[] | null,
): RecordBody {
  return {
    kind: "vote",
    generation,
    taskId,
    attempt,
    outputs: (correctTest ?? [true]).map(() => "12/34"),
    weight: 1001,
    members: [ID.half, ID.solved],
    correctTest,
  };
}

/** Ids of the run's programs, beyond what a number can hold. */
export const ID = {
  half: "9223372036854775807",
  solved: "9007199254740993",
  noCode: hash63("no code"),
  parent: hash63("parent"),
  child: hash63("child"),
  again: hash63("again"),
  hardCoded: hash63("hard-coded"),
};

const SOLVES = { outputs: ["10", "5", "6"], correctTrain: [true, true], correctTest: [true] };

/**
 * Two generations on four tasks. Of generation 0: `a` is solved by sampling, `b` by nobody. Of
 * generation 1: `a` is solved again by a repeated program, `b` by a refined one, `c` by one that is
 * hard-coded and does not count. `d` has no program at all.
 */
export const RUN: readonly RecordBody[] = [
  runOpened("run-1"),
  task("a", ["6"]),
  task("b", ["6", "77/77"]),
  task("c", ["6"]),
  task("d", ["6"]),
  call("A", 0, "a", [], 2),
  reply("A", ["def half(): é🟦", "np.solved"]),
  evaluation("A", ID.half, { outputs: ["10", "9", null], correctTrain: [true, false] }),
  evaluation("A", ID.solved, { index: 1, ...SOLVES }),
  call("B", 0, "b"),
  reply("B", [null]),
  evaluation("B", ID.noCode, {
    outcome: "no_code",
    error: "no program in the reply",
    outputs: [null, null, null, null],
    correctTest: [false, false],
  }),
  call("C", 0, "b"),
  reply("C", ["parent"]),
  evaluation("C", ID.parent, { outputs: ["9", "9", "9", "9"], correctTest: [false, false] }),
  vote(0, "a", 1, [false]),
  vote(0, "a", 2, [true]),
  {
    kind: "selected",
    generation: 0,
    taskId: "a",
    rows: [{
      operator: "sample",
      strategy: "greedy_diverse",
      id: ID.half,
      parentId: null,
      relabelled: true,
      bin: "medium",
      chars: 321,
    }],
  },
  {
    kind: "trained",
    generation: 1,
    trainer: "embedded",
    rows: 1,
    skipped: 2,
    overlong: 1,
    tokens: 640,
    steps: [{ step: 0, loss: 2.5 }, { step: 1, loss: 1.25 }],
    ms: 800,
  },
  call("D", 1, "b", [ID.parent]),
  reply("D", ["child"]),
  evaluation("D", ID.child, {
    outputs: ["10", "5", "6", "77/77"],
    correctTrain: [true, true],
    correctTest: [true, true],
  }),
  call("E", 1, "a"),
  reply("E", ["np.solved"]),
  evaluation("E", ID.again, { ...SOLVES, duplicateOf: ID.solved }),
  call("F", 1, "c"),
  reply("F", ["return 6"]),
  evaluation("F", ID.hardCoded, { ...SOLVES, transduction: true }),
  call("G", 1, "d"),
  { kind: "call_failed", callId: hash63("call", "G"), error: "503" },
  call("H", 1, "d"),
  vote(1, "a", 1, [false]),
  vote(1, "a", 2, [false]),
  vote(1, "b", 1, [true, false]),
  vote(1, "b", 2, [false, true]),
  {
    kind: "stage",
    stage: "executor",
    workers: 2,
    busy: 0.5,
    queueDepth: 64,
    queueCapacity: 256,
    inPerS: 10,
    outPerS: 9,
    blockedFrac: 0.25,
  },
  {
    kind: "event",
    level: "warning",
    event: "restarted",
    generation: null,
    taskId: null,
    message: "a cell was replaced",
  },
  { kind: "run_ended", status: "done" },
];
