import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RunServer } from "../../cli/run_server.ts";
import { type Reading, readTold, TOLD_TYPE } from "../../mod.ts";
import { SOLVES } from "../actors/recorded.ts";
import { get, served } from "./served_run.ts";

/** Sends a request with exactly these headers; `fetch` would not let a test set them all. */
async function ask(port: number, headers: Record<string, string>, path = "/health") {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = Object.entries({ connection: "close", ...headers }).map((pair) => pair.join(": "));
  const text = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  const answer = await new Response(connection.readable).text();
  const [head, body] = answer.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body };
}

function sql({ port, token }: RunServer, body: unknown, more: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${port}/sql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...more },
    body: JSON.stringify(body),
  });
}

Deno.test("the run's server answers who has the token, by either name of this host", async () => {
  await using run = await served();
  const { port, token } = run.server;
  for (const name of ["127.0.0.1", "localhost"]) {
    const { status, body } = await ask(port, {
      host: `${name}:${port}`,
      authorization: `Bearer ${token}`,
    });
    assertEquals(status, 200);
    assertStringIncludes(body, '{"status":"running","seq":2,"budget":null}');
  }
});

const REFUSED: readonly [
  name: string,
  headers: (port: number, token: string) => Record<string, string>,
  status: number,
][] = [
  ["no token", () => ({}), 401],
  ["a wrong token", () => ({ authorization: "Bearer 1" }), 401],
  ["an empty token", () => ({ authorization: "Bearer " }), 401],
  ["the token without its scheme", (_, token) => ({ authorization: token }), 401],
  ["the token and more", (_, token) => ({ authorization: `Bearer ${token}0` }), 401],
  ["a foreign host", (port) => ({ host: `evil.example:${port}` }), 403],
  ["this host on another port", (port) => ({ host: `127.0.0.1:${port + 1}` }), 403],
  ["this host without a port", () => ({ host: "127.0.0.1" }), 403],
  ["a page of another origin", () => ({ origin: "https://evil.example" }), 403],
  ["a page of its own origin", (port) => ({ origin: `http://127.0.0.1:${port}` }), 403],
  ["a page without an origin", () => ({ origin: "null" }), 403],
];

Deno.test("the run's server refuses", async (t) => {
  await using run = await served();
  const { port, token } = run.server;
  for (const [name, headers, status] of REFUSED) {
    await t.step(name, async () => {
      const right = { host: `127.0.0.1:${port}` };
      // Whoever is refused for another reason has the token.
      const known: Record<string, string> = status === 403
        ? { authorization: `Bearer ${token}` }
        : {};
      for (const path of ["/health", "/candidates", "/nowhere"]) {
        const answer = await ask(port, { ...right, ...known, ...headers(port, token) }, path);
        assertEquals(answer.status, status, path);
      }
    });
  }
});

Deno.test("each server has a token of its own", async () => {
  await using one = await served();
  await using other = await served();
  assertMatch(one.server.token, /^[0-9a-f-]{36}$/);
  const stranger = { ...one.server, token: other.server.token };
  const answer = await get(stranger, "/health");
  await answer.body?.cancel();
  assertEquals(answer.status, 401);
});

Deno.test("POST /sql answers over all that is journalled, and says what is wrong with a query", async () => {
  await using run = await served();
  await run.recorded.program({ taskId: "a" }, SOLVES);
  const counted = await sql(run.server, { sql: "select count(*)::int as n from programs" });
  assertEquals(counted.status, 200);
  const { columns, rows } = await counted.json();
  assertEquals([columns[0].name, rows], ["n", [[1]]]);
  await run.recorded.program({ taskId: "a", draw: 1 });
  const most = await sql(run.server, { sql: "select unique_id from programs", maxRows: 1 });
  const { rows: first, truncated } = await most.json();
  assertEquals([first.length, truncated], [1, true]);
  const wrong = await sql(run.server, { sql: "select nonsense from programs" });
  assertEquals(wrong.status, 400);
  assertStringIncludes((await wrong.json()).error, "nonsense");
  const writing = await sql(run.server, { sql: "drop table programs" });
  assertEquals(writing.status, 400);
  await writing.body?.cancel();
  for (const text of [undefined, 7, "x".repeat(100_001)]) {
    const refused = await sql(run.server, { sql: text });
    assertEquals(refused.status, 400);
    assertStringIncludes((await refused.json()).error, "at most 100000 characters");
  }
});

Deno.test("POST /sql takes JSON only, and bounds that are in bounds", async () => {
  await using run = await served();
  const { port, token } = run.server;
  const plain = await fetch(`http://127.0.0.1:${port}/sql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
    body: '{"sql":"SELECT 1"}',
  });
  assertEquals(plain.status, 400);
  assertStringIncludes((await plain.json()).error, "content-type");
  const wrong: [field: string, value: unknown][] = [
    ["maxRows", -1],
    ["maxRows", 1.5],
    ["maxRows", "5"],
    ["timeoutMs", 0],
    ["timeoutMs", 600_001],
  ];
  for (const [field, value] of wrong) {
    const refused = await sql(run.server, { sql: "SELECT 1", [field]: value });
    assertEquals(refused.status, 400);
    assertStringIncludes((await refused.json()).error, `${field}: expected`);
  }
});

Deno.test("POST /sql tells who wants it how far the journal is read, then answers", async () => {
  await using run = await served();
  await run.recorded.program({ taskId: "a" }, SOLVES);
  const bytes = Deno.statSync(`${run.recorded.directory}/000001.jsonl`).size;
  const question = { sql: "SELECT count(*) AS n FROM programs" };
  const told: (Reading | null)[] = [];
  const asked = await sql(run.server, question, { accept: TOLD_TYPE });
  const answer = await readTold(asked.body!, (reading) => told.push(reading));
  assertEquals(told.map((news) => news && [news.bytes, news.ofBytes]), [
    [0, bytes],
    [bytes, bytes],
    null,
  ]);
  assertEquals("rows" in answer && answer.rows, [[1]]);
  const wrong = await sql(run.server, { sql: "SELECT nonsense" }, { accept: TOLD_TYPE });
  const refused = await readTold(wrong.body!);
  assertStringIncludes("error" in refused ? refused.error : "", "nonsense");
});

Deno.test("POST /sql gives long answers whole, and empty ones", async () => {
  await using run = await served();
  for (const n of [0, 1, 500, 501, 1000]) {
    const answer = await sql(run.server, { sql: `FROM range(${n})`, maxRows: 5000 });
    const { rows, columns, truncated } = await answer.json();
    assertEquals([rows.length, rows.at(-1)?.[0], columns.length, truncated], [
      n,
      n === 0 ? undefined : n - 1,
      1,
      false,
    ]);
  }
});
