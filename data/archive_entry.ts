/**
 * What the archive tells of a candidate and of a request.
 *
 * @module
 */
import type { Candidate, Operator, Outcome } from "./candidate.ts";
import type { Location } from "./journal_reader.ts";
import type { CallAdmitted } from "./records.ts";

/** One evaluated candidate. */
export interface ArchiveEntry {
  /** 63-bit hash as a decimal string. */
  readonly id: string;
  /** Request that brought it. */
  readonly callId: string;
  /** Task it was written for. */
  readonly taskId: string;
  /** Generation of the run that asked for it, from 0. */
  readonly generation: number;
  /** How it came to be. */
  readonly operator: Operator;
  /** Number of the request among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completion index within the request, from 0. */
  readonly index: number;
  /** Ids of the programs it was refined from; empty for `sample`. */
  readonly parents: readonly string[];
  /** `ok`, or what kept the first input from giving a grid. */
  readonly outcome: Outcome;
  /** Whether each train output was right; one a train pair. */
  readonly correctTrain: readonly boolean[];
  /** Whether each test output was right; null where the run does not know. */
  readonly correctTest: readonly boolean[] | null;
  /** Train accuracy, 0..1. */
  readonly h: number;
  /** Hash of the source; "" when there is none. */
  readonly codeHash: string;
  /** Length of the source in characters. */
  readonly codeLength: number;
  /** A key of each output, train then test; null where there was none. Equal grids, equal keys. */
  readonly outputs: readonly (string | null)[];
  /** Caught by the hard-coding filter. */
  readonly transduction: boolean;
  /** Run once more where programs cannot see each other, with the same outputs. */
  readonly confirmed: boolean;
  /**
   * Earlier candidate of the task with the same source, whose result this repeats; null if none.
   */
  readonly duplicateOf: string | null;
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
