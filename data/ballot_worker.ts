/**
 * A thread that reads the parts of segments. Started by ballot_files.ts only.
 *
 * @module
 */
import { type BallotAnswer, type BallotRequest, partOfSegment } from "./ballot_segment.ts";
import { JournalError } from "./journal_segment.ts";

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
