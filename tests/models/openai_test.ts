import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mock } from "node:test";
import { type CompletionRequest, ModelError } from "../../models/client.ts";
import { openaiClient, type OpenaiClientOptions, openaiEndpoint } from "../../models/openai.ts";
import { FakeServer, type Fault } from "./fake_server.ts";

const REQUEST: CompletionRequest = {
  model: "tiny",
  messages: [{ role: "user", content: "hello" }],
  n: 2,
  temperature: 1,
  topP: 1,
  minP: 0.05,
  maxTokens: 64,
  seed: 100,
};

/** Options whose waits pass at once and are written down. */
function options(baseUrl: string, waits: number[] = []): OpenaiClientOptions {
  return {
    baseUrl,
    apiKey: null,
    timeoutMs: 60_000,
    now: () => 0,
    random: () => 0,
    delay(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
  };
}

function failed(promise: Promise<unknown>): Promise<ModelError> {
  return assertRejects(() => promise, ModelError) as Promise<ModelError>;
}

Deno.test("openaiClient() sends every sampling field and reads the reply", async () => {
  await using server = new FakeServer();
  const times = [1000, 1250];
  const client = openaiClient({ ...options(server.baseUrl), now: () => times.shift()! });
  assertEquals(await client.complete(REQUEST), {
    completions: [
      { text: "draw 100", finishReason: "stop" },
      { text: "draw 101", finishReason: "stop" },
    ],
    promptTokens: 7,
    completionTokens: 6,
    latencyMs: 250,
    retries: 0,
    requests: 1,
  });
  assertEquals(server.requests.map(({ body }) => body), [{
    model: "tiny",
    messages: [{ role: "user", content: "hello" }],
    n: 2,
    temperature: 1,
    top_p: 1,
    min_p: 0.05,
    top_k: -1,
    repetition_penalty: 1,
    max_tokens: 64,
    seed: 100,
    stream: false,
  }]);
});

Deno.test("openaiClient() sends the key as a bearer, and no header without one", async () => {
  await using server = new FakeServer();
  await openaiClient({ ...options(server.baseUrl), apiKey: " sk-1\n" }).complete(REQUEST);
  await openaiClient(options(server.baseUrl)).complete(REQUEST);
  assertEquals(
    server.requests.map(({ headers }) => headers.get("authorization")),
    ["Bearer sk-1", null],
  );
});

const PASSING: { name: string; faults: Fault[]; waits: number[] }[] = [
  {
    name: "429 without Retry-After",
    faults: [{ kind: "status", status: 429 }],
    waits: [250],
  },
  {
    name: "429 with Retry-After in seconds",
    faults: [{ kind: "status", status: 429, headers: { "retry-after": "7" } }],
    waits: [7000],
  },
  {
    name: "429 with Retry-After as a date",
    faults: [{
      kind: "status",
      status: 429,
      headers: { "retry-after": "Thu, 01 Jan 1970 00:00:09 GMT" },
    }],
    waits: [9000],
  },
  {
    name: "a burst of 503",
    faults: Array.from({ length: 4 }, () => ({ kind: "status", status: 503 }) as const),
    waits: [250, 500, 1000, 2000],
  },
  { name: "500", faults: [{ kind: "status", status: 500, body: "boom" }], waits: [250] },
  { name: "a broken connection", faults: [{ kind: "broken" }], waits: [250] },
  { name: "JSON cut short", faults: [{ kind: "body", body: '{"choices": [' }], waits: [250] },
  { name: "an empty body", faults: [{ kind: "body", body: "" }], waits: [250] },
  { name: "no choices", faults: [{ kind: "body", body: '{"choices": []}' }], waits: [250] },
  {
    name: "choices that hold no message",
    faults: [{ kind: "body", body: '{"choices": [{}]}' }],
    waits: [250],
  },
  {
    name: "a success that is a web page",
    faults: [{ kind: "body", body: "<html>", type: "text/html" }],
    waits: [250],
  },
];

for (const { name, faults, waits } of PASSING) {
  Deno.test(`openaiClient() asks again after ${name}`, async () => {
    await using server = new FakeServer();
    server.faults.push(...faults);
    const waited: number[] = [];
    const reply = await openaiClient(options(server.baseUrl, waited)).complete(REQUEST);
    assertEquals(reply.completions.map(({ text }) => text), ["draw 100", "draw 101"]);
    assertEquals(reply.retries, faults.length);
    assertEquals(waited, waits);
    assertEquals(server.chats.length, faults.length + 1);
  });
}

const FINAL: { status: number; body: string; kind: string; says: string }[] = [
  {
    status: 400,
    body: '{"error":{"message":"prompt too long"}}',
    kind: "refused",
    says: "prompt too long",
  },
  {
    status: 404,
    body: '{"message":"no model big","object":"error"}',
    kind: "refused",
    says: "no model big",
  },
  {
    status: 422,
    body: '{"detail":"Unexpected fields"}',
    kind: "refused",
    says: "Unexpected fields",
  },
  {
    status: 422,
    body: '{"detail":[{"loc":["n"],"msg":"too big"}]}',
    kind: "refused",
    says: "too big",
  },
  { status: 401, body: '{"error":"who are you"}', kind: "unauthorised", says: "who are you" },
  { status: 403, body: "not for you", kind: "unauthorised", says: "not for you" },
];

for (const { status, body, kind, says } of FINAL) {
  Deno.test(`openaiClient() is refused at once by ${status} ${body}`, async () => {
    await using server = new FakeServer();
    server.faults.push({ kind: "status", status, body });
    const error = await failed(openaiClient(options(server.baseUrl)).complete(REQUEST));
    assertEquals([error.kind, error.status], [kind, status]);
    assert(error.message.includes(says), error.message);
    assert(error.message.includes(`${server.baseUrl} failed with status ${status}`), error.message);
    assertEquals(server.chats.length, 1);
  });
}

Deno.test("openaiClient() does not ask again when the server says not to", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "status", status: 429, headers: { "x-should-retry": "false" } });
  const error = await failed(openaiClient(options(server.baseUrl)).complete(REQUEST));
  assertEquals([error.kind, error.status, server.chats.length], ["refused", 429, 1]);
});

