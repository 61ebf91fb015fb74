/**
 * A candidate as `tail` and the event stream show it.
 *
 * @module
 */
import type { Archive } from "./archive.ts";
import type { ArchiveEntry } from "./archive_entry.ts";

/** One evaluated candidate in a few words. */
export interface CandidateView {
  /** Journal number of its evaluation. */
  readonly seq: number;
  /** When it was judged, in UTC milliseconds since 1970. */
  readonly at: number;
  /** 63-bit hash as a decimal string. */
  readonly id: string;
  /** Generation of the run that asked for it, from 0. */
  readonly generation: number;
  /** Task it was written for. */
  readonly taskId: string;
  /** How it came to be. */
  readonly operator: ArchiveEntry["operator"];
  /** Ids of the programs it was refined from; empty for a sample. */
  readonly parents: readonly string[];
  /** Model name as asked for. */
  readonly model: string;
  /** `ok`, or what kept the first input from giving a grid. */
  readonly outcome: ArchiveEntry["outcome"];
  /** Train pairs right, and how many there are. */
  readonly trainRight: number;
  /** Train pairs of the task. */
  readonly trainCount: number;
  /** Train pairs right beyond the parent's; null for a sample. */
  readonly gain: number | null;
  /** Tests right; null where the run does not know. */
  readonly testRight: number | null;
  /** Test inputs of the task. */
  readonly testCount: number;
  /** Right on everything the run may judge, and not hard-coded. */
  readonly solved: boolean;
  /** Caught by the hard-coding filter. */
  readonly transduction: boolean;
  /** Whether an earlier candidate of the task had the same source. */
  readonly duplicate: boolean;
  /** Length of the source in characters; 0 when there is none. */
  readonly codeLength: number;
  /** Train outputs then test outputs in compact text, where they were asked for. */
  readonly outputs?: readonly (string | null)[];
}

/** The view of an archive entry. */
export function candidateView(archive: Archive, entry: ArchiveEntry): CandidateView {
  const trainRight = countTrue(entry.correctTrain);
  const parent = archive.get(entry.parents[0] ?? "");
  const testRight = entry.correctTest && countTrue(entry.correctTest);
  const trainPerfect = trainRight === entry.correctTrain.length;
  return {
    seq: entry.seq,
    at: entry.at,
    id: entry.id,
    generation: entry.generation,
    taskId: entry.taskId,
    operator: entry.operator,
    parents: entry.parents,
    model: archive.call(entry.callId)?.call.model ?? "",
    outcome: entry.outcome,
    trainRight,
    trainCount: entry.correctTrain.length,
    gain: parent ? trainRight - countTrue(parent.correctTrain) : null,
    testRight,
    testCount: entry.outputs.length - entry.correctTrain.length,
    solved: trainPerfect && !entry.transduction && isSolved(entry.correctTest),
    transduction: entry.transduction,
    duplicate: entry.duplicateOf !== null,
    codeLength: entry.codeLength,
  };
}

/** Tests that are not the run's to judge do not count against it. */
function isSolved(correctTest: readonly boolean[] | null): boolean {
  return correctTest === null || correctTest.every(Boolean);
}

function countTrue(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}
