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

/**
 * All segments but the newest, which is closed too once a run is done; one without a readable line
 * counts with those before it.
 */
export function closedSegments(journal: string, isDone = false): ClosedSegment[] {
  const begun: { segment: number; first: number }[] = [];
  for (const segment of segmentNumbers(journal)) {
    const head = readSegment(journal, segment, () => {}).next();
    if (!head.done) begun.push({ segment, first: head.value.record.seq });
  }
  return begun.slice(0, isDone ? begun.length : -1).map(({ segment, first }, i) => {
    const next = begun[i + 1];
    return { segment, first, last: next ? next.first - 1 : lastOf(journal, segment, first) };
  });
}

/** Journal number of a segment's last readable record. */
function lastOf(journal: string, segment: number, first: number): number {
  let last = first;
  for (const { record } of readSegment(journal, segment, () => {})) last = record.seq;
  return last;
}
