import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readJournal } from "../../data/journal_reader.ts";
import { answerText } from "../../models/prompts.ts";
import { CommandLine } from "./command.ts";

const KEY = "sk-canary-5f1d";
const MIRROR = answerText("def transform(grid):\n    return [row[::-1] for row in grid]");

/** A chat-completions server that always mirrors, and remembers who asked how. */
function mirrorServer(down: () => boolean = () => false) {
  const keys = new Set<string | null>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      keys.add(request.headers.get("authorization"));
      if (down()) return new Response("down for the test", { status: 503 });
      if (new URL(request.url).pathname === "/v1/models") {
        return Response.json({ object: "list", data: [{ id: "mirror", object: "model" }] });
      }
      if (request.method !== "POST") return new Response("not here", { status: 404 });
      const { n = 1, model } = await request.json();
      const choices = Array.from({ length: n }, (_, index) => ({
        index,
        message: { role: "assistant", content: MIRROR },
        finish_reason: "stop",
      }));
      const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
      return Response.json({
        id: "x",
        object: "chat.completion",
        created: 0,
        model,
        choices,
        usage,
      });
    },
  );
  return { url: `http://127.0.0.1:${server.addr.port}/v1`, keys, server };
}

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

const SMALL = [
  "--tasks",
  "sample#4",
  "--samples",
  "4",
  "--set",
  "budget.completions_per_call=2",
  "--refinements",
  "0",
  "--generations",
  "1",
];

Deno.test("--endpoint runs the same pipeline on a server; the key is sent and nowhere kept", async () => {
  const { url, keys, server } = mirrorServer();
  const line = new CommandLine({ OPENAI_API_KEY: KEY });
  const ended = await line.run(
    "soar",
    "--run",
    "a",
    "--endpoint",
    url,
    "--model",
    "mirror",
    ...SMALL,
  );
  await server.shutdown();
  assertEquals(ended.code, 0, ended.stderr);
  assertEquals([...keys], [`Bearer ${KEY}`]);
  const models = await line.run(
    "sql",
    "--json",
    "select model, count(*) n, sum(is_duplicate::int) copies from programs group by all",
  );
  const [row] = JSON.parse(models.stdout);
  assertEquals([row.model, Number(row.n), Number(row.copies)], ["mirror", 16, 12]);
  for (const text of [ended.stdout, ended.stderr, models.stdout]) assert(!text.includes(KEY));
  for (const file of filesUnder(line.runs)) {
    assert(!Deno.readTextFileSync(file).includes(KEY), file);
  }
});

Deno.test("an endpoint that goes down stops the run with exit 4; when it is back, --resume ends it", async () => {
  let answersLeft = 6;
  const { url, server } = mirrorServer(() => answersLeft-- <= 0);
  const line = new CommandLine();
  const flags = ["--endpoint", url, "--model", "mirror", "--set", "model.max_attempts=2"];
  const lost = await line.run("soar", "--run", "a", ...flags, ...SMALL);
  assertEquals(lost.code, 4, lost.stderr);
  assertStringIncludes(lost.stderr, "--resume a");
  answersLeft = Infinity;
  const resumed = await line.run("soar", "--resume", "a");
  await server.shutdown();
  assertEquals(resumed.code, 0, resumed.stderr);
  const counted = await line.run("sql", "--json", "select count(*) n from programs");
  assertEquals(Number(JSON.parse(counted.stdout)[0].n), 16);
});

const LIMITED: readonly [limit: string, requests: number, said: string][] = [
  ["budget.total_programs=6", 4, "6 of 6 programs asked for"],
  // Twelve tokens a reply, two programs each: five replies are 60.
  ["budget.total_tokens=60", 5, "nothing fits what is left after 10 programs and 60 tokens"],
  [
    "budget.total_requests=7",
    7,
    "nothing fits what is left after 14 programs and 84 tokens in 7 requests",
  ],
  // Seven completion tokens a reply at a million for each million: nine replies cost 63.
  ["budget.total_money=64", 9, "nothing fits what is left after 18 programs and 108 tokens"],
];

for (const [limit, requests, said] of LIMITED) {
  Deno.test(`${limit}: the run ends in time, votes, and says so`, async () => {
    const { url, server } = mirrorServer();
    await using _closing = server;
    const line = new CommandLine();
    const flags = [...SMALL, "--generations", "3", "--samples", "6", "--run", "a"];
    const price = ["--set", "model.price_completion=1000000"];
    const endpoint = ["--endpoint", url, "--model", "mirror", "--set", limit, ...price];
    const { code, stdout, stderr } = await line.run("soar", ...flags, ...endpoint);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `the run's budget is spent: ${said}`);
    assertEquals(stdout.match(/^ *\d+ {2}/gm)?.length, 1, "a line for the one generation");
    const journal = `${line.runs}/a/journal`;
    const replies = [...readJournal(journal)].filter(({ record }) => record.kind === "reply");
    assertEquals(replies.length, requests);
    assert(Deno.statSync(`${line.runs}/a/submission.json`).isFile);
  });
}
