/**
 * The ballots of a run, kept in files beside its journal: `ballots/NNNNNN.bin`, one a segment.
 *
 * A file is made from the journal and can be thrown away at any time. It is used only if its own
 * checksum is right and the segment's bytes are those it was made from; otherwise its segment is read
 * again, and the file replaced where that can be done.
 *
 * @module
 */
import type { BallotHead, BallotPart } from "./ballot_part.ts";
import { type BallotRequest, ballotsOfSegment } from "./ballot_segment.ts";
import { Ballots } from "./ballots.ts";
import { decodeColumns } from "./column_bytes.ts";
import type { Damage } from "./journal_reader.ts";
import { packedPath, segmentNumbers, segmentPath } from "./journal_segment.ts";
import type { RunDirectory } from "./run_directory.ts";
import type { PartBytes } from "./segment_part.ts";
import { keepPartOf, type PartMaker, partsOf } from "./segment_parts.ts";

const BALLOTS: PartMaker<BallotRequest> = {
  worker: new URL("./ballot_worker.ts", import.meta.url),
  partOf: ballotsOfSegment,
};

/** Options of {@link readBallots}. */
export interface ReadBallotsOptions {
  /**
   * Whether ballots have hash and length of their sources. Reading replies for that costs most of
   * the time where the files do not tell already.
   */
  readonly withSources: boolean;
  /** Told of each line of the journal that is passed over. */
  readonly onDamage?: (damage: Damage) => void;
  /**
   * Most threads that read; a short journal is read by fewer.
   * @default one a processor
   */
  readonly threads?: number;
}

/** What reading a run's ballots gives. */
export interface ReadBallots {
  /** The run's. */
  readonly ballots: Ballots;
  /** Segments of the journal that had to be read, as no file told of them. */
  readonly segmentsRead: number;
}

/**
 * The ballots of a run, from its files where they hold, else from its journal; files that were
 * missing or behind are written.
 *
 * @throws JournalError when a segment has another format
 */
export async function readBallots(
  directory: RunDirectory,
  { withSources, onDamage = () => {}, threads }: ReadBallotsOptions,
): Promise<ReadBallots> {
  const parts: BallotPart[] = [];
  let segmentsRead = 0;
  for await (const { bytes, made } of keptParts(directory, withSources, threads)) {
    const part = decodeColumns<BallotHead>(bytes)!;
    segmentsRead += Number(made);
    parts.push(part);
    const { segment, made: { packed }, damages } = part.head;
    const file = (packed ? packedPath : segmentPath)(directory.journal, segment);
    for (const damage of damages) onDamage({ file, ...damage });
  }
  return { ballots: new Ballots(parts, withSources), segmentsRead };
}

/** Brings the files of a run up to its journal, sources included. @throws as {@link readBallots} */
export async function keepBallots(directory: RunDirectory, threads?: number): Promise<void> {
  for await (const part of keptParts(directory, true, threads)) void part;
}

/**
 * Keeps the ballots of one closed segment, made by a thread beside this one. Never rejects: what is not
 * kept is made by who votes.
 */
export async function keepBallotsOf(
  { journal, ballots }: RunDirectory,
  segment: number,
): Promise<void> {
  try {
    await keepPartOf({ journal, folder: ballots, segment, withSources: true }, BALLOTS);
  } catch {
    // The journal tells the same, and what is wrong with it is told by who reads it.
  }
}

/** The parts of all segments in order. */
function keptParts(
  { journal, ballots }: RunDirectory,
  withSources: boolean,
  threads?: number,
): AsyncGenerator<PartBytes> {
  const requests = segmentNumbers(journal)
    .map((segment) => ({ journal, folder: ballots, segment, withSources }));
  return partsOf(requests, BALLOTS, threads);
}
