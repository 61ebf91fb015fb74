/**
 * Segments: the files of a journal, their headers and their whole lines.
 *
 * @module
 */

/** Version of the line format; a journal of another version is refused. */
export const JOURNAL_FORMAT = 1;

/** A journal that cannot be used: unknown format, damaged line asked for, not writable. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** Path of a segment. */
export function segmentPath(directory: string, segment: number): string {
  return `${directory}/${String(segment).padStart(6, "0")}.jsonl`;
}

/** Segment numbers present, ascending. */
export function segmentNumbers(directory: string): number[] {
  const numbers: number[] = [];
  for (const entry of Deno.readDirSync(directory)) {
    const match = /^(\d{6,})\.jsonl$/.exec(entry.name);
    if (match) numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}

/** First line of a segment. */
export function segmentHeader(segment: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ format: JOURNAL_FORMAT, segment }) + "\n");
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

/** @throws JournalError when the line is no header of this format */
export function checkHeader(file: string, bytes: Uint8Array): void {
  let format: unknown;
  try {
    format = JSON.parse(new TextDecoder().decode(bytes)).format;
  } catch {
    throw new JournalError(`${file}: the first line is not a journal header`);
  }
  if (format !== JOURNAL_FORMAT) {
    throw new JournalError(
      `${file}: journal format ${String(format)}, this version reads ${JOURNAL_FORMAT}`,
    );
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

/** Whole lines of a file from a byte offset on, without their line feeds. */
export function* linesOf(
  path: string,
  start: number,
): Generator<{ bytes: Uint8Array; offset: number }> {
  using file = Deno.openSync(path, { read: true });
  file.seekSync(start, Deno.SeekMode.Start);
  let rest = new Uint8Array(0);
  let offset = start;
  const chunk = new Uint8Array(1024 * 1024);
  for (let n = file.readSync(chunk); n !== null; n = file.readSync(chunk)) {
    const data = rest.length > 0 ? joinBytes([rest, chunk.subarray(0, n)]) : chunk.slice(0, n);
    let from = 0;
    for (let feed = data.indexOf(10); feed >= 0; feed = data.indexOf(10, from)) {
      yield { bytes: data.subarray(from, feed), offset: offset + from };
      from = feed + 1;
    }
    rest = data.slice(from);
    offset += from;
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
