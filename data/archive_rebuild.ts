/**
 * The archive of a run, rebuilt from its journal by several threads.
 *
 * Reading, checking and hashing lines is nearly all of the work and hangs on no order: each thread
 * makes the digests of whole segments (rebuild_worker.ts), and here they are taken in journal order.
 *
 * @module
 */
import { Archive } from "./archive.ts";
import { type Damage, JournalReader } from "./journal_reader.ts";
import { JournalError, segmentNumbers } from "./journal_segment.ts";
import type { RebuildAnswer, RebuildRequest } from "./rebuild_worker.ts";
import type { CallReplied, JournalRecord, TaskLoaded } from "./records.ts";
import { digestSegment, type SegmentDigest } from "./segment_digest.ts";
import { askInOrder } from "./thread_answers.ts";

/** Segments that are worth another thread: below, its start takes longer than it saves. */
const SEGMENTS_A_THREAD = 2;

/** Options of {@link rebuildArchive}. */
export interface RebuildOptions {
  /** Told of each line that is passed over. */
  readonly onDamage?: (damage: Damage) => void;
  /** Threads that read segments. @default one a processor, fewer for a short journal */
  readonly threads?: number;
}

/** What a journal gives back. */
export interface Rebuilt {
  /** The index. */
  readonly archive: Archive;
  /** The tasks' records, as journalled. */
  readonly tasks: readonly (TaskLoaded & JournalRecord)[];
}

/** Rebuilds the archive. @throws JournalError when a segment has another format */
export async function rebuildArchive(
  directory: string,
  { onDamage = () => {}, threads }: RebuildOptions = {},
): Promise<Rebuilt> {
  const segments = segmentNumbers(directory);
  const most = Math.floor(segments.length / SEGMENTS_A_THREAD);
  const count = Math.min(threads ?? navigator.hardwareConcurrency, most);
  const archive = new Archive();
  const tasks: (TaskLoaded & JournalRecord)[] = [];
  const parts = count > 1
    ? digestedByThreads(directory, segments, count)
    : digestedHere(directory, segments);
  for await (const part of parts) {
    for (const digest of part.digests) archive.take(digest);
    tasks.push(...part.tasks);
    for (const damage of part.damages) onDamage(damage);
  }
  using reader = new JournalReader(directory);
  archive.readSources((replyAt) => reader.read(replyAt) as CallReplied);
  return { archive, tasks };
}

function* digestedHere(directory: string, segments: readonly number[]): Generator<SegmentDigest> {
  for (const segment of segments) yield digestSegment(directory, segment);
}

/** Segments in order, digested by threads. */
async function* digestedByThreads(
  directory: string,
  segments: readonly number[],
  count: number,
): AsyncGenerator<SegmentDigest> {
  const url = new URL("./rebuild_worker.ts", import.meta.url);
  const requests = segments.map((segment): RebuildRequest => ({ directory, segment }));
  for await (const text of askInOrder<RebuildRequest, string>(url, requests, count)) {
    const answer: RebuildAnswer = JSON.parse(text);
    if ("refused" in answer) throw new JournalError(answer.refused);
    yield answer.digest;
  }
}
