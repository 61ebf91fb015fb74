import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { decodeLine, encodeLine } from "../../data/journal_line.ts";
import type { JournalRecord } from "../../data/records.ts";

function noted(message: string): JournalRecord {
  return {
    seq: 1,
    at: 5,
    kind: "event",
    level: "info",
    event: "test",
    generation: null,
    taskId: null,
    message,
  };
}

const texts = fc.string({ unit: "grapheme" });
const lineOf = (text: string) => encodeLine(noted(text)).slice(0, -1);

Deno.test("a journal line is one line of JSON that gives its record back", () => {
  fc.assert(fc.property(texts, (text) => {
    const line = encodeLine(noted(text));
    assertEquals([line.indexOf(10), line.at(-1)], [line.length - 1, 10]);
    const { crc, ...record } = JSON.parse(new TextDecoder().decode(line));
    assertEquals(record, noted(text));
    assertMatch(crc, /^[0-9a-f]{8}$/);
    assertEquals(decodeLine(line.slice(0, -1)), noted(text));
  }));
});

Deno.test("any one flipped bit of a line is found", () => {
  fc.assert(fc.property(texts, fc.nat(), fc.nat({ max: 7 }), (text, at, bit) => {
    const line = lineOf(text);
    line[at % line.length] ^= 1 << bit;
    assertEquals(typeof decodeLine(line), "string");
  }));
});

Deno.test("a line that was cut anywhere is found", () => {
  fc.assert(fc.property(texts, fc.nat(), (text, at) => {
    const line = lineOf(text);
    assertEquals(typeof decodeLine(line.slice(0, at % line.length)), "string");
  }));
});

Deno.test("bytes that are no UTF-8 are damage, not an error", () => {
  assertEquals(
    decodeLine(new Uint8Array(40).fill(0xff)),
    "no checksum at the end of the line",
  );
});
