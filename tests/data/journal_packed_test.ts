import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Journal } from "../../data/journal.ts";
import { JournalReader, placeAfter, readJournal } from "../../data/journal_reader.ts";
import { JournalError } from "../../data/journal_segment.ts";
import { filesOf, flip, journalOf, messages, note, readAll } from "./journal_of.ts";

/** Notes of some 1,000 bytes each that hardly shrink: several blocks a segment. */
function notes(count: number): string[] {
  let state = 1;
  const digit = () => (state = Math.imul(state, 48271) >>> 0) % 36;
  return Array.from({ length: count }, (_, i) => {
    let text = `${i} `;
    while (text.length < 900) text += digit().toString(36);
    return text;
  });
}

const TEXTS = notes(1500);

/** A journal of two packed segments and an open one. */
function packed(): Promise<string> {
  return journalOf(TEXTS.map(note), { segmentBytes: 600_000 });
}

Deno.test("closed segments are packed, and read as they were written", async () => {
  const directory = await packed();
  assertEquals(filesOf(directory), ["000001.jsonl.zst", "000002.jsonl.zst", "000003.jsonl"]);
  const { entries, damages } = readAll(directory);
  assertEquals([messages(entries), damages], [TEXTS, []]);
  assertEquals(entries.map(({ record }) => record.seq), TEXTS.map((_, i) => i + 1));
  const plain = await journalOf(TEXTS.map(note), { segmentBytes: 600_000, pack: false });
  const places = (from: string) => readAll(from).entries.map(({ location }) => location);
  assertEquals(places(directory), places(plain));
});

Deno.test("a record of a packed segment is read by its place", async () => {
  const directory = await packed();
  const { entries } = readAll(directory);
  using reader = new JournalReader(directory);
  const index = fc.nat({ max: entries.length - 1 });
  fc.assert(fc.property(index, (i) => {
    assertEquals(reader.read(entries[i].location), entries[i].record);
  }));
});

Deno.test("a follower goes on from any place, packed or not", async () => {
  const directory = await packed();
  const { entries } = readAll(directory);
  for (const i of [0, 1, 299, 650, 651, 1300, 1499]) {
    const rest = readJournal(directory, undefined, placeAfter(entries[i].location));
    assertEquals(messages(rest), TEXTS.slice(i + 1));
  }
});

Deno.test("a flipped byte costs its block, named by file and offset; the rest is read", async () => {
  const directory = await packed();
  const file = `${directory}/000001.jsonl.zst`;
  const { size } = Deno.statSync(file);
  // In the first block's head, in its frame, in a later frame, in the last byte.
  for (const at of [3, 9, 14, 21, 2000, size >> 1, size - 1]) {
    flip(file, at);
    const { entries, damages } = readAll(directory);
    assertEquals(damages.map((damage) => damage.file), [file], `at ${at}`);
    const read = messages(entries);
    assert(read.length > 800 && read.length < TEXTS.length, `${read.length} at ${at}`);
    // What is read is what was written, in order, and what is lost is in one piece.
    const lost = TEXTS.filter((text) => !read.includes(text));
    const from = TEXTS.indexOf(lost[0]);
    assertEquals(read, TEXTS.toSpliced(from, lost.length));
    flip(file, at);
  }
  assertEquals(messages(readAll(directory).entries), TEXTS);
});

Deno.test("a damaged block does not hide records of others from being read by place", async () => {
  const directory = await packed();
  const { entries } = readAll(directory);
  for (const at of [3, 14, 21, 2000]) {
    flip(`${directory}/000001.jsonl.zst`, at);
    using reader = new JournalReader(directory);
    assertThrows(() => reader.read(entries[0].location), JournalError, "segment 1, offset");
    assertEquals(reader.read(entries[600].location), entries[600].record);
    flip(`${directory}/000001.jsonl.zst`, at);
  }
});

Deno.test("a packed segment that was cut off gives its whole blocks", async () => {
  const directory = await packed();
  const file = `${directory}/000002.jsonl.zst`;
  Deno.truncateSync(file, Deno.statSync(file).size >> 1);
  const { entries, damages } = readAll(directory);
  assertEquals(damages.map((damage) => damage.file), [file]);
  assert(entries.length > 900 && entries.length < 1500);
});

Deno.test("segments that an earlier process left unpacked are packed by the next", async () => {
  const directory = await journalOf(TEXTS.map(note), { segmentBytes: 600_000, pack: false });
  assertEquals(filesOf(directory), ["000001.jsonl", "000002.jsonl", "000003.jsonl"]);
  Deno.writeTextFileSync(`${directory}/000001.jsonl.zst.tmp`, "left by a crash");
  await Journal.open(directory, TEXTS.length).close();
  assertEquals(filesOf(directory), ["000001.jsonl.zst", "000002.jsonl.zst", "000003.jsonl"]);
  assertEquals(messages(readAll(directory).entries), TEXTS);
});

Deno.test("a segment that was packed and not yet removed is read once", async () => {
  const directory = await packed();
  const plain = await journalOf(TEXTS.map(note), { segmentBytes: 600_000, pack: false });
  Deno.copyFileSync(`${plain}/000001.jsonl`, `${directory}/000001.jsonl`);
  assertEquals(messages(readAll(directory).entries), TEXTS);
  await Journal.open(directory, TEXTS.length).close();
  assertEquals(filesOf(directory)[0], "000001.jsonl.zst");
});

Deno.test("a journal whose last segment is packed goes on in a new one", async () => {
  const directory = await packed();
  Deno.removeSync(`${directory}/000003.jsonl`);
  const before = messages(readAll(directory).entries);
  await journalOf([note("more")], { directory });
  assertEquals(messages(readAll(directory).entries), [...before, "more"]);
});
