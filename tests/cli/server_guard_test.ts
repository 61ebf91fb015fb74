import { assertEquals, assertMatch } from "@std/assert";
import { SOLVES } from "../actors/recorded.ts";
import { served } from "./served_run.ts";

/** What a page of another origin can send, with what its browser adds; `token` is not known to it. */
const PAGES: readonly [
  name: string,
  request: (port: number, token: string) => {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
  },
][] = [
  ["fetches", (port) => ({
    method: "GET",
    path: "/candidates?last=9",
    headers: { host: `127.0.0.1:${port}`, origin: "https://evil.example" },
  })],
  ["embeds as a picture or script, which sends no Origin", (port) => ({
    method: "GET",
    path: "/metrics",
    headers: { host: `127.0.0.1:${port}`, "sec-fetch-site": "cross-site" },
  })],
  ["navigates to, the token guessed into the URL", (port, token) => ({
    method: "GET",
    path: `/candidates?last=9&token=${token}&authorization=Bearer%20${token}`,
    headers: { host: `127.0.0.1:${port}` },
  })],
  ["makes its own name point here (rebinding), with a stolen token", (port, token) => ({
    method: "GET",
    path: "/candidates?last=9",
    headers: { host: `evil.example:${port}`, authorization: `Bearer ${token}` },
  })],
  ["asks to be allowed (preflight)", (port) => ({
    method: "OPTIONS",
    path: "/sql",
    headers: {
      host: `127.0.0.1:${port}`,
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  })],
  ["posts as a form does, in plain text", (port) => ({
    method: "POST",
    path: "/sql",
    headers: {
      host: `127.0.0.1:${port}`,
      origin: "https://evil.example",
      "content-type": "text/plain",
    },
    body: '{"sql":"FROM programs"}',
  })],
  ["posts from a page without an origin", (port) => ({
    method: "POST",
    path: "/sql",
    headers: { host: `127.0.0.1:${port}`, origin: "null", "content-type": "application/json" },
    body: '{"sql":"FROM programs"}',
  })],
  ["sends the token as a cookie", (port, token) => ({
    method: "GET",
    path: "/candidates?last=9",
    headers: { host: `127.0.0.1:${port}`, cookie: `token=${token}; authorization=Bearer ${token}` },
  })],
];

Deno.test("a hostile web page gets nothing, whatever it", async (t) => {
  await using run = await served();
  await run.recorded.program({ taskId: "a", code: "CANARY" }, SOLVES);
  const { port, token } = run.server;
  for (const [name, requestOf] of PAGES) {
    await t.step(name, async () => {
      const { method, path, headers, body = "" } = requestOf(port, token);
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const length = body === "" ? {} : { "content-length": String(body.length) };
      const lines = Object.entries({ connection: "close", ...headers, ...length })
        .map((pair) => pair.join(": "));
      const text = [`${method} ${path} HTTP/1.1`, ...lines, "", body].join("\r\n");
      await connection.write(new TextEncoder().encode(text));
      const answer = (await new Response(connection.readable).text()).toLowerCase();
      assertMatch(answer, /^http\/1\.1 40[13] /);
      for (const leak of ["access-control-", "canary", "programs", "set-cookie", token]) {
        assertEquals(answer.includes(leak), false, answer);
      }
    });
  }
});
