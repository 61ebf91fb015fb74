/**
 * Whole runs on several endpoints, as a user makes them by soar.toml, while things go wrong.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { answerText } from "../../models/prompts.ts";
import { readJournal } from "../../data/journal_reader.ts";
import type { CallAdmitted, CallReplied } from "../../data/records.ts";
import { PROGRAMS as SCRIPT } from "../actors/scripted_run.ts";
import type { FakeServer } from "../models/fake_server.ts";
import { until } from "../until.ts";
import { CommandLine } from "./command.ts";
import { modelList, programServer } from "./program_server.ts";

const SMALL = [
  ...["--tasks", "sample#4", "--generations", "1", "--samples", "16", "--refinements", "4"],
  ...["--set", "budget.completions_per_call=2", "--set", "budget.completions_per_refinement=2"],
];

/** Programs of {@link SMALL}, and requests for them. */
const PROGRAMS = 4 * 20;
const REQUESTS = 4 * 10;

/** A command line with a soar.toml of its own. */
function configured(text: string, environment: Record<string, string> = {}) {
  const line = new CommandLine(environment);
  const file = `${line.runs}/soar.toml`;
  Deno.writeTextFileSync(file, text);
  const begin = (run: string, ...flags: string[]) =>
    line.start("soar", "--run", run, "--config", file, ...SMALL, ...flags);
  return { line, file, begin };
}

function recordsOf({ runs }: CommandLine, run: string) {
  return [...readJournal(`${runs}/${run}/journal`)].map(({ record }) => record);
}

/** Requests of a run by who answered them. */
function answeredBy(line: CommandLine, run: string): Record<string, number> {
  const records = recordsOf(line, run);
  const admitted = new Map(
    records.filter((record): record is CallAdmitted & typeof record => record.kind === "call")
      .map(({ callId, endpoint }) => [callId, endpoint!]),
  );
  const counts: Record<string, number> = {};
  for (const record of records) {
    if (record.kind !== "reply") continue;
    const { callId, by } = record as CallReplied;
    const endpoint = by?.endpoint ?? admitted.get(callId)!;
    counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  }
  return counts;
}

/** Looks once the event loop has turned. */
function soon(holds: () => boolean): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(holds()), 1));
}

/** Chats beyond those of the probe. */
function asked({ chats }: FakeServer): number {
  return chats.filter(({ body }) => body.max_tokens > 16).length;
}

