/**
 * What a run has come to, in a few numbers, kept beside its journal once it stands still.
 *
 * @module
 */
import { z } from "zod";
import { folderBytes, readJournal, type RunDirectory } from "../mod.ts";

const Counts = z.object({
  /** Tasks of the run. */
  tasks: z.int(),
  /** Generations that have programs. */
  generations: z.int(),
  /** Programs judged. */
  programs: z.int(),
  /** Tasks with a program right on every pair and test; null where the run knows no answers. */
  solved: z.int().nullable(),
});

/** Numbers of a run. */
export type RunCounts = z.infer<typeof Counts>;

const Kept = z.object({ journalBytes: z.int(), counts: Counts });

/** The numbers of a run, from its journal or from what was kept when that was as long. */
export function runCounts(directory: RunDirectory, keep: boolean): RunCounts {
  const journalBytes = folderBytes(directory.journal);
  const file = `${directory.path}/counts.json`;
  const kept = readKept(file);
  if (kept?.journalBytes === journalBytes) return kept.counts;
  const counts = count(directory.journal);
  if (keep) Deno.writeTextFileSync(file, JSON.stringify({ journalBytes, counts }) + "\n");
  return counts;
}

function count(journal: string): RunCounts {
  const calls = new Map<string, { taskId: string; generation: number }>();
  const tasks = new Set<string>();
  const solved = new Set<string>();
  let generations = 0;
  let programs = 0;
  let known = false;
  for (const { record } of readRecords(journal)) {
    if (record.kind === "task") tasks.add(record.taskId);
    if (record.kind === "call") calls.set(record.callId, record);
    if (record.kind !== "evaluation") continue;
    const call = calls.get(record.callId);
    if (!call) continue;
    programs++;
    generations = Math.max(generations, call.generation + 1);
    known ||= record.correctTest !== null;
    const right = [...record.correctTrain, ...record.correctTest ?? [false]].every(Boolean);
    if (right && !record.transduction) solved.add(call.taskId);
  }
  return { tasks: tasks.size, generations, programs, solved: known ? solved.size : null };
}

/** Records of a journal; of one that was never begun there are none. */
function* readRecords(journal: string) {
  try {
    yield* readJournal(journal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function readKept(file: string): z.infer<typeof Kept> | null {
  try {
    return Kept.parse(JSON.parse(Deno.readTextFileSync(file)));
  } catch {
    // Not there, or not what it should be: it is only a copy.
    return null;
  }
}
