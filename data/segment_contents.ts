/**
 * A segment read at one moment: its bytes, and the lines in them.
 *
 * What is made from a segment and kept can so be held against the very bytes it was made from, also
 * where a run writes or packs the segment meanwhile.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { unpackBytes } from "./journal_packed.ts";
import { checkHeader, packedPath, segmentPath, wholeLines } from "./journal_segment.ts";

/** A segment's file. */
export interface SegmentContents {
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
    return { file: plain, packed: false, bytes: bytes.subarray(0, bytes.lastIndexOf(10) + 1) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const file = packedPath(directory, segment);
  return { file, packed: true, bytes: Deno.readFileSync(file) };
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

/**
 * The lines behind the segment's header, without their line feeds; good until the next.
 *
 * @param onDamage told of what is missing or damaged, and where; lines are for the caller to verify
 * @throws JournalError when the segment has another format
 */
export function* linesOfContents(
  { file, packed, bytes }: SegmentContents,
  onDamage: (offset: number, reason: string) => void,
): Generator<{ bytes: Uint8Array; offset: number }> {
  const blocks = packed ? unpackBytes(bytes, 0, onDamage) : [{ offset: 0, bytes }];
  for (const block of blocks) {
    for (const line of wholeLines(block.bytes, block.offset)) {
      if (line.offset > 0) {
        yield line;
        continue;
      }
      const damage = checkHeader(file, line.bytes);
      if (damage !== null) onDamage(0, damage);
    }
  }
}