Deno.test("two endpoints share a run by weight, each asked in its own way, visible in SQL", async () => {
  await using a = programServer();
  await using b = programServer({ models: ["other"], honoursN: false, refusesMinP: true });
  const { line, begin } = configured(
    modelList([[a, "weight = 3", "temperature = 0.5"], [b, "max_tokens = 99"]])
      .replace('name = "tiny"\nlabel = "b"', 'name = "other"\nlabel = "b"'),
  );
  const { code, stderr } = await begin("two", "--deterministic").ended;
  assertEquals(code, 0, stderr);
  const counts = answeredBy(line, "two");
  assertEquals(counts.a + counts.b, REQUESTS);
  assert(counts.a >= 0.65 * REQUESTS && counts.a <= 0.85 * REQUESTS, JSON.stringify(counts));
  const real = (server: FakeServer) => server.chats.filter(({ body }) => body.max_tokens > 16);
  for (const { body } of real(a)) {
    const { n, temperature, top_p, min_p, top_k, repetition_penalty, max_tokens } = body;
    assertEquals([n, temperature, top_p, min_p, top_k, repetition_penalty, max_tokens], [
      ...[2, 0.5, 1, 0.05, -1, 1, 4096],
    ]);
  }
  for (const { body } of real(b)) {
    assertEquals([body.n, body.min_p, body.temperature, body.max_tokens], [
      ...[undefined, undefined, 1, 99],
    ]);
  }
  assertEquals(asked(b), 2 * counts.b, "a reply without n is topped up");
  const sql = "SELECT model, temperature, count(*)::INT AS n FROM programs GROUP BY ALL ORDER BY 1";
  const { stdout } = await line.run("sql", sql, "--json");
  assertEquals(JSON.parse(stdout), [
    { model: "other", temperature: 1, n: 2 * counts.b },
    { model: "tiny", temperature: 0.5, n: 2 * counts.a },
  ]);
  const { stdout: endpoints } = await line.run("sql", "@endpoints", "--json");
  const rows = JSON.parse(endpoints).map((row: Record<string, unknown>) => [
    ...[row.endpoint, Number(row.calls), Number(row.requests), Number(row.programs)],
  ]);
  assertEquals(rows, [
    ["a", counts.a, counts.a, 2 * counts.a],
    ["b", counts.b, 2 * counts.b, 2 * counts.b],
  ]);
  const probed = "SELECT message FROM events WHERE kind = 'endpoint_probed' ORDER BY message";
  const { stdout: told } = await line.run("sql", probed, "--json");
  const found = JSON.parse(told).map(({ message }: { message: string }) => message);
  assertStringIncludes(found[0], 'a: {"usable":true,"n":true,"min_p":true,"seed":true}');
  assertStringIncludes(found[1], 'b: {"usable":true,"n":false,"min_p":false,"seed":true}');

  // The same once more, without a model.
  const replayed = await line.run("soar", "--replay", "two", "--run", "again");
  assertEquals(replayed.code, 0, replayed.stderr);
  assertStringIncludes(replayed.stdout, "the same archive as run two");
});

for (const kind of ["silent", "stuck"] as const) {
  Deno.test(`an endpoint that goes ${kind} holds the run no longer than its deadline`, async () => {
    await using a = programServer();
    await using b = programServer();
    const { line, begin } = configured(
      modelList([[a, "timeout_s = 2"], [b, "timeout_s = 2", "concurrency = 3"]]),
    );
    const { ended } = begin("one", "--set", "run.tasks=sample#8");
    await until("b was asked", () => soon(() => asked(b) > 0));
    b.outage = { kind };
    const stalledAt = performance.now();
    const { code, stderr } = await ended;
    assertEquals(code, 0, stderr);
    const counts = answeredBy(line, "one");
    assertEquals(counts.a + (counts.b ?? 0), 2 * REQUESTS, "every request was answered");
    assert(performance.now() - stalledAt < 120_000);
    const latest = Math.max(
      ...recordsOf(line, "one").filter((record) => record.kind === "reply")
        .map(({ latencyMs }) => latencyMs),
    );
    assert(latest < 2000, `${latest} ms of an answer`);
    assert(asked(b) <= (counts.b ?? 0) + 3 + 3, "no more than its limit, and a trial each time");
  });
}

Deno.test("a stop rule ends requests at a silent endpoint: the run does not wait for them", async () => {
  const answered = Promise.withResolvers<void>();
  let asked = 0;
  await using a = programServer({
    // Right for the task; the first one to be asked for it is the only one to be answered.
    textOf: () => {
      const program = answerText(SCRIPT[0]!);
      if (a.chats.some(({ body }) => body.max_tokens > 16)) {
        a.outage = { kind: "silent" };
        answered.resolve();
      }
      asked = a.chats.length;
      return program;
    },
  });
  const { line, begin } = configured(modelList([[a]]));
  const flags = ["--set", "run.tasks=sample#mirror_left_right", "--refinements", "0"];
  const { ended } = begin("enough", ...flags, "--set", "budget.enough_sampled=1");
  await answered.promise;
  const { code, stderr } = await ended;
  assertEquals(code, 0, stderr);
  const waiting = a.chats.length - asked;
  assert(waiting > 0 && waiting < 8, `${waiting} requests were silent`);
  const sql = "SELECT status, count(*)::INT AS n FROM llm_calls GROUP BY status ORDER BY status";
  const { stdout } = await line.run("sql", sql, "--json");
  assertEquals(JSON.parse(stdout), [
    { status: "cancelled", n: waiting },
    { status: "replied", n: 1 },
  ]);
});

