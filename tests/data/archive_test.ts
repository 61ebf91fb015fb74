import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Archive } from "../../data/archive.ts";
import type { Spent } from "../../data/archive_spent.ts";
import { callIdOf, candidateOf } from "../../data/identity.ts";
import type { Entry } from "../../data/journal_reader.ts";
import type { Operator } from "../../data/candidate.ts";
import { hash63 } from "../../data/program.ts";
import type { CallAdmitted, CallReplied, RecordBody } from "../../data/records.ts";
import { type Asked, callOf, evaluationOf, replyOf, type Result } from "../actors/recorded.ts";
import { archiveSeen } from "./archive_seen.ts";
import { numbered, RUN } from "./store_run.ts";

/** Journal entries of records; where they stand is made up. */
function entriesOf(bodies: readonly RecordBody[]): Entry[] {
  return numbered(bodies).map((record) => ({
    record,
    location: { segment: 1, offset: record.seq * 100, length: 99 },
  }));
}

function archiveOf(bodies: readonly RecordBody[]): Archive {
  const archive = new Archive();
  for (const entry of entriesOf(bodies)) archive.apply(entry);
  return archive;
}

/** Records of one request: asked, replied, its completions evaluated in this order. */
function requestOf(
  asked: Asked,
  codes: readonly (string | null)[],
  order: readonly number[] = codes.map((_, i) => i),
  result: Result = {},
): RecordBody[] {
  const call = callOf(asked);
  return [
    call,
    replyOf(call.callId, codes),
    ...order.map((index) => evaluationOf(call, index, result)),
  ];
}

Deno.test("an archive rebuilt from the journal is the one that took it live, at any point", () => {
  const live = new Archive();
  for (const [i, entry] of entriesOf(RUN).entries()) {
    live.apply(entry);
    const rebuilt = archiveOf(RUN.slice(0, i + 1));
    assertEquals(archiveSeen(rebuilt), archiveSeen(live));
  }
  assertEquals([live.seq, live.size], [RUN.length, 7]);
});

Deno.test("Archive.spent() counts each request once, with what its reply cost", () => {
  const archive = archiveOf(RUN);
  const withoutRequests = ({ requests: _, ...spent }: Spent) => spent;
  const first = { asked: 4, replied: 4, promptTokens: 300, completionTokens: 120 };
  const all = { asked: 9, replied: 8, promptTokens: 600, completionTokens: 240 };
  assertEquals([archive.spent(1), archive.spent()].map(withoutRequests), [first, all]);
  const call = callOf({ taskId: "a", n: 2 });
  const failed = { kind: "call_failed", callId: call.callId, error: "503" } as const;
  // A resume may ask again, and a reply come twice.
  const twice = archiveOf([call, call, failed, failed, ...requestOf({ taskId: "b" }, ["x", "y"])]);
  const spent = { asked: 3, replied: 3, requests: 2, promptTokens: 1, completionTokens: 1 };
  assertEquals(twice.spent(), spent);
});

Deno.test("a request answered by another endpoint counts there, and its programs are that model's", () => {
  const [asked, reply] = requestOf({ taskId: "a" }, ["x"]);
  const by = { endpoint: "b", model: "other", temperature: 0.5 };
  const archive = archiveOf([
    { ...asked as CallAdmitted, endpoint: "a" },
    { ...reply as CallReplied, requests: 3, by },
  ]);
  const [state] = archive.calls();
  assertEquals({ ...state.call, ...by }, state.call);
  assertEquals([...archive.unevaluated()].map(({ model }) => model), ["other"]);
  assertEquals(archive.spentAt().get("b")?.promptTokens, 1);
  assertEquals(archive.spentAt().get("b")?.requests, 2);
});

/** Requests of two generations and both operators, all different, two completions each. */
const REQUESTS: Asked[] = [0, 1].flatMap((generation) =>
  (["sample", "refine"] as const).flatMap((operator: Operator) =>
    [0, 1, 2].map((draw) => ({ taskId: "a", generation, operator, draw, n: 2 }))
  )
);

Deno.test("ofTask() orders by generation, operator, draw and completion, whatever order they came in", () => {
  const wanted = REQUESTS.flatMap((asked) => [0, 1].map((i) => evaluationOf(callOf(asked), i).id));
  const property = fc.property(
    fc.shuffledSubarray(REQUESTS, { minLength: REQUESTS.length }),
    fc.infiniteStream(fc.boolean()),
    fc.nat({ max: 24 }),
    (requests, flips, readAfter) => {
      const archive = new Archive();
      let evaluations = 0;
      const bodies = requests.flatMap((asked) =>
        requestOf(asked, ["x", null], flips.next().value ? [0, 1] : [1, 0])
      );
      for (const entry of entriesOf(bodies)) {
        archive.apply(entry);
        // A read in between must not freeze the order.
        if (entry.record.kind === "evaluation" && ++evaluations === readAfter) archive.ofTask("a");
      }
      assertEquals(archive.ofTask("a").map(({ id }) => id), wanted);
      assertEquals(archive.ofTask("b"), []);
    },
  );
  fc.assert(property, { numRuns: 50 });
});

