/**
 * The part of one segment, from its file beside the journal where that holds, else from the journal.
 *
 * @module
 */
import { makePart, PART_VERSION, type PartHead } from "./ballot_part.ts";
import { decodeColumns } from "./column_bytes.ts";
import { isMarked, segmentContents } from "./segment_contents.ts";

/** A segment whose part is wanted. */
export interface BallotRequest {
  /** Folder of the journal. */
  readonly journal: string;
  /** Folder of the parts' files. */
  readonly ballots: string;
  readonly segment: number;
  /** Whether it must tell of sources. */
  readonly withSources: boolean;
}

/** A part of a segment, as bytes, and whether it is new. */
export interface PartBytes {
  readonly segment: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly made: boolean;
}

/** The part of a segment, or why there is none: what a thread says. */
export type BallotAnswer = PartBytes | { readonly refused: string };

/** The part of a segment. @throws JournalError when the segment has another format */
export function partOfSegment(
  { journal, ballots, segment, withSources }: BallotRequest,
): PartBytes {
  const contents = segmentContents(journal, segment);
  const kept = keptBytes(ballots, segment);
  const head = kept && decodeColumns<PartHead>(kept)?.head;
  if (
    kept && head && head.version === PART_VERSION && head.segment === segment &&
    (head.withSources || !withSources) && isMarked(contents, head.made)
  ) return { segment, bytes: kept, made: false };
  return { segment, bytes: makePart(contents, segment, withSources), made: true };
}

/** File of a part. */
export function partPath(ballots: string, segment: number): string {
  return `${ballots}/${String(segment).padStart(6, "0")}.bin`;
}

function keptBytes(ballots: string, segment: number): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(partPath(ballots, segment));
  } catch {
    // Whatever keeps it from being read, the journal tells the same.
    return null;
  }
}
