import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type RunServer, serveRun } from "../../cli/run_server.ts";
import { readServerEvents } from "../../cli/server_events.ts";
import type { CandidateView } from "../../mod.ts";
import { Recorded, SOLVES } from "../actors/recorded.ts";

/** A served run; both are closed at the end of the scope. */
async function served() {
  const recorded = new Recorded();
  await recorded.recorder.record({
    kind: "run_opened",
    runId: "1",
    seed: 1,
    resumed: false,
    config: {},
    codeVersion: "0",
  });
  await recorded.recorder.record({
    kind: "task",
    taskId: "a",
    dataset: "made-up",
    split: "training",
    train: [["1", "2"]],
    testInputs: ["3"],
    testOutputs: ["4"],
  });
  const server = serveRun(recorded.recorder, recorded.directory);
  return {
    recorded,
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await recorded.journal.close();
    },
  };
}

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

function get({ port, token }: RunServer, path: string, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

function sql({ port, token }: RunServer, body: unknown) {
  return fetch(`http://127.0.0.1:${port}/sql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
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
    assertStringIncludes(body, '{"status":"running","seq":2}');
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

/** Events of a response until it ends. */
async function eventsOf(response: Response): Promise<[event: string, data: { seq: number }][]> {
  const events: [string, { seq: number }][] = [];
  for await (const { event, data } of readServerEvents(response.body!)) {
    events.push([event, JSON.parse(data)]);
  }
  return events;
}

Deno.test("GET /candidates gives what was asked of the past, then what comes, then the end", async () => {
  await using run = await served();
  const { recorded, server } = run;
  const past: number[] = [];
  for (let draw = 0; draw < 3; draw++) {
    past.push((await recorded.program({ taskId: "a", draw })).seq);
  }
  const asked: [path: string, headers: Record<string, string>, wanted: number[]][] = [
    ["/candidates", {}, []],
    ["/candidates?last=2", {}, past.slice(1)],
    ["/candidates?last=9", {}, past],
    [`/candidates?after=${past[0]}`, {}, past.slice(1)],
    ["/candidates?after=0", {}, past],
    ["/candidates?last=9&task=elsewhere", {}, []],
    [`/candidates?after=0&last=1`, { "last-event-id": `${past[1]}` }, past.slice(2)],
  ];
  const streams = [];
  for (const [path, headers] of asked) streams.push(await get(server, path, headers));
  const live = await recorded.program({ taskId: "b" }, SOLVES);
  const note = await recorded.recorder.record({
    kind: "event",
    level: "info",
    event: "voted",
    generation: 0,
    taskId: null,
    message: "",
  });
  const end = await recorded.recorder.record({ kind: "run_ended", status: "done" });
  for (const [i, response] of streams.entries()) {
    const events = await eventsOf(response);
    const wanted = asked[i][2].map((seq) => ["message", seq]);
    const shown = asked[i][0].includes("elsewhere") ? [] : [["message", live.seq]];
    assertEquals(events.map(([event, { seq }]) => [event, seq]), [
      ...wanted,
      ...shown,
      ["note", note.record.seq],
      ["end", end.record.seq],
    ], asked[i][0]);
    if (shown.length === 0) continue;
    const view = events.at(-3)![1] as CandidateView;
    assertEquals([view.id, view.taskId, view.solved], [live.id, "b", true]);
  }
});
