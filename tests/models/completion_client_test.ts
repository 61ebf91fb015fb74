import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type CompletionRequest, ModelError } from "../../models/client.ts";
import { openaiClient, type OpenaiClientOptions } from "../../models/openai.ts";
import { FakeServer } from "./fake_server.ts";

const REQUEST: CompletionRequest = {
  model: "tiny",
  messages: [{ role: "user", content: "hello" }],
  n: 4,
  temperature: 1,
  topP: 1,
  minP: null,
  maxTokens: 64,
  seed: 50,
};

function options(server: FakeServer): OpenaiClientOptions {
  return {
    baseUrl: server.baseUrl,
    apiKey: null,
    timeoutMs: 60_000,
    now: () => 0,
    random: () => 0,
    delay: () => Promise.resolve(),
    retry: { maxAttempts: 2 },
  };
}

Deno.test("completions are those of seed..seed+n-1 however few choices a reply holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      async (n, most) => {
        await using server = new FakeServer({ maxChoices: most });
        const reply = await openaiClient(options(server)).complete({ ...REQUEST, n });
        assertEquals(
          reply.completions.map(({ text }) => text),
          Array.from({ length: n }, (_, i) => `draw ${50 + i}`),
        );
        assertEquals(server.chats.length, Math.ceil(n / most));
        assertEquals(reply.promptTokens, 7 * server.chats.length);
        assertEquals(reply.completionTokens, 3 * n);
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("choices beyond n are left out", async () => {
  await using server = new FakeServer();
  const choices = [1, 2, 3].map((i) => ({ message: { content: `${i}` }, finish_reason: "length" }));
  server.faults.push({ kind: "body", body: JSON.stringify({ choices }) });
  const reply = await openaiClient(options(server)).complete({ ...REQUEST, n: 2 });
  assertEquals(reply.completions, [
    { text: "1", finishReason: "length" },
    { text: "2", finishReason: "length" },
  ]);
  assertEquals([reply.promptTokens, reply.completionTokens], [0, 0]);
});

Deno.test("a choice without text is an empty completion", async () => {
  await using server = new FakeServer();
  const choices = [{ message: { content: null }, finish_reason: "length" }, { message: {} }];
  server.faults.push({ kind: "body", body: JSON.stringify({ choices, usage: null }) });
  const reply = await openaiClient(options(server)).complete({ ...REQUEST, n: 2 });
  assertEquals(reply.completions, [
    { text: "", finishReason: "length" },
    { text: "", finishReason: "unknown" },
  ]);
});

Deno.test("completions already had are kept when a top-up fails", async () => {
  await using server = new FakeServer();
  const choices = [{ message: { content: "one" }, finish_reason: "stop" }];
  server.faults.push(
    { kind: "body", body: JSON.stringify({ choices }) },
    { kind: "status", status: 500 },
    { kind: "status", status: 500 },
  );
  const reply = await openaiClient(options(server)).complete(REQUEST);
  assertEquals(reply.completions.map(({ text }) => text), ["one"]);
  assertEquals(server.chats.length, 3);
});

Deno.test("an abort between top-ups rejects", async () => {
  await using server = new FakeServer({ maxChoices: 1 });
  const stop = new AbortController();
  let asked = 0;
  const now = () => ++asked === 2 ? (stop.abort(new Error("stopped")), 0) : 0;
  await assertRejects(
    () => openaiClient({ ...options(server), now }).complete(REQUEST, stop.signal),
    Error,
    "stopped",
  );
  assertEquals(server.chats.length, 1);
});

Deno.test("fields an endpoint does not take are not sent", async () => {
  await using server = new FakeServer({ refusesMinP: true, honoursN: false });
  const client = openaiClient({ ...options(server), capabilities: { n: false, minP: false } });
  const reply = await client.complete({ ...REQUEST, minP: 0.05 });
  assertEquals(reply.completions.length, 4);
  for (const { body } of server.chats) {
    for (const field of ["n", "min_p", "top_k", "repetition_penalty"]) assert(!(field in body));
  }
  const bold = openaiClient({ ...options(server), capabilities: { n: false, minP: true } });
  const error = await assertRejects(() => bold.complete(REQUEST), ModelError) as ModelError;
  assertEquals([error.kind, error.status], ["refused", 422]);
  assert(error.message.includes("min_p"), error.message);
});

Deno.test("a min_p that is off is sent as 0", async () => {
  await using server = new FakeServer();
  await openaiClient(options(server)).complete(REQUEST);
  assertEquals(server.chats[0].body.min_p, 0);
});

Deno.test("choices the server broke off are no completions: they are asked for again", async () => {
  await using server = new FakeServer();
  const choices = ["stop", "abort", "error"].map((finish_reason, i) => {
    return { message: { content: `${i}` }, finish_reason };
  });
  server.faults.push(
    { kind: "body", body: JSON.stringify({ choices: choices.slice(1) }) },
    { kind: "body", body: JSON.stringify({ choices }) },
  );
  const reply = await openaiClient(options(server)).complete({ ...REQUEST, n: 3 });
  assertEquals(reply.completions.map(({ text }) => text), ["0", "draw 51", "draw 52"]);
  assertEquals([reply.retries, reply.requests, server.chats.length], [1, 3, 3]);
});

Deno.test("an empty reply is asked for again; a refusal is a completion in the model's words", async () => {
  await using server = new FakeServer();
  const refused = [{ message: { content: null, refusal: "I will not." }, finish_reason: "stop" }];
  server.faults.push(
    { kind: "body", body: JSON.stringify({ choices: [{ message: { content: null } }] }) },
    { kind: "body", body: JSON.stringify({ choices: refused }) },
  );
  const reply = await openaiClient(options(server)).complete({ ...REQUEST, n: 1 });
  assertEquals(reply.completions, [{ text: "I will not.", finishReason: "refusal" }]);
  assertEquals(reply.retries, 1);
});

Deno.test("n must be at least 1", async () => {
  await using server = new FakeServer();
  for (const n of [0, -1, 1.5, NaN]) {
    await assertRejects(
      () => openaiClient(options(server)).complete({ ...REQUEST, n }),
      RangeError,
    );
  }
  assertEquals(server.requests.length, 0);
});
