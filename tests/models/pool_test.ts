import { assert, assertEquals, assertRejects } from "@std/assert";
import { ModelError } from "../../models/client.ts";
import { until } from "../until.ts";
import { FakeServer, type Fault } from "./fake_server.ts";
import { Clock, poolOf, requestFor, textsOf } from "./pool_of.ts";

/** Lets the event loop turn until something holds. */
function soon(what: string, holds: () => boolean): Promise<void> {
  return until(what, () => new Promise((resolve) => setTimeout(() => resolve(holds()))));
}

const FAULTS: [string, Fault][] = [
  ["429", { kind: "status", status: 429 }],
  ["503 in plain text", { kind: "status", status: 503, body: "overloaded" }],
  ["500", { kind: "status", status: 500 }],
  ["wrong JSON", { kind: "body", body: '{"choices": [' }],
  ["an empty list", { kind: "body", body: '{"choices": []}' }],
  ["a connection that breaks", { kind: "broken" }],
  ["a refusal of this request", { kind: "status", status: 400, body: "prompt too long" }],
  ["a key it does not know", { kind: "status", status: 401 }],
];

for (const [name, fault] of FAULTS) {
  Deno.test(`a request that fails by ${name} goes at once to the other endpoint`, async () => {
    await using a = new FakeServer();
    await using b = new FakeServer();
    a.faults.push(fault);
    const clock = new Clock();
    const { pool } = poolOf([a, b], clock);
    const reply = await pool.complete(requestFor("a"));
    assertEquals(textsOf(reply), ["draw 50", "draw 51"]);
    assertEquals(reply.by, { endpoint: "b", model: "tiny", temperature: 1 });
    assertEquals([a.chats.length, b.chats.length, reply.retries, reply.requests], [1, 1, 1, 2]);
    assertEquals(clock.nowMs, 0);
    await pool.close();
  });
}

for (const kind of ["silent", "stuck", "slow"] as const) {
  Deno.test(`an endpoint that is ${kind} holds a request no longer than its deadline`, async () => {
    await using a = new FakeServer();
    await using b = new FakeServer();
    a.outage = { kind };
    const clock = new Clock();
    const { pool } = poolOf([a, b], clock, {}, (name) => {
      return name === "a" ? { timeoutMs: 60 } : {};
    });
    const reply = await pool.complete(requestFor("a"));
    assertEquals([reply.by?.endpoint, reply.requests], ["b", 2]);
    await pool.close();
  });
}

Deno.test("an endpoint that fails is left alone and comes back by a health check", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer();
  const clock = new Clock();
  const { pool, told } = poolOf([a, b], clock);
  a.outage = { kind: "status", status: 503 };
  for (let i = 0; i < 3; i++) await pool.complete(requestFor("a"));
  assertEquals([a.chats.length, told.map(([event]) => event)], [3, ["endpoint_down"]]);
  const later = await pool.complete(requestFor("a"));
  assertEquals([later.by?.endpoint, later.retries, a.chats.length], ["b", 0, 3]);
  for (const [checks, pauseMs] of [[4, 500], [5, 1000], [6, 2000]]) {
    assertEquals(clock.ends, [clock.nowMs + pauseMs], "one check is due");
    clock.skip();
    await soon("the check is over", () => clock.ends.length > 0);
    assertEquals(a.chats.length, checks);
  }
  a.outage = null;
  clock.skip();
  await soon("a is on trial", () => pool.capacity === 8 + 1);
  assertEquals(a.chats.at(-1)!.body.max_tokens, 1);
  assertEquals((await pool.complete(requestFor("a"))).by, undefined);
  assertEquals(told.map(([event]) => event), ["endpoint_down", "endpoint_up"]);
  // 8 · 0.8³: each refusal cut its limit.
  assertEquals(pool.capacity, 8 + 4);
  await pool.close();
});

Deno.test("when all endpoints are lost a request fails, naming what each said", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer();
  a.outage = { kind: "status", status: 500, body: "out of memory" };
  b.outage = { kind: "status", status: 503, body: "loading" };
  const clock = new Clock();
  const { pool } = poolOf([a, b], clock, { retry: { maxAttempts: 4 } });
  let end: ModelError | null = null;
  const many = [1, 2, 3, 4, 5, 6].map((i) => pool.complete(requestFor(i % 2 ? "a" : "b")));
  const ends = Promise.all(many.map((one) => assertRejects(() => one, ModelError)))
    .then((errors) => end = errors[0] as ModelError);
  await soon("all have failed", () => {
    if (clock.ends.length > 0) clock.skip();
    return end !== null;
  });
  await ends;
  assert(/out of memory/.test(end!.message) && /loading/.test(end!.message), end!.message);
  assert(["server", "busy"].includes(end!.kind), "of a kind that stops the run");
  await pool.close();
});

