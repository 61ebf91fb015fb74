import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Journal } from "../../data/journal.ts";
import { type Damage, placeAfter, readJournal } from "../../data/journal_reader.ts";
import { JournalError, startSegment } from "../../data/journal_segment.ts";
import { flip, journalOf, messages, note, readAll } from "./journal_of.ts";

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

Deno.test("a journal of another format is refused, naming the file and the way out", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/000001.jsonl`, '{"format":9}\n');
  const message = "000001.jsonl: journal format 9, this version reads 1 to 2; use the version";
  assertThrows(() => [...readJournal(directory)], JournalError, message);
  assertThrows(() => Journal.open(directory, 0), JournalError, message);
});

Deno.test("a journal of format 1 is read, and goes on", async () => {
  const directory = await journalOf(["a", "b"].map(note));
  const file = `${directory}/000001.jsonl`;
  const [, ...lines] = Deno.readTextFileSync(file).split("\n");
  Deno.writeTextFileSync(file, ['{"format":1,"segment":1}', ...lines].join("\n"));
  await journalOf([note("c")], { directory });
  const { entries, damages } = readAll(directory);
  assertEquals([messages(entries), damages], [["a", "b", "c"], []]);
});

Deno.test("a flipped byte in a segment's header costs no record", async () => {
  const directory = await journalOf(["a", "b"].map(note));
  const file = `${directory}/000001.jsonl`;
  const header = Deno.readTextFileSync(file).indexOf("\n");
  for (let at = 0; at < header; at++) {
    flip(file, at);
    const { entries, damages } = readAll(directory);
    assertEquals([messages(entries), damages.map(({ offset }) => offset)], [["a", "b"], [0]]);
    flip(file, at);
  }
});

Deno.test("a clock that goes backwards changes the times and nothing else", async () => {
  const times = [1000, 10, 500, 500, -1];
  let i = 0;
  const directory = await journalOf(["a", "b", "c", "d", "e"].map(note), {
    now: () => times[i++],
  });
  const { entries, damages } = readAll(directory);
  assertEquals([messages(entries), damages], [["a", "b", "c", "d", "e"], []]);
  assertEquals(entries.map(({ record }) => record.seq), [1, 2, 3, 4, 5]);
  assertEquals(entries.map(({ record }) => record.at), times);
});

Deno.test("a full disk is told of, and nothing acknowledged is lost", async () => {
  const directory = Deno.makeTempDirSync();
  const journal = Journal.open(directory, 0, {
    segmentBytes: 400,
    startSegment: (folder, segment) => {
      const file = startSegment(folder, segment);
      return segment === 1 ? file : onFullDisk(file, 20);
    },
  });
  const kept = ["a", "b"].map((text) => journal.append(note(text)));
  await Promise.all(kept.map(({ written }) => written));
  const [lost, alsoLost] = ["c".repeat(300), "d"].map((text) => journal.append(note(text)));
  const full = "the disk is full; all that was acknowledged before is kept";
  await assertRejects(() => lost.written, JournalError, full);
  await assertRejects(() => alsoLost.written, JournalError, full);
  assertThrows(() => journal.append(note("e")), JournalError, full);
  await assertRejects(() => journal.close(), JournalError, full);
  assertEquals(messages(readJournal(directory)), ["a", "b"]);
  await journalOf([note("c")], { directory });
  assertEquals(messages(readJournal(directory)), ["a", "b", "c"]);
});

/** A file that takes so many bytes more, as a disk that fills up does. */
function onFullDisk(file: Deno.FsFile, left: number): Deno.FsFile {
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  return new Proxy(file, {
    get: (target, name) => {
      if (name === "write") {
        return (bytes: Uint8Array) => {
          if (left === 0) return Promise.reject(full);
          const part = bytes.subarray(0, left);
          left -= part.length;
          return target.write(part);
        };
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
