import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { frameOf, messagesOf } from "../../data/json_frames.ts";

Deno.test("messages come out as they went in, however the bytes are cut", async () => {
  const cuts = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 });
  await fc.assert(fc.asyncProperty(fc.array(fc.jsonValue()), cuts, async (messages, sizes) => {
    const bytes = new Uint8Array(messages.flatMap((message) => [...frameOf(message)]));
    const parts: Uint8Array[] = [];
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = 1 + sizes[i % sizes.length];
      parts.push(bytes.slice(at, at += size));
    }
    const read = await Array.fromAsync(messagesOf(ReadableStream.from(parts)));
    assertEquals(read, JSON.parse(JSON.stringify(messages)));
  }));
});

Deno.test("a message that is cut off is left out", async () => {
  const bytes = [...frameOf({ a: 1 }), ...frameOf({ b: 2 }).slice(0, -1)];
  const stream = ReadableStream.from([new Uint8Array(bytes)]);
  assertEquals(await Array.fromAsync(messagesOf(stream)), [{ a: 1 }]);
});
