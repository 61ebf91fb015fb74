/**
 * Keys of endpoints come from the environment and go into request headers, and nowhere else: a run
 * with a key of its own for each endpoint is searched, all that it wrote and showed, and the command
 * lines of all processes while it ran.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PYTHON } from "../python.ts";
import { openProcessTable } from "../sandbox/process_table.ts";
import { CommandLine } from "./command.ts";
import { modelList, programServer } from "./program_server.ts";

// One looks like a setting.
const KEYS = { SOAR_CANARY_A: "sk-canary-a-7d1e/+=", CANARY_KEY_B: "sk-canary-b-93fc.~" };
const RUN = ["soar", "--run", "keyed", "--tasks", "sample#4", "--generations", "2"];
const SMALL = ["--samples", "8", "--refinements", "4", "--set", "budget.completions_per_call=2"];

/** Forms in which a key may lie about: as it is, in URLs, in JSON of JSON, in base64. */
function formsOf(key: string): string[] {
  return [
    key,
    key.slice(0, 12),
    encodeURIComponent(key),
    JSON.stringify(JSON.stringify(key)).slice(2, -2),
    btoa(key).replaceAll("=", ""),
    btoa(`Bearer ${key}`).replaceAll("=", ""),
  ];
}

function assertNoKey(text: string, where: string): void {
  for (const form of Object.values(KEYS).flatMap(formsOf)) {
    assert(!text.includes(form), `a key is in ${where}`);
  }
}

/** Files of a folder, as bytes read as Latin-1, so that binary ones can be searched too. */
function* filesUnder(folder: string): Generator<readonly [path: string, text: string]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesUnder(path);
    else yield [path, new TextDecoder("latin1").decode(Deno.readFileSync(path))];
  }
}

Deno.test({
  name: "keys are in no log, journal, run file, error, query or process list",
  // The process table is Linux's.
  ignore: Deno.build.os !== "linux",
  fn: keysAreNowhere,
});

async function keysAreNowhere(): Promise<void> {
  await using a = programServer({ key: KEYS.SOAR_CANARY_A });
  await using b = programServer({ key: KEYS.CANARY_KEY_B });
  const line = new CommandLine(KEYS);
  const file = `${line.runs}/soar.toml`;
  Deno.writeTextFileSync(
    file,
    modelList([
      [a, 'api_key_env = "SOAR_CANARY_A"', "timeout_s = 5"],
      [b, 'api_key_env = "CANARY_KEY_B"', "timeout_s = 5"],
    ]),
  );
  const flags = [...RUN, "--config", file, ...SMALL, "--set", "model.max_attempts=1"];
  // Servers that repeat the header they were sent, in errors of every kind.
  const echo = (status: number, key: string) => {
    const body = JSON.stringify({ error: { message: JSON.stringify({ sent: `Bearer ${key}` }) } });
    return { kind: "status", status, body } as const;
  };
  await using table = openProcessTable(PYTHON);
  const { ended } = line.start(...flags);
  let over = false;
  void ended.then(() => over = true);
  while (!over && !(a.chats.length > 5 && b.chats.length > 5)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // It goes on, and waits, while its processes are looked at.
  a.outage = b.outage = { kind: "silent" };
  const commands = (await table.look("canary")).map(({ command }) => command);
  assert(commands.some((command) => command.includes("--run keyed")), "the run is seen");
  for (const command of commands) assertNoKey(command, `the command line ${command}`);
  a.outage = echo(503, KEYS.SOAR_CANARY_A);
  b.outage = echo(401, KEYS.CANARY_KEY_B);
  const lost = await ended;
  assertEquals(lost.code, 4, lost.stderr);
  assertStringIncludes(lost.stderr, "[key]");
  a.outage = b.outage = null;
  b.faults.push(echo(400, KEYS.CANARY_KEY_B), { kind: "broken" });
  const resumed = await line.run("soar", "--resume", "keyed");
  assertEquals(resumed.code, 0, resumed.stderr);
  const refused = programServer({ key: "another" });
  await using _refused = refused;
  Deno.writeTextFileSync(file, modelList([[refused, 'api_key_env = "SOAR_CANARY_A"']]));
  const wrong = await line.run(...flags.with(2, "wrong"));
  assertEquals(wrong.code, 4, wrong.stderr);
  const queries = [
    ...["FROM runs", "FROM events", "FROM llm_calls", "FROM run_config", "FROM programs"],
  ];
  for (const query of queries) {
    const { stdout, stderr } = await line.run("sql", query, "--run", "keyed", "--json");
    assertNoKey(stdout + stderr, `the answer to ${query}`);
  }
  for (const { stdout, stderr } of [lost, resumed, wrong]) assertNoKey(stdout + stderr, "output");
  for (const [path, text] of filesUnder(line.runs)) assertNoKey(text, path);
  assertEquals(new Set([a, b].map(({ chats }) => chats.length > 0)), new Set([true]));
  const sent = (server: typeof a) =>
    new Set(server.requests.map(({ headers }) => headers.get("authorization")));
  assertEquals([sent(a), sent(b)], Object.values(KEYS).map((key) => new Set([`Bearer ${key}`])));
}

Deno.test("a key that is not set, or given in place of its variable's name, is wrong use", async () => {
  await using a = programServer();
  const line = new CommandLine();
  const file = `${line.runs}/soar.toml`;
  const begin = async (...fields: string[]) => {
    Deno.writeTextFileSync(file, modelList([[a, ...fields]]));
    const { code, stderr } = await line.run(...RUN, "--config", file, ...SMALL);
    assertEquals(code, 2, stderr);
    return stderr;
  };
  assertStringIncludes(await begin('api_key_env = "SOAR_NO_KEY"'), "SOAR_NO_KEY is not set");
  const given = await begin('api_key_env = "sk-canary-in-the-file"');
  assertStringIncludes(given, "model.0.api_key_env");
  assert(!given.includes("sk-canary"), given);
  const url = a.baseUrl.replace("//", "//me:sk-canary@");
  Deno.writeTextFileSync(file, "");
  const inUrl = await line.run(...RUN, "--config", file, "--endpoint", url, "--model", "tiny");
  assertEquals(inUrl.code, 2);
  assert(!inUrl.stderr.includes("sk-canary"), inUrl.stderr);
  assertEquals(a.requests.length, 0);
});
