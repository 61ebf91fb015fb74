import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fieldPaths, flatConfig, readConfig } from "../../cli/config.ts";
import { configTemplate } from "../../cli/config_template.ts";
import { newConfig } from "../../cli/new.ts";
import { UsageError } from "../../cli/usage_error.ts";

const NOTHING = { flags: {}, set: [], environment: {} };

Deno.test("the template has every field of the configuration, under its section", () => {
  const found: string[] = [];
  let section = "";
  for (const line of configTemplate().split("\n")) {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const field = /^# (\w+) =/.exec(line)?.[1];
    if (field) found.push(`${section}.${field}`);
  }
  assertEquals(found.toSorted(), fieldPaths().toSorted());
});

Deno.test("the template changes nothing, and neither do its defaults when they are taken", () => {
  const defaults = flatConfig(readConfig({ ...NOTHING, file: null }));
  const taken = configTemplate().replaceAll(/^# (\w+ = .+)$/gm, "$1");
  for (const text of [configTemplate(), taken]) {
    const config = readConfig({ ...NOTHING, file: { path: "soar.toml", text } });
    assertEquals(flatConfig(config), defaults);
  }
  assertStringIncludes(taken, "\nsamples = 30\n");
});

Deno.test("new writes the file once, and never over another", () => {
  const file = `${Deno.makeTempDirSync()}/soar.toml`;
  newConfig(file);
  assertEquals(Deno.readTextFileSync(file), configTemplate());
  Deno.writeTextFileSync(file, "mine");
  assertThrows(() => newConfig(file), UsageError, "exists");
  assertEquals(Deno.readTextFileSync(file), "mine");
});
