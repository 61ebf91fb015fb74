import { assertEquals, assertMatch } from "@std/assert";
import { type DashServer, serveDash } from "../../cli/dash_server.ts";
import { makeRun } from "./made_run.ts";

/** A request as it goes over the wire; fetch would not send these headers. */
async function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = "",
): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const length = body === "" ? {} : { "content-length": String(body.length) };
  const lines = Object.entries({
    connection: "close",
    host: `127.0.0.1:${port}`,
    ...headers,
    ...length,
  })
    .map((pair) => pair.join(": "));
  const text = [`${method} ${path} HTTP/1.1`, ...lines, "", body].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

const JSON_TYPE = { "content-type": "application/json" };

/** What its own page does with the token of the address. */
async function sessionOf(server: DashServer): Promise<{ port: number; cookie: string }> {
  const { port, hash } = new URL(server.url);
  const body = JSON.stringify({ token: hash.slice("#token=".length) });
  const answer = await send(Number(port), "POST", "/session", JSON_TYPE, body);
  assertMatch(answer, /set-cookie: [^\r]*; HttpOnly; SameSite=Strict/);
  return { port: Number(port), cookie: /set-cookie: ([^;]+)/.exec(answer)![1] };
}

Deno.test("the dashboard's server answers its own page alone", async (t) => {
  await using run = await makeRun(Deno.makeTempDirSync());
  const server = await serveDash(run.directory);
  const { port, cookie } = await sessionOf(server);
  const question = '{"sql":"SELECT count(*) AS n FROM programs"}';
  const own = { ...JSON_TYPE, cookie, origin: `http://127.0.0.1:${port}` };
  const asked = await send(port, "POST", "/sql", own, question);
  assertMatch(asked, /^HTTP\/1\.1 200 [\s\S]*"rows":\[\[5\]\]/);
  const refused: [string, string, string, Record<string, string>, string?][] = [
    ["without a session", "POST", "/sql", JSON_TYPE, question],
    [
      "with a wrong one",
      "POST",
      "/sql",
      { ...JSON_TYPE, cookie: `soar_dash_${port}=x` },
      question,
    ],
    ["without a session, for events", "GET", "/candidates?last=9", {}],
    ["without a session, to steer", "POST", "/control", JSON_TYPE, '{"action":"pause"}'],
    ["from another site", "POST", "/sql", { ...own, origin: "https://evil.example" }, question],
    ["from no site", "POST", "/control", { ...own, origin: "null" }, '{"action":"pause"}'],
    ["as a picture", "GET", "/state", { cookie, "sec-fetch-site": "cross-site" }],
    ["from another port", "GET", "/state", { cookie, "sec-fetch-site": "same-site" }],
    ["by another name (rebinding)", "GET", "/state", { cookie, host: `evil.example:${port}` }],
    ["the page, by another name", "GET", "/", { host: `evil.example:${port}` }],
    ["as a form", "POST", "/sql", { cookie, "content-type": "text/plain" }, question],
    ["with a guessed token", "POST", "/session", JSON_TYPE, '{"token":"guess"}'],
  ];
  for (const [name, method, path, headers, body] of refused) {
    await t.step(`refuses what is asked ${name}`, async () => {
      const answer = await send(port, method, path, headers, body);
      assertMatch(answer, /^HTTP\/1\.1 (401|403|415) /);
      for (const leak of ["set-cookie", "access-control-", "rows", run.token]) {
        assertEquals(answer.includes(leak), false, answer);
      }
    });
  }
  await server.close();
});