Deno.test("openaiClient() gives up after maxAttempts", async () => {
  await using server = new FakeServer();
  for (let i = 0; i < 9; i++) server.faults.push({ kind: "status", status: 503, body: "full" });
  const error = await failed(
    openaiClient({ ...options(server.baseUrl), retry: { maxAttempts: 3 } }).complete(REQUEST),
  );
  assertEquals([error.kind, error.status, server.chats.length], ["busy", 503, 3]);
  assert(error.message.endsWith("full (tried 3 times)"), error.message);
});

Deno.test("openaiClient() does not wait longer than maxDelayMs, nor asks earlier than told", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "status", status: 429, headers: { "retry-after": "3600" } });
  const waits: number[] = [];
  const error = await failed(openaiClient(options(server.baseUrl, waits)).complete(REQUEST));
  assertEquals([error.kind, error.retryAfterMs, server.chats.length], ["busy", 3_600_000, 1]);
  assertEquals(waits, []);
});

Deno.test("openaiClient() says when nobody listens", async () => {
  let baseUrl;
  {
    await using server = new FakeServer();
    baseUrl = server.baseUrl;
  }
  const error = await failed(
    openaiClient({ ...options(baseUrl), retry: { maxAttempts: 2 } }).complete(REQUEST),
  );
  assertEquals(error.kind, "unreachable");
  assert(error.message.includes(baseUrl), error.message);
});

Deno.test("openaiClient() gives an attempt timeoutMs and asks again", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "silent" });
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const arrival = server.arrival();
    const reply = openaiClient({ ...options(server.baseUrl), timeoutMs: 5000 }).complete(REQUEST);
    await arrival;
    mock.timers.tick(4999);
    assertEquals(server.chats.length, 1);
    mock.timers.tick(1);
    assertEquals((await reply).retries, 1);
  } finally {
    mock.timers.reset();
  }
});