Deno.test("endpoints lost after others were answered are lost for every request", async () => {
  await using a = new FakeServer();
  const clock = new Clock();
  const { pool } = poolOf([a], clock, { retry: { maxAttempts: 2 } });
  a.faults.push({ kind: "status", status: 503 });
  let kind = "";
  const begun = pool.complete(requestFor("a")).catch((error: ModelError) => kind = error.kind);
  await soon("it has failed once", () => clock.ends.length === 1);
  await pool.complete(requestFor("a"));
  a.outage = { kind: "status", status: 503 };
  await soon("it is given up", () => {
    if (clock.ends.length > 0) clock.skip();
    return kind !== "";
  });
  await begun;
  assertEquals(kind, "busy");
  await pool.close();
});

Deno.test("Retry-After: nothing is sent before, be there other requests or not", async () => {
  await using a = new FakeServer();
  a.faults.push({ kind: "status", status: 429, headers: { "retry-after": "7" } });
  const clock = new Clock();
  const { pool } = poolOf([a], clock);
  const first = pool.complete(requestFor("a"));
  await soon("it waits", () => clock.ends.includes(7000));
  const second = pool.complete(requestFor("a"));
  clock.skip();
  assertEquals([clock.nowMs < 7000, a.chats.length], [true, 1]);
  await soon("both are answered", () => {
    if (clock.ends.length > 0) clock.skip();
    return a.chats.length >= 4;
  });
  assertEquals([(await first).retries, (await second).retries], [1, 0]);
  assertEquals(clock.nowMs, 7000);
  await pool.close();
});

Deno.test("a single endpoint is asked again after growing waits, and then given up", async () => {
  await using a = new FakeServer();
  a.outage = { kind: "broken" };
  const clock = new Clock();
  const { pool } = poolOf([a], clock, { retry: { maxAttempts: 2 } });
  let failed: unknown = null;
  pool.complete(requestFor("a")).catch((error) => failed = error);
  await soon("it has failed", () => {
    if (clock.ends.length > 0) clock.skip();
    return failed !== null;
  });
  assertEquals((failed as unknown as ModelError).kind, "unreachable");
  await pool.close();
});

Deno.test("a request that always fails while others are answered is exhausted, not the run", async () => {
  await using a = new FakeServer();
  const clock = new Clock();
  const { pool } = poolOf([a], clock, { retry: { maxAttempts: 3 } });
  a.faults.push({ kind: "status", status: 500, body: "cannot tokenise" });
  const poison = assertRejects(() => pool.complete(requestFor("a")), ModelError);
  for (let i = 0; i < 2; i++) {
    await soon("it waits", () => clock.ends.length === 1);
    await pool.complete(requestFor("a"));
    a.faults.push({ kind: "status", status: 500, body: "cannot tokenise" });
    clock.skip();
  }
  const error = await poison as ModelError;
  assertEquals([error.kind, error.passing], ["exhausted", false]);
  assert(error.message.includes("cannot tokenise"), error.message);
  await pool.close();
});

Deno.test("at fixed counts a request does not leave its model, but may go to its like", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer({ models: ["other"] });
  await using c = new FakeServer();
  const other = { modelOf: () => "other" };
  const make = (servers: FakeServer[], clock: Clock) =>
    poolOf(servers, clock, { fixed: true }, (name) => name === "b" ? other : {}).pool;
  a.faults.push({ kind: "status", status: 500 });
  const clock = new Clock();
  const two = make([a, b], clock);
  const waits = two.complete(requestFor("a"));
  await soon("it waits", () => clock.ends.length === 1);
  clock.skip();
  assertEquals([(await waits).by, a.chats.length, b.chats.length], [undefined, 2, 0]);
  a.faults.push({ kind: "status", status: 500 });
  const three = make([a, b, c], new Clock());
  assertEquals((await three.complete(requestFor("a"))).by?.endpoint, "c");
  await two.close();
  await three.close();
});

Deno.test("at fixed counts assign() follows the weights and no load", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer();
  const { pool } = poolOf([a, b], new Clock(), { fixed: true }, (name) => {
    return { weight: name === "a" ? 3 : 1 };
  });
  const chosen = Array.from(
    { length: 100 },
    (_, position) => pool.assign({ generation: 0, taskId: "t", position }).endpoint,
  );
  const toA = chosen.filter((endpoint) => endpoint === "a").length;
  assert(toA >= 74 && toA <= 76, `${toA}`);
  await pool.close();
});

Deno.test("no more requests are under way than the limit, which a refusal cuts", async () => {
  await using a = new FakeServer();
  const clock = new Clock();
  const { pool } = poolOf([a], clock, {}, () => ({ bounds: { min: 1, max: 4, initial: 4 } }));
  const capacities: number[] = [];
  pool.onCapacity = (capacity) => capacities.push(capacity);
  a.faults.push({ kind: "status", status: 429 });
  const replies = Array.from({ length: 12 }, () => pool.complete(requestFor("a")));
  await soon("one waits", () => clock.ends.length > 0);
  clock.skip();
  await Promise.all(replies);
  assertEquals(Math.max(...capacities), 4);
  assert(capacities.includes(3), `${capacities}`);
  await pool.close();
});

