/**
 * A thread that makes the digests of segments. Started by archive_rebuild.ts only.
 *
 * @module
 */
import type { Digest } from "./archive_digest.ts";
import { digestSegment } from "./archive_rebuild.ts";
import type { Damage } from "./journal_reader.ts";
import type { JournalRecord, TaskLoaded } from "./records.ts";

/** A segment to digest. */
export interface RebuildRequest {
  readonly directory: string;
  readonly segment: number;
}

/** What a segment holds. */
export interface SegmentDigest {
  readonly digests: readonly Digest[];
  readonly tasks: readonly (TaskLoaded & JournalRecord)[];
  readonly damages: readonly Damage[];
}

/** A segment's digests, or why there are none. */
export type RebuildAnswer = { readonly digest: SegmentDigest } | { readonly refused: string };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<RebuildRequest>) => void;
  postMessage(text: string): void;
};
scope.onmessage = ({ data: { directory, segment } }) => {
  // One text passes between threads several times faster than its objects would.
  scope.postMessage(JSON.stringify(answerFor(directory, segment)));
};

function answerFor(directory: string, segment: number): RebuildAnswer {
  try {
    return { digest: digestSegment(directory, segment) };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}
