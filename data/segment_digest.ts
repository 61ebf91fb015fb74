/**
 * A segment of the journal as the archive takes it.
 *
 * @module
 */
import { type Digest, digestOf } from "./archive_digest.ts";
import { type Damage, readSegment } from "./journal_reader.ts";
import type { JournalRecord, TaskLoaded } from "./records.ts";

/** What a segment holds. */
export interface SegmentDigest {
  readonly digests: readonly Digest[];
  readonly tasks: readonly (TaskLoaded & JournalRecord)[];
  readonly damages: readonly Damage[];
}

/** The digests of one segment. */
export function digestSegment(directory: string, segment: number): SegmentDigest {
  const digests: Digest[] = [];
  const tasks: (TaskLoaded & JournalRecord)[] = [];
  const damages: Damage[] = [];
  for (const entry of readSegment(directory, segment, (damage) => damages.push(damage))) {
    digests.push(digestOf(entry));
    if (entry.record.kind === "task") tasks.push(entry.record);
  }
  return { digests, tasks, damages };
}
