/**
 * Which candidates `tail` shows; the run's server applies it too, so that `-n` counts what is shown.
 *
 * @module
 */
import type { CandidateView } from "../mod.ts";

/** All that are given must hold. */
export interface CandidateFilter {
  readonly task?: string;
  readonly outcome?: string;
  readonly solved?: boolean;
}

/** Whether a candidate is shown. */
export function isWanted(view: CandidateView, { task, outcome, solved }: CandidateFilter): boolean {
  return (task === undefined || view.taskId === task) &&
    (outcome === undefined || view.outcome === outcome) && (!solved || view.solved);
}

/** What is there already: the last `last`, or all after a journal number. */
export function selectCandidates(
  views: Iterable<CandidateView>,
  filter: CandidateFilter,
  { after, last }: { readonly after?: number; readonly last: number },
): CandidateView[] {
  const wanted = [...views].filter((view) => isWanted(view, filter));
  if (after !== undefined) return wanted.filter(({ seq }) => seq > after);
  return last > 0 ? wanted.slice(-last) : [];
}

/** The filter as a query string's fields, and back. */
export function filterToQuery({ task, outcome, solved }: CandidateFilter): URLSearchParams {
  const query = new URLSearchParams();
  if (task !== undefined) query.set("task", task);
  if (outcome !== undefined) query.set("outcome", outcome);
  if (solved) query.set("solved", "1");
  return query;
}

/** Inverse of {@link filterToQuery}. */
export function filterOfQuery(query: Readonly<Record<string, string>>): CandidateFilter {
  const { task, outcome, solved } = query;
  return { task, outcome, solved: solved === "1" };
}
