/**
 * The digests of one segment, from their file beside the journal where that holds, else from the
 * journal.
 *
 * @module
 */
import { DIGEST_VERSION, type DigestHead, makeDigestPart } from "./digest_part.ts";
import { segmentContents } from "./segment_contents.ts";
import { keptPart, type PartBytes, type PartRequest } from "./segment_part.ts";

/** The digests of a segment. @throws JournalError when the segment has another format */
export function digestsOfSegment(request: PartRequest): PartBytes {
  const { journal, segment } = request;
  using contents = segmentContents(journal, segment);
  const kept = keptPart<DigestHead>(request, contents, DIGEST_VERSION);
  if (kept) return { segment, bytes: kept.bytes, made: false };
  return { segment, bytes: makeDigestPart(contents, segment), made: true };
}
