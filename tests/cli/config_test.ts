import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  Config,
  type ConfigSources,
  fieldPaths,
  flatConfig,
  readConfig,
} from "../../cli/config.ts";
import { endpointsOf } from "../../cli/model_config.ts";
import { UsageError } from "../../cli/usage_error.ts";

const NONE: ConfigSources = { flags: {}, set: [], environment: {}, file: null };

function withFile(text: string): ConfigSources {
  return { ...NONE, file: { path: "soar.toml", text } };
}

Deno.test("flags win over --set's fields, those over the environment, that over the file", () => {
  const file = {
    path: "soar.toml",
    text: "[budget]\nsamples = 1\nrefinements = 1\n[rex]\nc = 1\n",
  };
  const environment = { SOAR_BUDGET_SAMPLES: "2", SOAR_BUDGET_REFINEMENTS: "2" };
  const config = readConfig({
    flags: { budget: { refinements: 3 } },
    set: ["budget.samples=4"],
    environment,
    file,
  });
  assertEquals([config.budget.samples, config.budget.refinements, config.rex.c], [4, 3, 1]);
  assertEquals(readConfig({ ...NONE, environment, file }).budget.samples, 2);
});

const LIST = `
[[model]]
endpoint = "http://a/v1"
name = "m"
api_key_env = "SOAR_A_KEY"
embeddings = "embedder"
max_attempts = 2
[[model]]
endpoint = "http://b/v1"
name = "m"
`;

for (
  const [text, wanted] of [
    ["sample", "sample"],
    ['"sample"', "sample"],
    ["'sample'", "sample"],
    ['"a" and "b"', '"a" and "b"'],
    ['sample"', 'sample"'],
  ]
) {
  Deno.test(`a text field is given ${text} as ${wanted}`, () => {
    assertEquals(readConfig({ ...NONE, set: [`run.tasks=${text}`] }).run.tasks, wanted);
    const environment = { SOAR_RUN_TASKS: text };
    assertEquals(readConfig({ ...NONE, environment }).run.tasks, wanted);
  });
}

Deno.test("a variable that holds a key is no setting, whatever it is called", () => {
  const environment = { SOAR_A_KEY: "k", SOAR_B_KEY: "k", SOAR_MODEL_1_API_KEY_ENV: "SOAR_B_KEY" };
  const { models } = readConfig({ ...withFile(LIST), environment });
  assertEquals(models.map(({ api_key_env }) => api_key_env), ["SOAR_A_KEY", "SOAR_B_KEY"]);
  const single = { ...NONE, flags: { model: { endpoint: "http://a/v1", name: "m" } } };
  for (const value of ["SOAR_C_KEY", '"SOAR_C_KEY"']) {
    const { model } = readConfig({
      ...single,
      ...{ set: [`model.api_key_env=${value}`], environment: { SOAR_C_KEY: "k" } },
    });
    assertEquals(model.api_key_env, "SOAR_C_KEY");
  }
  const unnamed = () => readConfig({ ...withFile(LIST), environment: { SOAR_C_KEY: "secret" } });
  const { message } = assertThrows(unnamed, UsageError, "unknown field c.key");
  assertEquals(message.includes("secret"), false);
});

Deno.test("[[model]] says which of its endpoints has embeddings, and how often each is tried", () => {
  const embeddings = (config: Config) =>
    endpointsOf(config).map(({ embeddings, max_attempts }) => [embeddings, max_attempts]);
  assertEquals(embeddings(readConfig(withFile(LIST))), [["embedder", 2], [undefined, 6]]);
  const all = readConfig({ ...withFile(LIST), set: ["model.max_attempts=3"] });
  assertEquals(embeddings(all), [["embedder", 3], [undefined, 3]]);
  const { message } = assertThrows(
    () => readConfig({ ...withFile(LIST), set: ["model.1.max_attempts=0"] }),
    UsageError,
  );
  assertStringIncludes(message, "--set: model.1.max_attempts = 0: expected");
});

Deno.test("a configuration survives being written to run.json and read again", () => {
  const config = readConfig({ ...NONE, set: ["run.tasks=sample", "guard.measured=[]"] });
  assertEquals(Config.parse(JSON.parse(JSON.stringify(config))), config);
});

