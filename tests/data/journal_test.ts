import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Journal } from "../../data/journal.ts";
import { type Damage, type Entry, placeAfter, readJournal } from "../../data/journal_reader.ts";
import { JournalError } from "../../data/journal_segment.ts";
import type { Noted } from "../../data/records.ts";

function note(message: string): Noted {
  return {
    kind: "event",
    level: "info",
    event: "test",
    generation: null,
    taskId: null,
    message,
  };
}

function messages(entries: Iterable<Entry>): string[] {
  return [...entries].map(({ record }) => record.kind === "event" ? record.message : record.kind);
}

async function write(directory: string, texts: readonly string[], segmentBytes?: number) {
  const journal = Journal.open(directory, 0, { now: () => 5, segmentBytes });
  const entries = texts.map((text) => journal.append(note(text)));
  await Promise.all(entries.map(({ written }) => written));
  await journal.close();
  return entries;
}

Deno.test("a journal gives back what was appended, in order, whatever the text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" })), async (texts) => {
      const directory = await Deno.makeTempDir();
      await write(directory, texts, 400);
      const entries = [...readJournal(directory)];
      assertEquals(messages(entries), texts);
      assertEquals(entries.map(({ record }) => record.seq), texts.map((_, i) => i + 1));
      assert(entries.every(({ record }) => record.at === 5));
      await Deno.remove(directory, { recursive: true });
    }),
    { numRuns: 30 },
  );
});

Deno.test("a record is read back by its place, in whatever segment, before it is synced", async () => {
  const directory = await Deno.makeTempDir();
  const journal = Journal.open(directory, 0, { segmentBytes: 300 });
  const places = ["a", "é".repeat(50), "c".repeat(200)].map((text) => journal.append(note(text)));
  for (const { record, location } of places) {
    assertEquals(await journal.read(location), record);
  }
  assert(places[2].location.segment > places[0].location.segment);
  await journal.close();
});

Deno.test("a torn last line is cut off and the journal goes on behind the last whole one", async () => {
  const directory = await Deno.makeTempDir();
  await write(directory, ["a", "b"]);
  const file = `${directory}/000001.jsonl`;
  await Deno.writeTextFile(file, '{"kind":"event","mess', { append: true });
  assertEquals(messages(readJournal(directory)), ["a", "b"]);
  const journal = Journal.open(directory, 2);
  await journal.append(note("c")).written;
  await journal.close();
  const damage: Damage[] = [];
  assertEquals(messages(readJournal(directory, (one) => damage.push(one))), ["a", "b", "c"]);
  assertEquals(damage, []);
});

Deno.test("a segment whose header is torn is begun anew", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/000001.jsonl`, '{"form');
  const journal = Journal.open(directory, 0);
  await journal.append(note("a")).written;
  await journal.close();
  assertEquals(messages(readJournal(directory)), ["a"]);
});

Deno.test("a flipped byte costs its own line only and is named by file and offset", async () => {
  const directory = await Deno.makeTempDir();
  const entries = await write(directory, ["a", "b", "c"]);
  const file = `${directory}/000001.jsonl`;
  const bytes = await Deno.readFile(file);
  const { offset, length } = entries[1].location;
  bytes[offset + length / 2 | 0] ^= 1;
  await Deno.writeFile(file, bytes);
  const damage: Damage[] = [];
  assertEquals(messages(readJournal(directory, (one) => damage.push(one))), ["a", "c"]);
  assertEquals(damage.map(({ file, offset }) => ({ file, offset })), [{ file, offset }]);
  assertStringIncludes(damage[0].reason, "checksum");
});

Deno.test("a follower goes on after the last record it has read", async () => {
  const directory = await Deno.makeTempDir();
  const entries = await write(directory, ["a", "b", "c"], 200);
  const place = placeAfter(entries[1].location);
  assertEquals(messages(readJournal(directory, undefined, place)), ["c"]);
});

Deno.test("a journal of another format is refused, naming the file", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/000001.jsonl`, '{"format":9}\n');
  assertThrows(() => [...readJournal(directory)], JournalError, "000001.jsonl: journal format 9");
});
