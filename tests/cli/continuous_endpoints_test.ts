/** A continuous run on several endpoints: two that take on what is fine-tuned, and one that does not. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FakeServer } from "../models/fake_server.ts";
import { CommandLine } from "./command.ts";
import { modelList, programServer } from "./program_server.ts";
import { standInTrainer } from "./stand_in_trainer.ts";

const SMALL = ["--tasks", "sample#4", "--samples", "12", "--refinements", "0"];
const FIRST = "soar-flowing-g001";
const SECOND = "soar-flowing-g002";

/** Models that a server was asked for programs, each once, in the order of the first request. */
function modelsAsked({ chats }: FakeServer): string[] {
  const asked = chats.filter(({ body }) => body.max_tokens > 16).map(({ body }) => body.model);
  return [...new Set<string>(asked)];
}

Deno.test("--continuous on several endpoints: each takes on every model before it is asked for it", async () => {
  await using a = programServer({ adapters: "vllm" });
  await using b = programServer({ adapters: "vllm" });
  await using c = programServer({ models: ["other"] });
  const line = new CommandLine();
  const file = `${line.runs}/soar.toml`;
  const list = modelList([[a, "tuned = true"], [b, "tuned = true"], [c]])
    .replace('name = "tiny"\nlabel = "c"', 'name = "other"\nlabel = "c"');
  Deno.writeTextFileSync(file, list);
  const { code, stderr } = await line.run(
    ...["soar", "--run", "flowing", "--config", file, "--continuous", "--generations", "3"],
    ...[...SMALL, "--set", "budget.completions_per_call=2", "--set", "train.base=some/base"],
    ...["--set", `train.python=${await standInTrainer(line)}`],
  );
  assertEquals(code, 0, stderr);

  // An adapter that is not loaded is refused, and its folder is named before it is asked for.
  const models = `${line.runs}/flowing/models`;
  for (const server of [a, b]) {
    assertEquals([...server.adapters], [[FIRST, `${models}/g001`], [SECOND, `${models}/g002`]]);
    const asked = modelsAsked(server);
    assertEquals(asked.filter((name) => ![FIRST, SECOND].includes(name)), ["tiny"]);
    assert(asked.includes(FIRST) || asked.includes(SECOND), asked.join());
  }
  assertEquals([modelsAsked(c), c.adapters.size], [["other"], 0]);

  const rows = async (sql: string) => {
    const { stdout } = await line.run("sql", sql, "--run", "flowing", "--json");
    return JSON.parse(stdout);
  };
  assertEquals(
    await rows(
      "SELECT generation, count(*)::INT AS calls, count(error)::INT AS failed, " +
        "max(staleness) <= 1 AS bounded FROM llm_calls GROUP BY generation ORDER BY generation",
    ),
    [0, 1, 2].map((generation) => ({ generation, calls: 24, failed: 0, bounded: true })),
  );
  assertEquals(
    await rows(
      "SELECT bool_and(model = CASE WHEN endpoint = 'c' THEN 'other' " +
        "WHEN model_generation = 0 THEN 'tiny' " +
        "ELSE format('soar-flowing-g{:03d}', model_generation) END) AS named, " +
        "count(DISTINCT endpoint)::INT AS endpoints FROM llm_calls",
    ),
    [{ named: true, endpoints: 3 }],
  );
  const told = await rows("SELECT message FROM events WHERE kind = 'model_taken_on' ORDER BY seq");
  assertEquals(told.length, 2);
  assertStringIncludes(told[0].message, `${FIRST}, other is asked from here on`);
  assertStringIncludes(told[1].message, `${SECOND}, other is asked from here on`);
});
