/**
 * The archive of a run, rebuilt from its journal by several threads.
 *
 * Reading, checking and hashing lines is most of the work and hangs on no order: each thread makes the
 * digests of whole segments (digest_part.ts), and here they are taken in journal order. The digests of
 * segments can be kept in files beside the journal, so that they are made but once.
 *
 * @module
 */
import { Archive } from "./archive.ts";
import { decodeColumns } from "./column_bytes.ts";
import { type DigestHead, digestsIn } from "./digest_part.ts";
import { digestsOfSegment } from "./digest_segment.ts";
import { type Damage, JournalReader } from "./journal_reader.ts";
import { packedPath, segmentNumbers, segmentPath } from "./journal_segment.ts";
import type { CallReplied, JournalRecord, TaskLoaded } from "./records.ts";
import { keepPartOf, type PartMaker, partsOf } from "./segment_parts.ts";
import type { PartRequest } from "./segment_part.ts";

const DIGESTS: PartMaker<PartRequest> = {
  worker: new URL("./digest_worker.ts", import.meta.url),
  partOf: digestsOfSegment,
};

/** Options of {@link rebuildArchive}. */
export interface RebuildOptions {
  /** Told of each line that is passed over. */
  readonly onDamage?: (damage: Damage) => void;
  /** Threads that read segments. @default one a processor, fewer for a short journal */
  readonly threads?: number;
  /** Folder where the digests of segments are kept. @default none */
  readonly digests?: string;
}

/** What a journal gives back. */
export interface Rebuilt {
  /** The index. */
  readonly archive: Archive;
  /** The tasks' records, as journalled. */
  readonly tasks: readonly (TaskLoaded & JournalRecord)[];
  /** Segments that had to be read, as no file held their digests. */
  readonly segmentsRead: number;
}

/** Rebuilds the archive. @throws JournalError when a segment has another format */
export async function rebuildArchive(
  journal: string,
  { onDamage = () => {}, threads, digests }: RebuildOptions = {},
): Promise<Rebuilt> {
  const archive = new Archive();
  const tasks: (TaskLoaded & JournalRecord)[] = [];
  let segmentsRead = 0;
  const requests = segmentNumbers(journal)
    .map((segment) => ({ journal, folder: digests ?? null, segment }));
  for await (const { bytes, made } of partsOf(requests, DIGESTS, threads)) {
    const part = decodeColumns<DigestHead>(bytes)!;
    for (const digest of digestsIn(part)) archive.take(digest);
    const { segment, made: { packed }, damages } = part.head;
    tasks.push(...part.head.tasks);
    segmentsRead += Number(made);
    const file = (packed ? packedPath : segmentPath)(journal, segment);
    for (const damage of damages) onDamage({ file, ...damage });
    // Given back at once: a collector may take long to see how much it is.
    bytes.buffer.transfer(0);
  }
  using reader = new JournalReader(journal);
  archive.readSources((replyAt) => reader.read(replyAt) as CallReplied);
  return { archive, tasks, segmentsRead };
}

/**
 * Keeps the digests of a closed segment, made by a thread beside this one, for who rebuilds the archive
 * later. Never rejects: what is not kept is made then.
 */
export async function keepDigests(
  journal: string,
  digests: string,
  segment: number,
): Promise<void> {
  try {
    await keepPartOf({ journal, folder: digests, segment }, DIGESTS);
  } catch {
    // The journal tells the same, and what is wrong with it is told by who reads it.
  }
}