Deno.test("openaiClient() rejects with the signal's reason, while asking and while waiting", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "silent" }, { kind: "status", status: 503 });
  const asking = new AbortController();
  const arrival = server.arrival();
  const client = openaiClient({
    ...options(server.baseUrl),
    delay: (_ms, signal) =>
      new Promise((_, reject) => {
        signal!.addEventListener("abort", () => reject(new Error("timer stopped")));
        waiting.abort(new Error("stopped while waiting"));
      }),
  });
  const waiting = new AbortController();
  const reply = assertRejects(
    () => client.complete(REQUEST, asking.signal),
    Error,
    "stopped while asking",
  );
  await arrival;
  asking.abort(new Error("stopped while asking"));
  await reply;
  await assertRejects(
    () => client.complete(REQUEST, waiting.signal),
    Error,
    "stopped while waiting",
  );
  assertEquals(server.chats.length, 2);
});

Deno.test("the key is in no error and no log", async () => {
  const key = 'sk-canary/"4711"+x%';
  const forms = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), "canary"];
  const log: unknown[] = [];
  const methods = ["debug", "info", "log", "warn", "error"] as const;
  for (const method of methods) {
    mock.method(console, method, (...line: unknown[]) => log.push(line));
  }
  const seen: unknown[] = [];
  try {
    await using server = new FakeServer({ key: "another" });
    const told = { ...options(server.baseUrl), apiKey: key, retry: { maxAttempts: 1 } };
    seen.push(await failed(openaiClient(told).complete(REQUEST)));
    seen.push(await failed(openaiEndpoint(told).models()));
    await using open = new FakeServer();
    for (const echo of [key, encodeURIComponent(key), JSON.stringify({ error: key })]) {
      open.faults.push(
        { kind: "status", status: 400, body: echo },
        { kind: "status", status: 500, body: echo, headers: { "x-echo": encodeURIComponent(key) } },
        { kind: "body", body: echo },
        { kind: "body", body: JSON.stringify({ echo }) },
      );
    }
    open.faults.push({ kind: "broken" });
    while (open.faults.length > 0) {
      seen.push(
        await failed(openaiClient({ ...told, baseUrl: open.baseUrl }).complete(REQUEST)),
      );
    }
    const nowhere = `http://127.0.0.1:1/${encodeURIComponent(key)}/v1`;
    seen.push(await failed(openaiClient({ ...told, baseUrl: nowhere }).complete(REQUEST)));
    seen.push(assertThrows(() => openaiClient({ ...told, apiKey: `${key}\nx` }), TypeError));
    seen.push(assertThrows(() => openaiClient({ ...told, baseUrl: `http://u:${key}@h/v1` })));
    seen.push(assertThrows(() => openaiClient({ ...told, baseUrl: `http://h/v1?key=${key}` })));
    seen.push(openaiClient(told), openaiEndpoint(told));
  } finally {
    mock.restoreAll();
  }
  assertEquals(seen.length, 21);
  assert(seen.some((error) => error instanceof ModelError && error.message.includes("[key]")));
  for (const thing of [...seen, log]) {
    const texts = [
      Deno.inspect(thing, { depth: 20, showHidden: true }),
      String(thing instanceof Error ? thing.stack : thing),
      JSON.stringify(thing),
    ];
    for (const text of texts) for (const form of forms) assert(!text.includes(form), text);
  }
});

Deno.test("openaiEndpoint() refuses addresses and bounds it cannot work with", () => {
  const good = { baseUrl: "http://h/v1", apiKey: null, timeoutMs: 1000, now: () => 0 };
  assertEquals(openaiEndpoint({ ...good, baseUrl: "http://h/v1//" }).baseUrl, "http://h/v1");
  for (const baseUrl of ["", "h/v1", "ftp://h/v1", "http://a:b@h", "http://h?x", "http://h#x"]) {
    assertThrows(() => openaiEndpoint({ ...good, baseUrl }), TypeError);
  }
  for (const timeoutMs of [0, -1, NaN, 2 ** 31]) {
    assertThrows(() => openaiEndpoint({ ...good, timeoutMs }), RangeError);
  }
});
