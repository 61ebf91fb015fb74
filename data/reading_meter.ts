/**
 * Measures how far the reading of a journal is, in bytes of its lines as they were written: those of
 * a packed segment count with their length before it was packed.
 *
 * @module
 */
import { packedLength } from "./journal_packed.ts";
import { packedPath, segmentNumbers, segmentPath } from "./journal_segment.ts";
import type { Reading } from "./reading.ts";

/** A place in a journal. */
export interface Place {
  /** Segment number, from 1; 0 is the journal's start. */
  readonly segment: number;
  /** Byte offset in the segment's lines as they were written. */
  readonly offset: number;
}

/** Of one reading, from a place to the end that the journal had when it began. */
export class ReadingMeter {
  /** Bytes from the journal's start to that of each segment read. */
  readonly #starts = new Map<number, number>();
  readonly #from: number;
  readonly #end: number;
  readonly #now: () => number;
  readonly #startedAt: number;

  /**
   * Begins a reading.
   *
   * @param journal the journal's folder
   * @param from where it goes on
   * @param now milliseconds of a clock that does not jump
   */
  constructor(journal: string, from: Place, now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    let end = 0;
    for (const segment of segmentNumbers(journal)) {
      if (segment < from.segment) continue;
      this.#starts.set(segment, end);
      end += lengthOf(journal, segment);
    }
    this.#end = end;
    this.#from = Math.min(from.offset, end);
  }

  /** How far it is when all before a place is read; null before anything is. */
  at(place: Place | null): Reading {
    // A segment begun meanwhile, and what was added to the last one, lie behind the end.
    const start = place === null ? 0 : this.#starts.get(place.segment) ?? this.#end;
    const reached = place === null ? this.#from : Math.min(start + place.offset, this.#end);
    return {
      bytes: reached - this.#from,
      ofBytes: this.#end - this.#from,
      ms: this.#now() - this.#startedAt,
    };
  }
}

function lengthOf(journal: string, segment: number): number {
  try {
    return Deno.statSync(segmentPath(journal, segment)).size;
  } catch (error) {
    // It is packed.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return packedLength(packedPath(journal, segment));
  }
}
