import { assertEquals } from "@std/assert";
import { Archive } from "../../data/archive.ts";
import type { ArchiveEntry } from "../../data/archive_entry.ts";
import { candidateView } from "../../data/candidate_view.ts";
import type { RecordBody } from "../../data/records.ts";
import { type Asked, callOf, evaluationOf, replyOf, type Result } from "../actors/recorded.ts";
import { numbered } from "./store_run.ts";

/** An archive of programs put in one after another. */
class Programs {
  readonly archive = new Archive();

  add(asked: Partial<Asked>, result: Result, code: string | null = "x"): ArchiveEntry {
    const call = callOf({ taskId: "a", draw: this.archive.size, ...asked });
    const bodies: RecordBody[] = [
      call,
      replyOf(call.callId, [code]),
      evaluationOf(call, 0, result),
    ];
    for (const record of numbered(bodies, this.archive.seq + 1)) {
      this.archive.apply({ record, location: { segment: 1, offset: record.seq, length: 1 } });
    }
    return this.archive.get(evaluationOf(call, 0).id)!;
  }

  view(entry: ArchiveEntry) {
    return candidateView(this.archive, entry);
  }
}

/** Two train pairs, two tests; right where the text says r. */
function flags(train: string, test: string | null): Result {
  const right = (text: string) => [...text].map((flag) => flag === "r");
  return {
    outputs: Array(train.length + (test?.length ?? 2)).fill("1"),
    correctTrain: right(train),
    correctTest: test === null ? null : right(test),
  };
}

Deno.test("candidateView() of a sample", () => {
  const programs = new Programs();
  const entry = programs.add({ generation: 2, draw: 3 }, flags("rw", "rw"), "é🟦");
  assertEquals(programs.view(entry), {
    seq: 3,
    at: Date.UTC(2026, 0, 2, 3, 4, 7),
    id: entry.id,
    generation: 2,
    taskId: "a",
    operator: "sample",
    parents: [],
    model: "model-2",
    outcome: "ok",
    trainRight: 1,
    trainCount: 2,
    gain: null,
    testRight: 1,
    testCount: 2,
    solved: false,
    transduction: false,
    duplicate: false,
    codeLength: 3,
  });
});

for (const [parent, child, gain] of [["ww", "rr", 2], ["rw", "wr", 0], ["rr", "rw", -1]] as const) {
  Deno.test(`candidateView(): train ${parent} refined to ${child} gains ${gain}`, () => {
    const programs = new Programs();
    const { id } = programs.add({}, flags(parent, "ww"));
    const entry = programs.add({ operator: "refine", parents: [id] }, flags(child, "ww"));
    const view = programs.view(entry);
    assertEquals([view.gain, view.parents, view.operator], [gain, [id], "refine"]);
  });
}

Deno.test("candidateView(): the gain over a parent that is not there is unknown", () => {
  const programs = new Programs();
  const entry = programs.add({ operator: "refine", parents: ["7"] }, flags("rr", "rr"));
  assertEquals(programs.view(entry).gain, null);
});

const SOLVED: readonly [train: string, test: string, changes: Result, solved: boolean][] = [
  ["rr", "rr", {}, true],
  ["rr", "rw", {}, false],
  ["rw", "rr", {}, false],
  ["rr", "rr", { transduction: true }, false],
];

for (const [train, test, changes, solved] of SOLVED) {
  Deno.test(`candidateView(): train ${train}, test ${test}, ${JSON.stringify(changes)}: solved ${solved}`, () => {
    const programs = new Programs();
    assertEquals(
      programs.view(programs.add({}, { ...flags(train, test), ...changes })).solved,
      solved,
    );
  });
}

Deno.test("candidateView(): tests are counted where the run does not know their answers", () => {
  const programs = new Programs();
  const { testRight, testCount } = programs.view(programs.add({}, flags("rr", null)));
  assertEquals([testRight, testCount], [null, 2]);
});

Deno.test("candidateView() of a completion without a program, and of a copy", () => {
  const programs = new Programs();
  const none = programs.view(
    programs.add(
      {},
      { ...flags("ww", "ww"), outcome: "no_code", outputs: Array(4).fill(null) },
      null,
    ),
  );
  assertEquals([none.outcome, none.codeLength, none.testCount], ["no_code", 0, 2]);
  const copy = programs.view(programs.add({}, { ...flags("rr", "rr"), duplicateOf: none.id }));
  assertEquals([copy.duplicate, copy.solved], [true, true]);
});
