/**
 * Reading a journal: all of it in order, or one record at its place.
 *
 * Another process may be writing meanwhile: only whole lines are read.
 *
 * @module
 */
import { decodeLine } from "./journal_line.ts";
import {
  checkHeader,
  JournalError,
  linesOf,
  segmentNumbers,
  segmentPath,
} from "./journal_segment.ts";
import type { JournalRecord } from "./records.ts";

/** Where a record stands. */
export interface Location {
  /** Segment number, from 1. */
  readonly segment: number;
  /** Byte offset of the line in its segment. */
  readonly offset: number;
  /** Bytes of the line without its line feed. */
  readonly length: number;
}

/** A record and where it stands. */
export interface Entry {
  readonly record: JournalRecord;
  readonly location: Location;
}

/** A line that cannot be trusted. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly reason: string;
}

/**
 * Reads a journal from its start, or from a place reached before.
 *
 * @param from segment and byte offset to go on from
 * @param onDamage told of each line that is passed over; a torn last line is not damage
 * @throws JournalError when a segment has another format version
 */
export function* readJournal(
  directory: string,
  onDamage: (damage: Damage) => void = () => {},
  from: { segment: number; offset: number } = { segment: 0, offset: 0 },
): Generator<Entry> {
  for (const segment of segmentNumbers(directory)) {
    if (segment < from.segment) continue;
    const file = segmentPath(directory, segment);
    const start = segment === from.segment ? from.offset : 0;
    for (const { bytes, offset } of linesOf(file, start)) {
      if (offset === 0) {
        checkHeader(file, bytes);
        continue;
      }
      const decoded = decodeLine(bytes);
      if (typeof decoded === "string") onDamage({ file, offset, reason: decoded });
      else yield { record: decoded, location: { segment, offset, length: bytes.length } };
    }
  }
}

/** The place after the last whole line of a journal: where a follower goes on. */
export function placeAfter(location: Location): { segment: number; offset: number } {
  return { segment: location.segment, offset: location.offset + location.length + 1 };
}

/** Reads one record from an open segment. @throws JournalError when it is damaged */
function readAt(file: Deno.FsFile, { segment, offset, length }: Location): JournalRecord {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let got = 0; got < length;) {
    const n = file.readSync(bytes.subarray(got));
    if (n === null) throw new JournalError(`segment ${segment}, offset ${offset}: line is cut off`);
    got += n;
  }
  const decoded = decodeLine(bytes);
  if (typeof decoded === "string") {
    throw new JournalError(`segment ${segment}, offset ${offset}: ${decoded}`);
  }
  return decoded;
}

/** Reads records of a journal that another process may be writing. */
export class JournalReader implements Disposable {
  readonly #directory: string;
  readonly #files = new Map<number, Deno.FsFile>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws JournalError when the line is damaged */
  read(location: Location): JournalRecord {
    let file = this.#files.get(location.segment);
    if (!file) {
      file = Deno.openSync(segmentPath(this.#directory, location.segment), { read: true });
      this.#files.set(location.segment, file);
    }
    return readAt(file, location);
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }
}
