import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import type { CallAdmitted, CallReplied, Evaluated } from "../../data/records.ts";
import { Ballots } from "../../search/ballots.ts";

function call(callId: string, taskId: string, draw: number, operator = "sample" as const) {
  return {
    kind: "call",
    callId,
    generation: 0,
    taskId,
    operator,
    draw,
    n: 2,
    model: "m",
    temperature: 1,
    seed: 0,
    promptHash: "0",
    parents: [],
    choice: null,
  } satisfies CallAdmitted;
}

function reply(callId: string, ...texts: string[]): CallReplied {
  return {
    kind: "reply",
    callId,
    completions: texts.map((text) => ({
      text,
      span: text === "" ? null : [0, text.length],
      addNumpy: false,
      finishReason: "stop",
    })),
    promptTokens: 0,
    completionTokens: 0,
    latencyMs: 0,
    retries: 0,
  };
}

function evaluated(callId: string, index: number, outputs: (string | null)[]): Evaluated {
  return {
    kind: "evaluation",
    id: `${callId}${index}`,
    callId,
    index,
    outcome: outputs.includes(null) ? "runtime_error" : "ok",
    error: null,
    outputs,
    correctTrain: [true],
    correctTest: null,
    transduction: false,
    duplicateOf: null,
    ms: 1,
    layers: "",
    confirmed: false,
    host: "h",
  };
}

Deno.test("Ballots gives a task's programs in the order they were asked for, failed ones too", () => {
  const ballots = new Ballots();
  for (
    const record of [
      call("b", "t", 1),
      call("a", "t", 0),
      reply("b", "xyz", ""),
      reply("a", "xyz"),
      evaluated("b", 1, [null, null]),
      evaluated("b", 0, ["1", "2"]),
      evaluated("a", 0, ["1", "2"]),
    ]
  ) ballots.take(record);
  const [first, second, third] = ballots.ofTask("t");
  assertEquals([first, second, third].map(({ id }) => id), ["a0", "b0", "b1"]);
  assertEquals([first.ran, third.ran], [true, false]);
  assertEquals([first.codeLength, third.codeLength], [3, 0]);
  assertEquals([first.codeHash === second.codeHash, third.codeHash], [true, ""]);
  assertNotEquals(first.codeHash, "");
  assertStrictEquals(first.outputs, second.outputs);
  assertEquals(ballots.tasks(), ["t"]);
});

Deno.test("Ballots passes over what has no request, and tells nothing of an unknown task", () => {
  const ballots = new Ballots(false);
  ballots.take(evaluated("lost", 0, ["1"]));
  assertEquals([ballots.tasks(), ballots.ofTask("t")], [[], []]);
  ballots.take(call("a", "t", 0));
  ballots.take(reply("a", "xyz"));
  ballots.take(evaluated("a", 0, ["1"]));
  assertEquals(ballots.ofTask("t").map(({ codeHash, codeLength }) => [codeHash, codeLength]), [
    ["", 0],
  ]);
});
