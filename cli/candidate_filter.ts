/**
 * Which candidates `tail` shows; the run's server applies it too, so that `-n` counts what is shown.
 *
 * @module
 */
import { BINS, type CandidateView, correctnessBin, didYouMean, OUTCOMES } from "../mod.ts";
import { UsageError } from "./usage_error.ts";

/** All that are given must hold. */
export interface CandidateFilter {
  readonly task?: string;
  readonly outcome?: string;
  readonly solved?: boolean;
  /** Train pairs right beyond the parent's, at least. */
  readonly gain?: number;
  /** By train accuracy: one of `BINS`. */
  readonly bin?: string;
  readonly generation?: number;
  readonly model?: string;
  /** Judged at or after, in UTC milliseconds since 1970. */
  readonly since?: number;
}

/** What is there already: the last `last`, all after a journal number, or the last of those. */
export interface Which {
  readonly after?: number;
  readonly last?: number;
}

const NUMBERS = ["gain", "generation", "since"] as const;
const TEXTS = ["task", "outcome", "bin", "model"] as const;

/** @throws UsageError for an outcome or bin that there is not, or a number that is none */
export function checkFilter({ outcome, bin, ...others }: CandidateFilter): void {
  refuseOther("outcome", outcome, OUTCOMES);
  refuseOther("bin", bin, BINS);
  for (const name of NUMBERS) {
    const value = others[name];
    if (value !== undefined && !Number.isInteger(value)) {
      throw new UsageError(`${name}: expected a whole number`);
    }
  }
}

/** Whether a candidate is shown. */
export function isWanted(view: CandidateView, filter: CandidateFilter): boolean {
  const { task, outcome, solved, gain, bin, generation, model, since } = filter;
  return (task === undefined || view.taskId === task) &&
    (outcome === undefined || view.outcome === outcome) && (!solved || view.solved) &&
    (gain === undefined || (view.gain !== null && view.gain >= gain)) &&
    (bin === undefined || binOf(view) === bin) &&
    (generation === undefined || view.generation === generation) &&
    (model === undefined || view.model === model) && (since === undefined || view.at >= since);
}

/** The bin of a candidate by its train accuracy. */
export function binOf({ trainRight, trainCount }: CandidateView): string {
  return correctnessBin(Array.from({ length: trainCount }, (_, i) => i < trainRight));
}

/** Those of the past that are shown; nothing when neither a number nor how many is given. */
export function selectCandidates(
  views: Iterable<CandidateView>,
  filter: CandidateFilter,
  { after, last = after === undefined && filter.since === undefined ? 0 : Infinity }: Which,
): CandidateView[] {
  if (last === 0) return [];
  const wanted: CandidateView[] = [];
  for (const view of views) {
    if ((after === undefined || view.seq > after) && isWanted(view, filter)) wanted.push(view);
  }
  return wanted.slice(-last);
}

/** The filter as a query string's fields, and back. */
export function filterToQuery(filter: CandidateFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) {
    const value = filter[name];
    if (value !== undefined) query.set(name, String(value));
  }
  if (filter.solved) query.set("solved", "1");
  return query;
}

/** Inverse of {@link filterToQuery}. @throws UsageError as {@link checkFilter} */
export function filterOfQuery(query: Readonly<Record<string, string>>): CandidateFilter {
  const texts = TEXTS.flatMap((name) => name in query ? [[name, query[name]]] : []);
  const numbers = NUMBERS.flatMap((name) => name in query ? [[name, Number(query[name])]] : []);
  const filter = {
    ...Object.fromEntries([...texts, ...numbers]),
    ...(query.solved === "1" ? { solved: true } : {}),
  };
  checkFilter(filter);
  return filter;
}

function refuseOther(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new UsageError(
    `--${name} ${value}${didYouMean(value, known)}: expected one of ${known.join(", ")}`,
  );
}