Deno.test("a candidate that is evaluated twice stops loudly", () => {
  const call = callOf({ taskId: "a" });
  const bodies = [call, replyOf(call.callId, ["x"]), evaluationOf(call, 0), evaluationOf(call, 0)];
  const { id } = evaluationOf(call, 0);
  assertThrows(() => archiveOf(bodies), Error, `candidate ${id} was evaluated twice`);
});

Deno.test("two candidates that share an id stop loudly", () => {
  const [one, other] = [callOf({ taskId: "a" }), callOf({ taskId: "b" })];
  const bodies = [
    one,
    replyOf(one.callId, ["x"]),
    evaluationOf(one, 0),
    other,
    replyOf(other.callId, ["y"]),
    { ...evaluationOf(other, 0), id: evaluationOf(one, 0).id },
  ];
  assertThrows(() => archiveOf(bodies), Error, "or two share its id");
});

Deno.test("a request is open until all of its completions are evaluated", () => {
  const call = callOf({ taskId: "a", n: 2 });
  const bodies = [
    call,
    replyOf(call.callId, ["x", null]),
    evaluationOf(call, 1),
    evaluationOf(call, 0),
  ];
  const stateAfter = (count: number) => {
    const archive = archiveOf(bodies.slice(0, count));
    const left = [...archive.unevaluated()].map(({ index, code }) => `${index} ${code?.trim()}`);
    return [archive.call(call.callId)?.ended, left];
  };
  assertEquals(stateAfter(1), [false, []]);
  assertEquals(stateAfter(2), [false, ["0 x", "1 undefined"]]);
  assertEquals(stateAfter(3), [false, ["0 x"]]);
  assertEquals(stateAfter(4), [true, []]);
});

Deno.test("a request ends by failing, or by an empty reply", () => {
  const call = callOf({ taskId: "a" });
  for (
    const end of [
      { kind: "call_failed", callId: call.callId, error: "refused" },
      replyOf(call.callId, []),
    ] as const
  ) {
    assertEquals(archiveOf([call, end]).call(call.callId)?.ended, true);
  }
});

Deno.test("a request keeps which generation's model it asked, so that a resume asks the same", () => {
  const older = { ...callOf({ taskId: "a", generation: 3 }), modelGeneration: 2 };
  const own = callOf({ taskId: "a", generation: 3, draw: 1 });
  const archive = archiveOf([older, own]);
  assertEquals([...archive.calls()].map(({ call }) => call), [older, own]);
});

Deno.test("a request that was cancelled has ended, is no failure, and costs no program", () => {
  const calls = [0, 1].map((draw) => callOf({ taskId: "a", draw, n: 2 }));
  const archive = archiveOf([
    ...calls,
    { kind: "call_failed", callId: calls[0].callId, error: "cancelled: …", cancelled: true },
    { kind: "call_failed", callId: calls[1].callId, error: "refused" },
  ]);
  assertEquals([...archive.calls()].map(({ ended }) => ended), [true, true]);
  assertEquals(archive.count(0), { programs: 0, failed: 1 });
  assertEquals([archive.spent().asked, archive.spent().replied], [2, 2]);
});

Deno.test("of a request or reply that is journalled twice the first counts", () => {
  const call = callOf({ taskId: "a", operator: "refine", parents: ["7"] });
  const archive = archiveOf([
    call,
    { ...call, parents: ["8"] },
    replyOf(call.callId, ["first"]),
    replyOf(call.callId, ["second", "third"]),
  ]);
  assertEquals(archive.call(call.callId)?.call.parents, ["7"]);
  assertEquals([archive.timesChosen("7"), archive.timesChosen("8")], [1, 0]);
  assertEquals([...archive.unevaluated()].map(({ code }) => code), ["first\n"]);
});

Deno.test("a reply or failure of a request that is not journalled is passed over", () => {
  const archive = archiveOf([
    replyOf("1", ["x"]),
    { kind: "call_failed", callId: "1", error: "" },
  ]);
  assertEquals([archive.call("1"), [...archive.unevaluated()]], [undefined, []]);
});

Deno.test("timesChosen() counts the requests that show a program, answered or not", () => {
  const refine = (draw: number) =>
    callOf({ taskId: "a", operator: "refine", draw, parents: ["7"] });
  const archive = archiveOf([refine(0), refine(1), callOf({ taskId: "a" })]);
  assertEquals([archive.timesChosen("7"), archive.timesChosen("8")], [2, 0]);
});

