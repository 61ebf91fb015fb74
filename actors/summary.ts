/**
 * What a run has solved, by generation, and whether learning made the difference.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import type { ArchiveEntry } from "../data/archive_entry.ts";
import type { Task } from "../data/task.ts";
import { type Difference, pairedBootstrap } from "../search/bootstrap.ts";
import { isSolved } from "../search/judged.ts";
import { seededRandom } from "../search/random.ts";
import { scoreOfAttempts } from "../search/score.ts";

/** Tasks solved in one generation; `null` where the run does not know the answers. */
export interface GenerationSummary {
  /** Counted from 0. */
  readonly generation: number;
  /** Programs evaluated. */
  readonly programs: number;
  /** Those that were sampled. */
  readonly sampled: number;
  /** Those that were refined from others. */
  readonly refined: number;
  /** Tasks with a solution among this generation's samples, and its refinements. */
  readonly bySampling: number | null;
  /** Tasks with a solution among its refinements. */
  readonly byRefining: number | null;
  /** Tasks solved in this generation and in none before. */
  readonly newlySolved: number | null;
  /** Tasks solved in this generation or before. */
  readonly cumulative: number | null;
  /** Tasks for which each test input is right in one of the two attempts. */
  readonly byVote: number | null;
}

/** Summaries of generations 0..generations-1. */
export function summarize(
  archive: Archive,
  tasks: readonly Task[],
  generations: number,
  answersKnown: boolean,
): GenerationSummary[] {
  const before = new Set<string>();
  return Array.from({ length: generations }, (_, generation) => {
    const entries = [...archive.entries()].filter((entry) => entry.generation === generation);
    const sampled = entries.filter(({ operator }) => operator === "sample");
    const refined = entries.filter(({ operator }) => operator === "refine");
    const [bySampling, byRefining] = [solvedTasks(sampled), solvedTasks(refined)];
    const newly = [...bySampling.union(byRefining)].filter((taskId) => !before.has(taskId));
    for (const taskId of newly) before.add(taskId);
    const known = <T>(value: T) => answersKnown ? value : null;
    return {
      generation,
      programs: entries.length,
      sampled: sampled.length,
      refined: refined.length,
      bySampling: known(bySampling.size),
      byRefining: known(byRefining.size),
      newlySolved: known(newly.length),
      cumulative: known(before.size),
      byVote: known(tasks.filter(({ id }) => isSolvedByVote(archive, generation, id)).length),
    };
  });
}

/**
 * Tasks solved by the samples of one generation minus those of another, at equal draws.
 *
 * @param most samples of a task that count, the first ones, where one generation had more
 */
export function gainOverGenerations(
  archive: Archive,
  tasks: readonly Task[],
  from: number,
  to: number,
  seed: number,
  most = Infinity,
): Difference {
  const solvedIn = (generation: number) =>
    tasks.map(({ id }) => {
      const samples = archive.ofTask(id).filter((entry) =>
        entry.generation === generation && entry.operator === "sample"
      );
      return solvedTasks(samples.slice(0, most)).size > 0;
    });
  return pairedBootstrap(solvedIn(to), solvedIn(from), { random: seededRandom(seed, "bootstrap") });
}

function solvedTasks(entries: readonly ArchiveEntry[]): Set<string> {
  return new Set(
    entries.filter((entry) => entry.outcome === "ok" && !entry.transduction && isSolved(entry))
      .map(({ taskId }) => taskId),
  );
}

function isSolvedByVote(archive: Archive, generation: number, taskId: string): boolean {
  const flags = archive.votes(generation, taskId).map(({ correctTest }) => correctTest ?? []);
  return flags.length > 0 && scoreOfAttempts(flags) === 1;
}
