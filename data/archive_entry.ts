/**
 * What the archive tells of a candidate and of a request.
 *
 * @module
 */
import type { Candidate, Evaluation } from "./candidate.ts";
import type { Location } from "./journal_reader.ts";
import type { CallAdmitted } from "./records.ts";

/** One evaluated candidate. */
export interface ArchiveEntry
  extends
    Omit<Candidate, "code" | "model">,
    Omit<Evaluation, "id" | "error" | "outputs" | "ms" | "layers"> {
  /** Train accuracy, 0..1. */
  readonly h: number;
  /** Hash of the source; "" when there is none. */
  readonly codeHash: string;
  /** Length of the source in characters. */
  readonly codeLength: number;
  /** A key of each output, train then test; null where there was none. Equal grids, equal keys. */
  readonly outputs: readonly (string | null)[];
  /** Journal number of the evaluation. */
  readonly seq: number;
  /** When it was journalled, in UTC milliseconds since 1970. */
  readonly at: number;
  /** Where its evaluation stands in the journal. */
  readonly evaluationAt: Location;
  /** Where the reply that holds its source stands. */
  readonly replyAt: Location;
}

/** A request of the run and how far it has come. */
export interface CallState {
  /** The request as it was admitted. */
  readonly call: CallAdmitted;
  /** Its reply's completions not evaluated yet, by index; null before the reply. */
  readonly waiting: ReadonlyMap<number, Candidate> | null;
  /** Where its reply stands in the journal; null before it. */
  readonly replyAt: Location | null;
  /** Whether it failed, or was replied to and all its programs evaluated. */
  readonly ended: boolean;
}

/** Order of requests: generation, samples before refinements, draw, completion. */
export function byRequest(a: ArchiveEntry, b: ArchiveEntry): number {
  return a.generation - b.generation || Number(a.operator === "refine") -
      Number(b.operator === "refine") ||
    a.draw - b.draw || a.index - b.index;
}
