import { assertEquals } from "@std/assert";
import { placeAfter } from "../../data/journal_reader.ts";
import { ReadingMeter } from "../../data/reading_meter.ts";
import { filesOf, journalOf, note, readAll } from "./journal_of.ts";

const NOTES = Array.from({ length: 40 }, (_, i) => note(`note ${i}`));

/** Bytes of the notes' lines, however their segments are kept. */
function linesOf(directory: string): number {
  return readAll(directory).entries.reduce((sum, { location }) => sum + location.length + 1, 0);
}

for (const [name, pack] of [["plain", false], ["packed", true]] as const) {
  Deno.test(`ReadingMeter.at() rises to all bytes over ${name} segments`, async () => {
    const directory = await journalOf(NOTES, { segmentBytes: 1200, pack });
    assertEquals(filesOf(directory).some((file) => file.endsWith(".zst")), pack);
    const { entries } = readAll(directory);
    const meter = new ReadingMeter(directory, { segment: 0, offset: 0 }, () => 0);
    assertEquals(meter.at(null).bytes, 0);
    const read = entries.map(({ location }) => meter.at(placeAfter(location)).bytes);
    assertEquals(read, [...new Set(read)].sort((a, b) => a - b), "it rises with every record");
    const { bytes, ofBytes } = meter.at(placeAfter(entries.at(-1)!.location));
    assertEquals(bytes, ofBytes);
    // Beside the records' lines there is a header in each segment.
    const headers = ofBytes - linesOf(directory);
    assertEquals(headers > 0 && headers < 100 * filesOf(directory).length, true, `${headers}`);
  });
}

Deno.test("ReadingMeter.at() counts what is new from where a reading goes on, with its time", async () => {
  const directory = await journalOf(NOTES.slice(0, 4));
  const before = readAll(directory).entries.at(-1)!;
  await journalOf(NOTES.slice(4, 6), { directory });
  let clock = 100;
  const meter = new ReadingMeter(directory, placeAfter(before.location), () => clock);
  const [one, two] = readAll(directory).entries.slice(4).map(({ location }) => location);
  const ofBytes = one.length + two.length + 2;
  assertEquals(meter.at(null), { bytes: 0, ofBytes, ms: 0 });
  clock = 130;
  assertEquals(meter.at(placeAfter(one)), { bytes: one.length + 1, ofBytes, ms: 30 });
  assertEquals(meter.at(placeAfter(two)), { bytes: ofBytes, ofBytes, ms: 30 });
  // A journal that has grown since is no further than read.
  assertEquals(meter.at({ segment: 1, offset: two.offset + 10_000 }).bytes, ofBytes);
  assertEquals(meter.at({ segment: 2, offset: 10 }).bytes, ofBytes);
});
