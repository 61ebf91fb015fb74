/**
 * Reading a journal: all of it in order, or one record at its place.
 *
 * Another process may be writing meanwhile: only whole lines are read.
 *
 * @module
 */
import { decodeLine } from "./journal_line.ts";
import { PackedReader, unpackSegment } from "./journal_packed.ts";
import {
  checkHeader,
  JournalError,
  linesOf,
  packedPath,
  segmentNumbers,
  segmentPath,
  wholeLines,
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
  /** What the line holds. */
  readonly record: JournalRecord;
  /** Where the line stands. */
  readonly location: Location;
}

/** A line, or a block of lines in a packed segment, that cannot be trusted. */
export interface Damage {
  /** Path of the segment. */
  readonly file: string;
  /** In the segment, as it is or was before it was packed. */
  readonly offset: number;
  /** What is wrong, for a person. */
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
    const start = segment === from.segment ? from.offset : 0;
    yield* readSegment(directory, segment, onDamage, start);
  }
}

/** Reads one segment, packed or not, from a byte offset on. Otherwise as {@link readJournal}. */
export function* readSegment(
  directory: string,
  segment: number,
  onDamage: (damage: Damage) => void,
  start = 0,
): Generator<Entry> {
  const plain = openPlain(directory, segment);
  const file = plain ? segmentPath(directory, segment) : packedPath(directory, segment);
  const tell = (offset: number, reason: string) => onDamage({ file, offset, reason });
  try {
    const lines = plain ? linesOf(plain, start) : packedLines(file, start, tell);
    for (const { bytes, offset } of lines) {
      if (offset === 0) {
        const damage = checkHeader(file, bytes);
        if (damage !== null) tell(0, damage);
        continue;
      }
      const decoded = decodeLine<JournalRecord>(bytes);
      if (typeof decoded === "string") tell(offset, decoded);
      else yield { record: decoded, location: { segment, offset, length: bytes.length } };
    }
  } finally {
    plain?.close();
  }
}

function* packedLines(
  file: string,
  start: number,
  onDamage: (offset: number, reason: string) => void,
): Generator<{ bytes: Uint8Array; offset: number }> {
  for (const block of unpackSegment(file, start, onDamage)) {
    const from = Math.max(0, start - block.offset);
    yield* wholeLines(block.bytes.subarray(from), block.offset + from);
  }
}

/** Opens a segment that is not packed; null when it is, perhaps since the folder was read. */
function openPlain(directory: string, segment: number): Deno.FsFile | null {
  try {
    return Deno.openSync(segmentPath(directory, segment), { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The place after the last whole line of a journal: where a follower goes on. */
export function placeAfter(location: Location): { segment: number; offset: number } {
  return { segment: location.segment, offset: location.offset + location.length + 1 };
}

/** Reads records of a journal that another process may be writing. */
export class JournalReader implements Disposable {
  readonly #directory: string;
  readonly #segments = new Map<number, Deno.FsFile | PackedReader>();

  /** Opens nothing yet; `directory` is the journal's. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The record at a place. @throws JournalError when the line is damaged */
  read({ segment, offset, length }: Location): JournalRecord {
    let opened = this.#segments.get(segment);
    if (!opened) {
      opened = openPlain(this.#directory, segment) ??
        new PackedReader(packedPath(this.#directory, segment));
      this.#segments.set(segment, opened);
    }
    const bytes = opened instanceof PackedReader
      ? opened.read(offset, length)
      : readAt(opened, offset, length);
    const decoded = typeof bytes === "string" ? bytes : decodeLine<JournalRecord>(bytes);
    if (typeof decoded !== "string") return decoded;
    throw new JournalError(`segment ${segment}, offset ${offset}: ${decoded}`);
  }

  /** Closes the segments that were opened. */
  [Symbol.dispose](): void {
    for (const opened of this.#segments.values()) opened[Symbol.dispose]();
    this.#segments.clear();
  }
}

/** The bytes at a place, or what is wrong. */
function readAt(file: Deno.FsFile, offset: number, length: number): Uint8Array | string {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let got = 0; got < length;) {
    const n = file.readSync(bytes.subarray(got));
    if (n === null) return "line is cut off";
    got += n;
  }
  return bytes;
}
