import { assertEquals } from "@std/assert";
import { readServerEvents } from "../../cli/server_events.ts";

Deno.test("server-sent events are read whatever the pieces they come in", async () => {
  const text = 'id: 1\ndata: {"a":1}\n\nevent: gap\ndata: x\ndata: y\n\n: comment\n\ndata: é\n\n';
  const expected = [
    { event: "message", data: '{"a":1}' },
    { event: "gap", data: "x\ny" },
    { event: "message", data: "é" },
  ];
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 3, 7, bytes.length]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) controller.enqueue(bytes.slice(i, i + size));
        controller.close();
      },
    });
    assertEquals(await Array.fromAsync(readServerEvents(body)), expected, `pieces of ${size}`);
  }
});
