import { assert, assertEquals, assertRejects } from "@std/assert";
import { probeEndpoint, type ProbeOptions } from "../../models/probe.ts";
import { FakeServer, type FakeServerOptions } from "./fake_server.ts";

function options(baseUrl: string): ProbeOptions {
  return {
    baseUrl,
    model: "tiny",
    apiKey: null,
    timeoutMs: 60_000,
    now: () => 0,
    random: () => 0,
    delay: () => Promise.resolve(),
    retry: { maxAttempts: 2 },
  };
}

const SERVERS: {
  name: string;
  like: FakeServerOptions;
  n: boolean;
  minP: boolean;
  seed: boolean;
}[] = [
  { name: "all of it", like: {}, n: true, minP: true, seed: true },
  { name: "no n", like: { honoursN: false }, n: false, minP: true, seed: true },
  { name: "no min_p", like: { refusesMinP: true }, n: true, minP: false, seed: true },
  { name: "no seed", like: { honoursSeed: false }, n: true, minP: true, seed: false },
];

for (const { name, like, n, minP, seed } of SERVERS) {
  Deno.test(`probeEndpoint() finds out what a server honours: ${name}`, async () => {
    await using server = new FakeServer(like);
    const probe = await probeEndpoint(options(server.baseUrl));
    const { detail, ...found } = probe;
    const fine = { reachable: true, usable: true, mayPass: true };
    assertEquals(found, { ...fine, n, minP, seed, models: ["tiny"] });
    assertEquals(detail.includes("not honoured"), !n);
    assertEquals(detail.includes("Unexpected fields"), !minP);
    assert(server.chats.every(({ body }) => body.max_tokens === 16));
  });
}

Deno.test("probeEndpoint() goes on without n where n is refused", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "status", status: 400, body: "n must be 1" });
  const { usable, n, minP } = await probeEndpoint(options(server.baseUrl));
  assertEquals([usable, n, minP], [true, false, true]);
});

Deno.test("probeEndpoint() waits for a server that is still loading", async () => {
  await using server = new FakeServer();
  server.faults.push({ kind: "status", status: 503, body: "Loading model" });
  const { usable, n } = await probeEndpoint(options(server.baseUrl));
  assertEquals([usable, n], [true, true]);
});

Deno.test("probeEndpoint() tells which models there are when the one asked for is not", async () => {
  await using server = new FakeServer({ models: ["big", "small"] });
  const { reachable, usable, models, detail } = await probeEndpoint(options(server.baseUrl));
  assertEquals([reachable, usable, models], [true, false, ["big", "small"]]);
  assert(detail.includes("no such model: tiny"), detail);
  assert(detail.includes("big, small"), detail);
});

Deno.test("probeEndpoint() works where the model list does not", async () => {
  await using server = new FakeServer({ models: ["tiny"] });
  const listless = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) =>
      request.url.endsWith("/models")
        ? new Response("CacheNotFound", { status: 500 })
        : fetch(server.baseUrl + "/chat/completions", { method: "POST", body: request.body }),
  );
  const probe = await probeEndpoint(options(`http://127.0.0.1:${listless.addr.port}/v1`));
  assertEquals([probe.usable, probe.models], [true, []]);
  await listless.shutdown();
});

Deno.test("probeEndpoint() reports a wrong key and an address where nobody listens", async () => {
  let gone;
  {
    await using server = new FakeServer({ key: "right" });
    gone = server.baseUrl;
    const probe = await probeEndpoint({ ...options(server.baseUrl), apiKey: "wrong-key" });
    assertEquals([probe.reachable, probe.usable], [true, false]);
    assert(probe.detail.includes("401") && !probe.detail.includes("wrong-key"), probe.detail);
  }
  const probe = await probeEndpoint(options(gone));
  assertEquals([probe.reachable, probe.usable, probe.models], [false, false, []]);
  assert(probe.detail.includes(gone), probe.detail);
});

Deno.test("probeEndpoint() rejects when the signal aborts", async () => {
  await using server = new FakeServer();
  const signal = AbortSignal.abort(new Error("over"));
  await assertRejects(() => probeEndpoint(options(server.baseUrl), signal), Error, "over");
});