Deno.test("a server that says it queues is not given more, by its own /metrics", async () => {
  let waiting = 0;
  let looks = 0;
  await using a = new FakeServer({
    metrics: () => `vllm:num_requests_waiting ${waiting}\nvllm:num_requests_running ${++looks}\n`,
  });
  const clock = new Clock();
  const load = (waiting: number) => ({ waiting, running: 1, cacheUsage: 0, preempted: 0 });
  const { pool } = poolOf([a], clock, {}, () => ({
    bounds: { min: 1, max: 64, initial: 2 },
    readLoad: () => Promise.resolve((looks++, load(waiting))),
  }));
  const turnover = () =>
    Promise.all(Array.from({ length: pool.capacity }, () => pool.complete(requestFor("a"))));
  await turnover();
  const grown = pool.capacity;
  assert(grown > 2, `${grown}`);
  waiting = 5;
  await soon("it looks again later", () => clock.ends.length === 1);
  clock.skip();
  await soon("it has looked", () => looks >= 2 && clock.ends.length === 1);
  await turnover();
  assertEquals(pool.capacity, grown);
  await pool.close();
});

Deno.test("an endpoint that was away at the start is probed when it comes", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer({ honoursN: false });
  const clock = new Clock();
  let probes = 0;
  const { pool } = poolOf([a, b], clock, {}, (name) =>
    name === "a" ? {} : {
      capabilities: null,
      probe: () => Promise.resolve((probes++, { n: false, minP: false })),
    });
  assertEquals(pool.assign({ generation: 0, taskId: "t", position: 0 }).endpoint, "a");
  assertEquals((await pool.complete(requestFor("b"))).by?.endpoint, "a");
  clock.skip();
  await soon("b is on trial", () => pool.capacity === 9);
  await pool.complete(requestFor("b"));
  assertEquals([probes, b.chats.length, "n" in b.chats.at(-1)!.body], [1, 3, false]);
  await pool.close();
});

Deno.test("prepare() waits for one endpoint; another is asked once it has the model, too", async () => {
  await using a = new FakeServer();
  await using b = new FakeServer();
  const late = Promise.withResolvers<void>();
  const prepared: string[] = [];
  const { pool } = poolOf([a, b], new Clock(), {}, (name) => ({
    prepare: async (generation) => {
      if (name === "b") await late.promise;
      prepared.push(`${name}${generation}`);
    },
  }));
  const never = new AbortController().signal;
  await pool.prepare(1, never);
  assertEquals(prepared, ["a1"]);
  const first = await pool.complete(requestFor("b", { generation: 1 }));
  assertEquals(first.by?.endpoint, "a");
  late.resolve();
  await soon("b has it", () => prepared.length === 2);
  assertEquals((await pool.complete(requestFor("b", { generation: 1 }))).by, undefined);
  await pool.close();
});

Deno.test("prepare() fails when no endpoint takes the model on", async () => {
  await using a = new FakeServer();
  const { pool } = poolOf([a], new Clock(), {}, () => ({
    prepare: () => Promise.reject(new ModelError("refused", "rank too large")),
  }));
  const never = new AbortController().signal;
  await assertRejects(() => pool.prepare(1, never), ModelError, "rank too large");
  await pool.close();
});

Deno.test("top-ups stay with the endpoint whose completions were had", async () => {
  await using a = new FakeServer({ maxChoices: 1 });
  await using b = new FakeServer();
  const clock = new Clock();
  const { pool } = poolOf([a, b], clock);
  const reply = pool.complete(requestFor("a", { n: 3 }));
  await a.arrival();
  a.faults.push({ kind: "status", status: 500 });
  await soon("the top-up waits", () => clock.ends.length === 1);
  clock.skip();
  assertEquals(textsOf(await reply), ["draw 50", "draw 51", "draw 52"]);
  assertEquals([(await reply).by, b.chats.length], [undefined, 0]);
  await pool.close();
});

Deno.test("an abort ends the wait for a place and the attempt under way", async () => {
  await using a = new FakeServer();
  a.outage = { kind: "silent" };
  const { pool } = poolOf([a], new Clock(), {}, () => ({ bounds: { min: 1, max: 1 } }));
  const stop = new AbortController();
  const ends = [1, 2].map(() =>
    assertRejects(() => pool.complete(requestFor("a"), stop.signal), Error, "stopped")
  );
  await a.arrival();
  stop.abort(new Error("stopped"));
  await Promise.all(ends);
  a.outage = null;
  assertEquals(textsOf(await pool.complete(requestFor("a"))), ["draw 50", "draw 51"]);
  await pool.close();
});
