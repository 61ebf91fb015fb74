/**
 * The segments of a journal that nothing is added to any more, by the numbers of their records.
 *
 * @module
 */
import { readSegment } from "./journal_reader.ts";
import { segmentNumbers } from "./journal_segment.ts";

/** A segment and its records. */
export interface ClosedSegment {
  /** Number of its file. */
  readonly segment: number;
  /** Journal number of its first record. */
  readonly first: number;
  /** Journal number of its last record. */
  readonly last: number;
}

/** All segments but the newest; one without a readable line counts with those before it. */
export function closedSegments(journal: string): ClosedSegment[] {
  const begun: { segment: number; first: number }[] = [];
  for (const segment of segmentNumbers(journal)) {
    const head = readSegment(journal, segment, () => {}).next();
    if (!head.done) begun.push({ segment, first: head.value.record.seq });
  }
  return begun.slice(0, -1).map(({ segment, first }, i) => {
    return { segment, first, last: begun[i + 1].first - 1 };
  });
}
