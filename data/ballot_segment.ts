/**
 * The ballots of one segment, from their file beside the journal where that holds, else from the
 * journal.
 *
 * @module
 */
import { type BallotHead, makePart, PART_VERSION } from "./ballot_part.ts";
import { segmentContents } from "./segment_contents.ts";
import { keptPart, type PartBytes, type PartRequest } from "./segment_part.ts";

/** A segment whose ballots are wanted. */
export interface BallotRequest extends PartRequest {
  /** Whether they must tell of sources. */
  readonly withSources: boolean;
}

/** The ballots of a segment. @throws JournalError when the segment has another format */
export function ballotsOfSegment(request: BallotRequest): PartBytes {
  const { journal, segment, withSources } = request;
  using contents = segmentContents(journal, segment);
  const kept = keptPart<BallotHead>(request, contents, PART_VERSION);
  if (kept && (kept.part.head.withSources || !withSources)) {
    return { segment, bytes: kept.bytes, made: false };
  }
  return { segment, bytes: makePart(contents, segment, withSources), made: true };
}
