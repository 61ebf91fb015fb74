/**
 * A candidate as `tail` and the event stream show it.
 *
 * @module
 */
import type { Archive, ArchiveEntry } from "./archive.ts";

/** One evaluated candidate in a few words. */
export interface CandidateView {
  readonly seq: number;
  /** When it was judged, in UTC milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly generation: number;
  readonly taskId: string;
  readonly operator: ArchiveEntry["operator"];
  readonly parents: readonly string[];
  readonly model: string;
  readonly outcome: ArchiveEntry["outcome"];
  /** Train pairs right, and how many there are. */
  readonly trainRight: number;
  readonly trainCount: number;
  /** Train pairs right beyond the parent's; null for a sample. */
  readonly gain: number | null;
  /** Tests right; null where the run does not know. */
  readonly testRight: number | null;
  readonly testCount: number;
  /** Right on everything the run may judge, and not hard-coded. */
  readonly solved: boolean;
  readonly transduction: boolean;
  readonly duplicate: boolean;
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
