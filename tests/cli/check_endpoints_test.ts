import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkEndpoints } from "../../cli/check_endpoints.ts";
import { readConfig } from "../../cli/config.ts";
import { FakeServer } from "../models/fake_server.ts";
import { modelList } from "./program_server.ts";

Deno.test("doctor asks each configured endpoint, and names what is wrong with which", async () => {
  await using a = new FakeServer({ honoursN: false });
  await using b = new FakeServer({ key: "needed" });
  const text = modelList([[a], [b], [b, 'api_key_env = "SOAR_NO_SUCH_KEY"']]);
  const file = { path: "soar.toml", text };
  const config = readConfig({ flags: {}, set: [], environment: {}, file });
  const lines: string[] = [];
  await checkEndpoints(config, (...line) => lines.push(line.join(" ")));
  lines.sort();
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[0], "failed endpoint b: ");
  assertStringIncludes(lines[0], "401");
  assertStringIncludes(lines[1], "failed endpoint c: model.2.api_key_env");
  assertStringIncludes(lines[2], "warning endpoint a: ");
  assertStringIncludes(lines[2], "n is not honoured");
});
