import { assertEquals, assertRejects } from "@std/assert";
import { askModel } from "../../actors/ask_model.ts";
import { readJournal } from "../../data/journal_reader.ts";
import { ModelError } from "../../models/client.ts";
import { AskedModel, seatOf, unitOf } from "./asked_model.ts";
import { Recorded } from "./recorded.ts";

const NEVER = new AbortController().signal;
const QUESTION = {
  messages: [{ role: "user", content: "what?" }],
  parents: ["7"],
  choice: { method: "rex", h: 0.5, timesChosen: 0, theta: 0.1, seen: 1 },
} as const;

function recordsOf({ directory }: Recorded) {
  return [...readJournal(directory)].map(({ record }) => record);
}

Deno.test("askModel() journals the request, asks, journals the reply and gives its candidates", async () => {
  await using recorded = new Recorded();
  const model = new AskedModel();
  model.gate = () => {
    assertEquals(
      recordsOf(recorded).map(({ kind }) => kind),
      ["call"],
      "not asked before it stands",
    );
    return Promise.resolve();
  };
  const unit = unitOf("refine", 4, { n: 2, generation: 1 });
  let admitted = 0;
  const candidates = await askModel(
    seatOf(model),
    recorded.recorder,
    unit,
    QUESTION,
    NEVER,
    { onAdmitted: () => admitted++ },
  );
  const [call, reply] = recordsOf(recorded);
  if (call.kind !== "call" || reply.kind !== "reply") {
    throw new Error(`expected call and reply, got ${call.kind} and ${reply.kind}`);
  }
  const { generation, taskId, operator, draw, n, model: name, parents, choice } = call;
  assertEquals([generation, taskId, operator, draw, n, name], [1, "a", "refine", 4, 2, "served-1"]);
  assertEquals([parents, choice, admitted], [["7"], QUESTION.choice, 1]);
  assertEquals([reply.callId, reply.promptTokens, reply.completionTokens], [call.callId, 7, 8]);
  assertEquals(candidates, [...recorded.archive.unevaluated()]);
  assertEquals(candidates.map(({ index, code }) => [index, code]), [
    [0, "program\n"],
    [1, "program\n"],
  ]);
  const [request] = model.requests;
  assertEquals([request.seed, request.n, request.model, request.temperature], [
    call.seed,
    2,
    "served-1",
    0.5,
  ]);
});

Deno.test("askModel() asks a request of a run before again as it was admitted", async () => {
  await using recorded = new Recorded();
  const model = new AskedModel();
  model.gate = () => Promise.reject(new ModelError("unreachable", "gone"));
  const ask = (question: typeof QUESTION, seed: number) =>
    askModel({ ...seatOf(model), seed }, recorded.recorder, unitOf("refine", 0), question, NEVER);
  await assertRejects(() => ask(QUESTION, 3), ModelError, "gone");
  assertEquals(recordsOf(recorded).map(({ kind }) => kind), ["call"]);
  model.gate = () => Promise.resolve();
  const [candidate] = await ask({ ...QUESTION, parents: ["8"] as never }, 4);
  assertEquals(recordsOf(recorded).map(({ kind }) => kind), ["call", "reply"]);
  assertEquals(candidate.parents, ["7"]);
  assertEquals(model.requests[1].seed, model.requests[0].seed);
});

Deno.test("askModel(): seeds fit into 31 bits and keep apart by more than any n", async () => {
  await using recorded = new Recorded();
  const model = new AskedModel();
  for (let draw = 0; draw < 40; draw++) {
    const unit = unitOf("sample", draw);
    await askModel(seatOf(model), recorded.recorder, unit, QUESTION, NEVER);
  }
  const seeds = model.requests.map(({ seed }) => seed);
  assertEquals(new Set(seeds).size, 40);
  for (const seed of seeds) assertEquals([seed % 1024, seed >= 0, seed < 2 ** 31], [0, true, true]);
});