Deno.test("an endpoint that fails is left alone, comes back, and the run uses it again", async () => {
  await using a = programServer();
  await using b = programServer();
  const { line, begin } = configured(modelList([[a, "concurrency = 1"], [b]]));
  const { ended } = begin("back", "--samples", "64", "--set", "run.tasks=sample#8");
  await until("b was asked", () => soon(() => asked(b) > 2));
  b.outage = { kind: "status", status: 503, body: "restarting" };
  const before = b.chats.length;
  await until("b is looked at again", () => soon(() => b.chats.length >= before + 4));
  b.outage = null;
  const { code, stderr } = await ended;
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "endpoint b is left alone");
  assertStringIncludes(stderr, "endpoint b is asked again");
  const events = recordsOf(line, "back").flatMap((record) =>
    record.kind === "event" && record.event.startsWith("endpoint_") ? [record.event] : []
  );
  assertEquals(events.slice(-2), ["endpoint_down", "endpoint_up"]);
});

Deno.test("when all endpoints are lost the run ends with exit 4, and a resume goes on", async () => {
  await using a = programServer();
  await using b = programServer();
  const { line, begin } = configured(modelList([[a], [b]]));
  const { ended } = begin("lost", "--set", "model.max_attempts=2");
  await until("both were asked", () => soon(() => asked(a) > 0 && asked(b) > 0));
  a.outage = { kind: "broken" };
  b.outage = { kind: "status", status: 503 };
  const { code, stderr } = await ended;
  assertEquals(code, 4, stderr);
  assertStringIncludes(stderr, "--resume lost");
  a.outage = b.outage = null;
  const resumed = await line.run("soar", "--resume", "lost");
  assertEquals(resumed.code, 0, resumed.stderr);
  const { stdout } = await line.run("sql", "SELECT count(*)::INT AS n FROM programs", "--json");
  assertEquals(JSON.parse(stdout), [{ n: PROGRAMS }]);
});

Deno.test("an endpoint that is away at the start is asked when it comes; a wrong key is told at once", async () => {
  await using a = programServer();
  await using b = programServer({ key: "right" });
  const { begin } = configured(modelList([[a], [b]]));
  const refused = await begin("refused").ended;
  assertEquals(refused.code, 4);
  assertStringIncludes(refused.stderr, "b: ");
  assertStringIncludes(refused.stderr, "401");
  await using c = programServer();
  c.outage = { kind: "status", status: 503, body: "loading" };
  const other = configured(modelList([[a], [c]]));
  const { code, stderr } = await other.begin("late", "--set", "model.max_attempts=1").ended;
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "loading");
  assertEquals(answeredBy(other.line, "late"), { a: REQUESTS });
});

Deno.test("--dry-run prints what each endpoint would be asked and cost, and asks nothing", async () => {
  await using a = programServer();
  await using b = programServer();
  const { line, begin } = configured(
    modelList([[a, "weight = 3", "price_completion = 10", "max_tokens = 1000"], [b]]),
  );
  const { code, stderr } = await begin("dry", "--dry-run", "--set", "budget.total_money=5").ended;
  assertEquals(code, 0, stderr);
  // 80 programs, 60 of them at a, of 1,000 tokens each at 10 a million.
  assertStringIncludes(stderr, "a: about 30 requests for 60 programs");
  assertStringIncludes(stderr, "0.060 M completion tokens, at most 0.60 in money");
  assertStringIncludes(stderr, "b: about 10 requests for 20 programs");
  assertStringIncludes(stderr, "in all at most 0.60 in money; it ends by budget.total_money = 5");
  assertEquals([a.requests.length, b.requests.length], [0, 0]);
  assertEquals([...Deno.readDirSync(line.runs)].map(({ name }) => name), ["soar.toml"]);
});