Deno.test("an entry knows its source's hash and length, its accuracy and its outputs by hash", () => {
  const asked = { taskId: "a", generation: 1, draw: 4 };
  const [entry, empty] = archiveOf(requestOf(asked, ["é🟦", null], [0, 1], {
    outputs: ["12/34", null, "12/34"],
    correctTrain: [true, false],
    correctTest: null,
  })).ofTask("a");
  assertEquals([entry.codeHash, entry.codeLength], [hash63("é🟦\n"), 3]);
  assertEquals([empty.codeHash, empty.codeLength], ["", 0]);
  assertEquals([entry.h, entry.correctTest], [0.5, null]);
  assertEquals(entry.outputs, [entry.outputs[0], null, entry.outputs[0]]);
  assertEquals(typeof entry.outputs[0], "string");
  assertEquals([entry.seq, entry.evaluationAt.offset, entry.replyAt.offset], [3, 300, 200]);
  assertEquals([empty.seq, empty.evaluationAt.offset, empty.replyAt.offset], [4, 400, 200]);
});

Deno.test("firstWithSource() gives the first evaluated of a task, never one without a program", () => {
  const archive = archiveOf([
    ...requestOf({ taskId: "a", draw: 1 }, ["x", null]),
    ...requestOf({ taskId: "a", draw: 0 }, ["x"]),
    ...requestOf({ taskId: "b" }, ["x"]),
  ]);
  assertEquals(archive.firstWithSource("a", hash63("x\n"))?.draw, 1);
  assertEquals(archive.firstWithSource("b", hash63("x\n"))?.taskId, "b");
  assertEquals(archive.firstWithSource("c", hash63("x\n")), undefined);
  assertEquals(archive.firstWithSource("a", ""), undefined);
});

Deno.test("votes() gives the attempts in their order, the later of two votes of a generation", () => {
  const vote = (generation: number, attempt: number, weight: number): RecordBody => ({
    kind: "vote",
    generation,
    taskId: "a",
    attempt,
    outputs: [],
    weight,
    members: [],
    correctTest: null,
  });
  const archive = archiveOf([vote(0, 2, 1), vote(0, 1, 5), vote(1, 1, 7), vote(0, 1, 6)]);
  assertEquals(archive.votes(0, "a").map(({ attempt, weight }) => [attempt, weight]), [
    [1, 6],
    [2, 1],
  ]);
  assertEquals([archive.votes(1, "a").length, archive.votes(2, "a")], [1, []]);
  assertEquals(archive.votes(0, "b"), []);
});

Deno.test("count() gives a generation's programs and the requests of it that failed", () => {
  const [failed, open] = [callOf({ taskId: "b" }), callOf({ taskId: "c" })];
  const archive = archiveOf([
    ...requestOf({ taskId: "a" }, ["x", null]),
    ...requestOf({ taskId: "a", generation: 1 }, ["y"]),
    failed,
    { kind: "call_failed", callId: failed.callId, error: "refused" },
    open,
  ]);
  assertEquals(archive.count(0), { programs: 2, failed: 1 });
  assertEquals(archive.count(1), { programs: 1, failed: 0 });
  assertEquals(archive.count(2), { programs: 0, failed: 0 });
});

Deno.test("noted() tells events apart by name and generation", () => {
  const archive = archiveOf([{
    kind: "event",
    level: "info",
    event: "voted",
    generation: 1,
    taskId: null,
    message: "",
  }]);
  assertEquals([archive.noted("voted", 1), archive.noted("voted", 0), archive.noted("x", 1)], [
    true,
    false,
    false,
  ]);
});

Deno.test("ids hang on all of generation, task, operator, draw and completion, and on nothing else", () => {
  const part = fc.record({
    generation: fc.nat({ max: 3 }),
    taskId: fc.constantFrom("a", "b", "a1"),
    operator: fc.constantFrom<Operator>("sample", "refine"),
    draw: fc.nat({ max: 12 }),
    index: fc.nat({ max: 12 }),
  });
  const idOf = ({ index, ...asked }: { index: number } & Asked) =>
    candidateOf({ ...callOf(asked), seed: index, model: "any" }, index, null).id;
  fc.assert(fc.property(part, part, (a, b) => {
    const same = JSON.stringify(a) === JSON.stringify(b);
    assertEquals(idOf(a) === idOf(b), same);
    const calls = [a, b].map((one) => callIdOf(one.generation, one.taskId, one.operator, one.draw));
    if (calls[0] !== calls[1]) assertNotEquals(idOf(a), idOf(b));
    assert(/^\d{1,19}$/.test(idOf(a)));
  }));
});
