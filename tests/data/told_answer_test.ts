import { assertEquals, assertRejects } from "@std/assert";
import type { Reading } from "../../data/reading.ts";
import type { QueryResult } from "../../data/store.ts";
import { bodyOf, readTold, resultText, toldBody } from "../../data/told_answer.ts";

const FAR: Reading = { bytes: 5, ofBytes: 10, ms: 7 };

/** Of so many rows, with what would end a line if it were not written as JSON. */
function resultOf(rows: number): QueryResult {
  return {
    columns: [{ name: "code", type: "VARCHAR" }],
    rows: Array.from({ length: rows }, (_, i) => [`{"reading":\n ${i} é`]),
    truncated: false,
    ms: 3,
  };
}

/** A body that comes in parts of so many bytes. */
async function inParts(body: ReadableStream<Uint8Array>, size: number) {
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.slice(at, at + size));
  return ReadableStream.from(parts);
}

for (const rows of [0, 1, 500, 501]) {
  Deno.test(`resultText() is a result of ${rows} rows as JSON`, () => {
    assertEquals(JSON.parse([...resultText(resultOf(rows))].join("")), resultOf(rows));
  });
}

for (const size of [1, 7, 1000]) {
  Deno.test(`readTold() tells the news and gives the answer, in parts of ${size} bytes`, async () => {
    const told: (Reading | null)[] = [];
    const body = toldBody((onReading) => {
      onReading(FAR);
      onReading(null);
      return Promise.resolve(resultOf(3));
    });
    const answer = await readTold(await inParts(body, size), (reading) => told.push(reading));
    assertEquals(answer, resultOf(3));
    assertEquals(told, [FAR, null]);
  });
}

Deno.test("readTold() gives an error that came instead of an answer, and one from before it", async () => {
  const failed = toldBody(() => Promise.reject(new Error("no such table")));
  assertEquals(await readTold(failed), { error: "no such table" });
  const refused = new Response('{"error":"no session"}').body!;
  assertEquals(await readTold(refused), { error: "no session" });
});

Deno.test("readTold() takes an answer without news", async () => {
  assertEquals(await readTold(bodyOf(resultText(resultOf(2)))), resultOf(2));
});

Deno.test("readTold() throws where a body is cut off", async () => {
  const cut = new Response(`{"reading":null}\n{"columns":[],"ro`).body!;
  await assertRejects(() => readTold(cut), SyntaxError);
  await assertRejects(() => readTold(new Response('{"reading":').body!), SyntaxError);
});

Deno.test("toldBody() withdraws the question when its reader goes", async () => {
  const withdrawn = Promise.withResolvers<void>();
  const body = toldBody((onReading, signal) => {
    onReading(FAR);
    signal.addEventListener("abort", () => withdrawn.resolve());
    return withdrawn.promise.then(() => {
      onReading(null);
      throw new Error("withdrawn");
    });
  });
  const reader = body.getReader();
  assertEquals((await reader.read()).done, false);
  await reader.cancel();
  await withdrawn.promise;
});
