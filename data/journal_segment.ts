/**
 * Segments: the files of a journal, their headers and their whole lines.
 *
 * @module
 */

import { decodeLine, encodeLine } from "./journal_line.ts";

/** Bytes read at a time. */
const READ_BYTES = 1024 * 1024;

/**
 * Version of the format that is written. Format 1 is read as it is: its lines are the same, its
 * closed segments were not packed and its headers had no checksum. Any other is refused.
 */
export const JOURNAL_FORMAT = 2;

/** A journal that cannot be used: unknown format, damaged line asked for, not writable. */
export class JournalError extends Error {
  /** Tells it from other errors. */
  override readonly name = "JournalError";
}

/** Path of a segment. */
export function segmentPath(directory: string, segment: number): string {
  return `${directory}/${String(segment).padStart(6, "0")}.jsonl`;
}

/** Path of a segment that is closed and packed (journal_packed.ts). */
export function packedPath(directory: string, segment: number): string {
  return `${segmentPath(directory, segment)}.zst`;
}

/** Segment numbers present, packed or not, ascending. */
export function segmentNumbers(directory: string): number[] {
  const numbers = new Set<number>();
  for (const entry of Deno.readDirSync(directory)) {
    const match = /^(\d{6,})\.jsonl(?:\.zst)?$/.exec(entry.name);
    if (match) numbers.add(Number(match[1]));
  }
  return [...numbers].sort((a, b) => a - b);
}

/** First line of a segment. */
export function segmentHeader(segment: number): Uint8Array {
  return encodeLine({ format: JOURNAL_FORMAT, segment });
}

/** Makes a segment that holds its header only. */
export function startSegment(directory: string, segment: number): Deno.FsFile {
  const file = Deno.openSync(segmentPath(directory, segment), {
    createNew: true,
    read: true,
    write: true,
  });
  file.writeSync(segmentHeader(segment));
  return file;
}

/**
 * Checks a segment's first line.
 *
 * @returns what is damaged about it, or null
 * @throws JournalError when it is the header of another format
 */
export function checkHeader(file: string, bytes: Uint8Array): string | null {
  const read = decodeLine(bytes);
  const header = typeof read === "string" ? headerWithoutChecksum(bytes) : read;
  const { format } = (header ?? {}) as { format?: unknown };
  if (header === null || typeof read === "string" && format === JOURNAL_FORMAT) {
    return `the header of the segment: ${read}`;
  }
  if (format === JOURNAL_FORMAT || format === 1) return null;
  throw new JournalError(
    `${file}: journal format ${String(format)}, this version reads 1 to ${JOURNAL_FORMAT}; ` +
      "use the version that wrote it (`version` in the run's run.json), or begin a new run",
  );
}

/** The header of a format that puts no checksum there. */
function headerWithoutChecksum(bytes: Uint8Array): unknown {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes));
    return "crc" in header || !("format" in header) ? null : header;
  } catch {
    return null;
  }
}

/** Cuts off what follows the last line feed; returns the length that stays. */
export function cutTornLine(file: Deno.FsFile): number {
  const size = file.statSync().size;
  const chunk = new Uint8Array(64 * 1024);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    file.seekSync(start, Deno.SeekMode.Start);
    const part = chunk.subarray(0, end - start);
    for (let got = 0; got < part.length;) got += file.readSync(part.subarray(got)) ?? part.length;
    const feed = part.lastIndexOf(10);
    if (feed >= 0) {
      end = start + feed + 1;
      break;
    }
    end = start;
  }
  if (end < size) file.truncateSync(end);
  file.seekSync(end, Deno.SeekMode.Start);
  return end;
}

/** Whole lines of a file from a byte offset on, without their line feeds; good until the next. */
export function* linesOf(
  file: Deno.FsFile,
  start: number,
): Generator<{ bytes: Uint8Array; offset: number }> {
  file.seekSync(start, Deno.SeekMode.Start);
  let buffer = new Uint8Array(READ_BYTES);
  let held = 0;
  let offset = start;
  for (let n; (n = file.readSync(buffer.subarray(held))) !== null;) {
    held += n;
    const data = buffer.subarray(0, held);
    yield* wholeLines(data, offset);
    const end = data.lastIndexOf(10) + 1;
    offset += end;
    if (end === 0 && held === buffer.length) {
      const longer = new Uint8Array(2 * buffer.length);
      longer.set(buffer);
      buffer = longer;
    } else buffer.copyWithin(0, end, held);
    held -= end;
  }
}

/** The lines of bytes that stand at `offset`, without their line feeds; no cut-off last one. */
export function* wholeLines(
  bytes: Uint8Array,
  offset: number,
): Generator<{ bytes: Uint8Array; offset: number }> {
  let from = 0;
  for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, from)) {
    yield { bytes: bytes.subarray(from, feed), offset: offset + from };
    from = feed + 1;
  }
}

/** The parts one after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
