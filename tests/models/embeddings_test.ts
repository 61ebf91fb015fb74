import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ModelError } from "../../models/client.ts";
import { embeddingClient, type EmbeddingOptions } from "../../models/embeddings.ts";

type Answer = (body: { model: string; input: string[] }) => Response | Promise<Response>;

/** A server that answers `/v1/embeddings`; what it received, and a client of it. */
function serving(answer: Answer, options: Partial<EmbeddingOptions> = {}) {
  const received: { path: string; key: string | null; input: string[]; model: string }[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const body = await request.json();
      const { pathname } = new URL(request.url);
      received.push({ path: pathname, key: request.headers.get("authorization"), ...body });
      return await answer(body);
    },
  );
  const client = embeddingClient({
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1/`,
    apiKey: null,
    model: "rank",
    timeoutMs: 5000,
    now: () => 0,
    random: () => 0.5,
    delay: () => Promise.resolve(),
    ...options,
  });
  return { client, received, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Each text as [its length, 1], the list turned round. */
const lengths: Answer = ({ input }) => {
  const data = input.map((text, index) => ({ index, embedding: [text.length, 1] }));
  return Response.json({ data: data.reverse() });
};

Deno.test("embed() gives a vector of length 1 a text, in their order, in batches", async () => {
  await using server = serving(lengths, { batch: 2, apiKey: " secret " });
  const vectors = await server.client.embed(["abc", "", "xxxx"]);
  assertEquals(server.received.map(({ input }) => input), [["abc", ""], ["xxxx"]]);
  const [{ path, key, model }] = server.received;
  assertEquals([path, key, model], ["/v1/embeddings", "Bearer secret", "rank"]);
  for (const vector of vectors) assertAlmostEquals(Math.hypot(...vector), 1, 1e-6);
  assertEquals(vectors.map(([x, y]) => Math.round(x / y)), [3, 0, 4]);
  assertEquals(await server.client.embed([]), []);
});

Deno.test("embed() asks a busy server again, and gives up for good where there is none", async () => {
  let refusals = 2;
  await using busy = serving((body) =>
    refusals-- > 0 ? new Response("full", { status: 503 }) : lengths(body)
  );
  assertEquals((await busy.client.embed(["ab"])).length, 1);
  assertEquals(busy.received.length, 3);
  await using none = serving(() => Response.json({ detail: "Not Found" }, { status: 404 }));
  const error = await assertRejects(() => none.client.embed(["ab"]), ModelError, "Not Found");
  assertEquals([error.kind, error.status, none.received.length], ["refused", 404, 1]);
});

Deno.test("embed() refuses replies that are no vectors", async () => {
  const retry = { maxAttempts: 1 };
  for (
    const [data, message] of [
      [[], "expected 1 embeddings, got 0"],
      ["text", "got no list"],
      [[{ embedding: "AAAA" }], "not a list of numbers"],
      [[{ embedding: [0, 0] }], "zero"],
      [[{ embedding: [1], index: 4 }], "do not belong"],
    ] as const
  ) {
    await using server = serving(() => Response.json({ data }), { retry });
    const error = await assertRejects(() => server.client.embed(["a"]), ModelError, message);
    assertEquals(error.kind, "bad_reply");
  }
});

Deno.test("embed() tells no key, and stops when it is told to", async () => {
  await using server = serving(() => new Response("key secret-1 is unknown", { status: 401 }), {
    apiKey: "secret-1",
  });
  const error = await assertRejects(() => server.client.embed(["a"]), ModelError);
  assert(!error.message.includes("secret-1"), error.message);
  assertEquals(error.kind, "unauthorised");
  const reason = new Error("enough");
  await assertRejects(() => server.client.embed(["a"], AbortSignal.abort(reason)), Error, "enough");
});

Deno.test("embeddingClient() refuses an address or a batch that cannot be used", () => {
  const options: EmbeddingOptions = {
    baseUrl: "http://h/v1",
    apiKey: null,
    model: "m",
    timeoutMs: 1,
    now: () => 0,
    random: () => 0,
  };
  assertThrows(() => embeddingClient({ ...options, batch: 0 }), RangeError, "batch");
  assertThrows(() => embeddingClient({ ...options, baseUrl: "ftp://h" }), TypeError, "http");
});
