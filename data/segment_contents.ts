/**
 * A segment read at one moment: its bytes, and the lines in them.
 *
 * What is made from a segment and kept can so be held against the very bytes it was made from, also
 * where a run writes or packs the segment meanwhile.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { unpackBytes } from "./journal_packed.ts";
import { lineFault } from "./journal_line.ts";
import { checkHeader, packedPath, segmentPath } from "./journal_segment.ts";

/** Bytes of a segment that is not packed whose lines are read at a time. */
const BLOCK_BYTES = 256 * 1024;

/** A segment's file. Its memory is given back when it is disposed of: collectors see it too late. */
export interface SegmentContents extends Disposable {
  readonly file: string;
  readonly packed: boolean;
  /** All of a packed file; the whole lines of one that is not. */
  readonly bytes: Uint8Array;
}

/** What tells the contents of a segment from any other. */
export interface ContentsMark {
  readonly packed: boolean;
  readonly size: number;
  readonly crc: number;
}

/** Reads a segment, packed or not. */
export function segmentContents(directory: string, segment: number): SegmentContents {
  const plain = segmentPath(directory, segment);
  try {
    const bytes = Deno.readFileSync(plain);
    return contentsOf(plain, false, bytes.subarray(0, bytes.lastIndexOf(10) + 1));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const file = packedPath(directory, segment);
  return contentsOf(file, true, Deno.readFileSync(file));
}

function contentsOf(
  file: string,
  packed: boolean,
  bytes: Uint8Array<ArrayBuffer>,
): SegmentContents {
  return { file, packed, bytes, [Symbol.dispose]: () => void bytes.buffer.transfer(0) };
}

/** The mark of contents. */
export function markOf({ packed, bytes }: SegmentContents): ContentsMark {
  return { packed, size: bytes.length, crc: crc32(bytes) };
}

/** Whether contents are those that were marked. */
export function isMarked(contents: SegmentContents, mark: ContentsMark): boolean {
  return contents.packed === mark.packed && contents.bytes.length === mark.size &&
    crc32(contents.bytes) === mark.crc;
}

/** A line behind the segment's header, without its line feed. */
export interface ContentsLine {
  /** Good until the next line. */
  readonly bytes: Uint8Array;
  /** In the segment, as it is or was before it was packed. */
  readonly offset: number;
  /** A character a byte: what is ASCII of the line can be read here without decoding it. */
  readonly latin1: string;
}

/**
 * The lines of a segment in order.
 *
 * @param onDamage told of what is missing or damaged, and where; lines are for the caller to verify
 * @throws JournalError when the segment has another format
 */
function* linesOfContents(
  { file, packed, bytes }: SegmentContents,
  onDamage: (offset: number, reason: string) => void,
): Generator<ContentsLine> {
  for (const block of packed ? unpackBytes(bytes, 0, onDamage) : blocksOfLines(bytes)) {
    const { buffer, byteOffset, length } = block.bytes;
    // All of a block at once takes a fraction of what its lines would take one by one.
    const text = Buffer.from(buffer as ArrayBuffer, byteOffset, length).toString("latin1");
    let from = 0;
    for (let feed = text.indexOf("\n"); feed >= 0; feed = text.indexOf("\n", from)) {
      const line = block.bytes.subarray(from, feed);
      const offset = block.offset + from;
      if (offset > 0) yield { bytes: line, offset, latin1: text.slice(from, feed) };
      else {
        const damage = checkHeader(file, line);
        if (damage !== null) onDamage(0, damage);
      }
      from = feed + 1;
    }
  }
}

/** The same, without the lines that have a fault; `onDamage` is told of those too. */
export function* soundLines(
  contents: SegmentContents,
  onDamage: (offset: number, reason: string) => void,
): Generator<ContentsLine> {
  for (const line of linesOfContents(contents, onDamage)) {
    const fault = lineFault(line.bytes);
    if (fault === null) yield line;
    else onDamage(line.offset, fault);
  }
}

/** Whole lines, about a block's worth at a time. */
function* blocksOfLines(bytes: Uint8Array): Generator<{ bytes: Uint8Array; offset: number }> {
  for (let from = 0; from < bytes.length;) {
    const feed = bytes.indexOf(10, Math.min(from + BLOCK_BYTES, bytes.length - 1));
    yield { bytes: bytes.subarray(from, feed + 1), offset: from };
    from = feed + 1;
  }
}