Deno.test("the paper's constants are the defaults where the budget does not forbid it", () => {
  const { model, rex, refine, budget, vote } = readConfig(NONE);
  assertEquals(
    [model.temperature, model.top_p, model.min_p, model.max_tokens, rex.c, refine.bin_cap, vote.c],
    [1, 1, 0.05, 4096, 20, 300, 1000],
  );
  assertEquals(budget.completions_per_refinement, 4);
  assertEquals(refine.parents, "rex");
});

const WRONG: [string, ConfigSources, string[]][] = [
  ["unknown field in the file", withFile("[rex]\nd = 3"), ["soar.toml", "unknown field rex.d"]],
  ["unknown section in the file", withFile("[rexx]\nc = 3"), ["soar.toml", "unknown field rexx"]],
  ["a field that is nearly one", { ...NONE, set: ["bugdet.sampels=3"] }, [
    "unknown field bugdet.sampels (did you mean budget.samples?)",
  ]],
  ["a word that is nearly one", { ...NONE, set: ["budget.policy=rerout"] }, [
    'budget.policy = "rerout": expected one of fixed, reroute (did you mean reroute?)',
  ]],
  ["a fraction for a count", { ...NONE, set: ["budget.samples=1.5"] }, ["expected a whole number"]],
  ["a text for a switch", { ...NONE, set: ["run.barriers=si"] }, ["expected true or false"]],
  ["a number too large", { ...NONE, set: ["run.generations=256"] }, ["expected at most 255"]],
  ["a section that is no table", withFile("rex = 3"), ["expected a table of fields"]],
  ["a text that is empty", withFile('[train]\nbase = ""'), [
    "expected a text, not an empty one",
  ]],
  ["unknown field by --set", { ...NONE, set: ["rex.d=3"] }, ["--set", "unknown field rex.d"]],
  ["--set without a value", { ...NONE, set: ["rex.c"] }, ["section.field=value"]],
  ["number out of bounds", { ...NONE, set: ["rex.c=-1"] }, ["--set: rex.c = -1", "more than 0"]],
  ["text for a number", { ...NONE, environment: { SOAR_REX_C: "many" } }, [
    'SOAR_REX_C: rex.c = "many"',
    "expected a number",
  ]],
  ["unknown section in the environment", {
    ...NONE,
    environment: { SOAR_BUGDET_SAMPLES: "3" },
  }, ["SOAR_BUGDET_SAMPLES", "unknown field bugdet.samples"]],
  ["a word that is no strategy", withFile('[select]\nstrategy = "best"'), [
    'soar.toml: select.strategy = "best"',
    "greedy_diverse",
  ]],
  ["TOML that does not parse", withFile("[rex"), ["soar.toml"]],
  ["an endpoint without a model", { ...NONE, flags: { model: { endpoint: "http://h/v1" } } }, [
    "--model",
  ]],
  [
    "a policy that hangs on timing, deterministic",
    { ...NONE, set: ["run.deterministic=true", "budget.policy=reroute"] },
    ["run.deterministic", "budget.policy = reroute", "fixed"],
  ],
  [
    "a policy whose tasks wait for each other, in phases",
    { ...NONE, set: ["run.barriers=true", "budget.policy=reroute"] },
    ["run.barriers", "budget.policy = reroute", "fixed"],
  ],
  [
    "a limit that hangs on timing, deterministic",
    { ...NONE, set: ["run.deterministic=true", "budget.total_tokens=1000"] },
    ["run.deterministic", "budget.total_tokens", "budget.total_programs"],
  ],
  ["a limit on money without a price", { ...NONE, set: ["budget.total_money=2"] }, [
    "budget.total_money = 2",
    "model.price_prompt",
  ]],
  ["an endpoint that is no URL", { ...NONE, flags: { model: { endpoint: "h", name: "m" } } }, [
    'flag: model.endpoint = "h"',
    "URL",
  ]],
];

for (const [name, sources, parts] of WRONG) {
  Deno.test(`configuration is refused: ${name}`, () => {
    const { message } = assertThrows(() => readConfig(sources), UsageError);
    for (const part of parts) assertStringIncludes(message, part);
  });
}

Deno.test("the flat form has every field that is set, under its path", () => {
  const flat = flatConfig(readConfig(NONE));
  assertEquals(flat["run.seed"], "1");
  for (const path of Object.keys(flat)) assertEquals(fieldPaths().includes(path), true, path);
});
