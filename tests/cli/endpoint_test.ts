import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
