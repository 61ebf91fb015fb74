/**
 * A thread that reads the parts of segments. Started by ballot_files.ts only.
 *
 * @module
 */
import { type PartBytes, partOfSegment } from "./ballot_files.ts";
import { JournalError } from "./journal_segment.ts";

/** A segment whose part is wanted. */
export interface BallotRequest {
  /** Folder of the journal. */
  readonly journal: string;
  /** Folder of the parts. */
  readonly ballots: string;
  readonly segment: number;
  readonly withSources: boolean;
}

/** The part of a segment, or why there is none. */
export type BallotAnswer = PartBytes | { readonly refused: string };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<BallotRequest>) => void;
  postMessage(answer: BallotAnswer, moved: Transferable[]): void;
};
scope.onmessage = ({ data }) => {
  try {
    const part = partOfSegment(data);
    scope.postMessage(part, [part.bytes.buffer]);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    scope.postMessage({ refused: error.message }, []);
  }
};
