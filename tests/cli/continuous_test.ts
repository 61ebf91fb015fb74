/** A continuous run of the embedded model, as SQL shows it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CommandLine } from "./command.ts";

const SMALL = ["--tasks", "sample#4", "--samples", "6", "--refinements", "2"];

Deno.test("soar --continuous says in SQL how far behind each request's model was", async () => {
  const line = new CommandLine();
  const { code, stderr } = await line.run(
    ...["soar", "--run", "flowing", "--continuous", "--generations", "3", ...SMALL],
  );
  assertEquals(code, 0, stderr);
  const sql = "SELECT generation, min(staleness)::INT AS least, max(staleness)::INT AS most, " +
    "bool_and(model = format('embedded-g{:03d}', model_generation)) AS named " +
    "FROM llm_calls GROUP BY generation ORDER BY generation";
  const { stdout } = await line.run("sql", sql, "--json");
  const rows: { generation: number; least: number; most: number; named: boolean }[] = JSON.parse(
    stdout,
  );
  assertEquals(rows.map(({ generation }) => generation), [0, 1, 2]);
  assert(rows.every(({ least, most, named }) => least >= 0 && most <= 1 && named), stdout);
  assertEquals(rows[0].most, 0);
  const { stdout: told } = await line.run(
    ...["sql", "SELECT count(*)::INT AS n FROM events WHERE kind = 'model_taken_on'", "--json"],
  );
  assertEquals(JSON.parse(told), [{ n: 2 }]);
  const replayed = await line.run("soar", "--replay", "flowing", "--run", "again");
  assertEquals(replayed.code, 2);
  assertStringIncludes(replayed.stderr, "run.replay = flowing: it was continuous");
});

Deno.test("--continuous is refused beside what it contradicts", async () => {
  const line = new CommandLine();
  for (const flag of ["--deterministic", "--barriers"]) {
    const { code, stderr } = await line.run("soar", "--continuous", flag, ...SMALL);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `run.continuous = true and run.${flag.slice(2)} = true`);
  }
});
