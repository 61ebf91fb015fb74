/**
 * What "the same archive" means: two runs are the same when these rows are.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";

/**
 * One text a candidate of (id, parents, code hash, outcome, output hash, correct_*), sorted by id.
 * What hangs on timing (order, durations, which of two equal programs ran first) is not in it.
 */
export function archiveRows(archive: Archive): string[] {
  return [...archive.entries()].map((entry) =>
    JSON.stringify([
      entry.id,
      entry.parents,
      entry.codeHash,
      entry.outcome,
      entry.outputs,
      entry.correctTrain,
      entry.correctTest,
    ])
  ).sort();
}

/** Ids of the rows that only one of two archives has, or that differ. */
export function differingRows(a: Archive, b: Archive): string[] {
  const [rowsOfA, rowsOfB] = [new Set(archiveRows(a)), new Set(archiveRows(b))];
  const differing = [...rowsOfA.symmetricDifference(rowsOfB)];
  return [...new Set(differing.map((row) => JSON.parse(row)[0] as string))];
}
