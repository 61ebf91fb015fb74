import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkEndpoint } from "../../cli/endpoint_check.ts";
import { FakeServer, type FakeServerOptions } from "../models/fake_server.ts";

Deno.test("without an endpoint the embedded model is asked", async () => {
  const { level, detail } = await checkEndpoint({}, null);
  assertEquals(level, "ok");
  assertStringIncludes(detail, "embedded");
});

const SERVERS: readonly [what: string, options: FakeServerOptions, level: string, said: string][] =
  [
    ["one that can do all", {}, "ok", "/v1: "],
    ["one without min_p", { refusesMinP: true }, "warning", "make do without min_p"],
    ["one that wants a key", { key: "k" }, "failed", "set OPENAI_API_KEY"],
  ];

for (const [what, options, level, said] of SERVERS) {
  Deno.test(`an endpoint is checked by asking it: ${what}`, async () => {
    await using server = new FakeServer(options);
    const found = await checkEndpoint({ endpoint: server.baseUrl, name: "tiny" }, null);
    assertEquals(found.level, level, found.detail);
    assertStringIncludes(found.detail, said);
  });
}
