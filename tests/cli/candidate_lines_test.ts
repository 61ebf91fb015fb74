import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { lineOf, lineTemplate } from "../../cli/candidate_lines.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { CandidateView } from "../../mod.ts";

const VIEW: CandidateView = {
  seq: 12,
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  id: "77",
  generation: 1,
  taskId: "a",
  operator: "refine",
  parents: ["123456789"],
  model: "m",
  outcome: "ok",
  trainRight: 2,
  trainCount: 3,
  gain: 1,
  testRight: null,
  testCount: 2,
  solved: false,
  transduction: false,
  duplicate: true,
  codeLength: 40,
};

Deno.test("lineOf() in fixed columns", () => {
  assertMatch(
    lineOf(VIEW),
    /^#12 +\d\d:\d\d:\d\d {2}g1 {2}a +refine {2}train 2\/3 \(\+1\) +test -\/2 +ok +40 chars {2}copy {2}<-456789$/,
  );
});

const STATES: readonly [Partial<CandidateView>, string][] = [
  [{}, "ok"],
  [{ outcome: "timeout" }, "timeout"],
  [{ transduction: true }, "hard-coded"],
  [{ solved: true }, "train-perfect"],
  [{ solved: true, testRight: 2 }, "SOLVED"],
];
for (const [changes, state] of STATES) {
  Deno.test(`the state of ${JSON.stringify(changes)} is ${state}`, () => {
    assertEquals(lineTemplate("{state}")({ ...VIEW, ...changes }), state);
  });
}

const TEMPLATES: readonly [template: string, line: string][] = [
  ["{seq} {task} {outcome}", "12 a ok"],
  ["{id}\\t{gain}", "77\t1"],
  ["{{seq} {train}, {train_acc}, {test}, {bin}", "{seq} 2/3, 0.6667, -/2, medium"],
  [
    "{time} {generation} {operator} {parents} {model}",
    "2026-01-02T03:04:05.000Z 1 refine 123456789 m",
  ],
  ["{duplicate} {chars} 100%", "true 40 100%"],
  ["", ""],
];
for (const [template, line] of TEMPLATES) {
  Deno.test(`lineTemplate(${JSON.stringify(template)})`, () => {
    assertEquals(lineTemplate(template)(VIEW), line);
  });
}

Deno.test("lineTemplate() refuses an unknown field by its name", () => {
  for (const field of ["colour", "", "toString", "seq "]) {
    assertThrows(
      () => lineTemplate(`{${field}}`),
      UsageError,
      `unknown field ${field}; fields: seq`,
    );
  }
});

Deno.test("what a model or task is called cannot steer the terminal", () => {
  const hostile = { ...VIEW, model: "\x1b[2J", taskId: "a\r\x07" };
  assertEquals(lineTemplate("{model} {task}")(hostile), "\\u001b[2J a\\u000d\\u0007");
  assertEquals(lineOf(hostile).includes("\x07"), false);
});
