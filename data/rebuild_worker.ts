/**
 * A thread that makes the digests of segments. Started by archive_rebuild.ts only.
 *
 * @module
 */
import { digestSegment, type SegmentDigest } from "./segment_digest.ts";

/** A segment to digest. */
export interface RebuildRequest {
  readonly directory: string;
  readonly segment: number;
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
