/**
 * Lines of the journal as a vote reads them: of an evaluation only what it needs, as raw JSON.
 *
 * Evaluations are taken apart by the order in which a run writes their fields
 * (actors/archivist.ts); a line of another order, of a program written by hand perhaps, is parsed.
 * A quote in a JSON string stands behind a backslash, so what is looked for is no part of an error.
 *
 * @module
 */
import type { Evaluated } from "./records.ts";

/** What a vote needs of an evaluation; lists are the texts of JSON lists. */
export interface BallotLine {
  readonly id: string;
  readonly callId: string;
  readonly index: number;
  readonly outcome: string;
  readonly outputs: string;
  readonly correctTrain: string;
  /** `null` as text where there is no list. */
  readonly correctTest: string;
  readonly transduction: boolean;
}

const HEAD =
  /^\{"seq":\d+,"at":[\d.]+,"kind":"evaluation","id":"(\d+)","callId":"(\d+)","index":(\d+),"outcome":"(\w+)","error":/;

/** Fields behind the error, one after another. */
const OUTPUTS = ',"outputs":';
const TRAIN = ',"correctTrain":';
const TEST = ',"correctTest":';
const TRANSDUCTION = ',"transduction":';

/**
 * The ballot of a line of an evaluation; null where its fields stand in another order.
 *
 * @param text A character a byte will do: ids, flags and grids are ASCII.
 */
export function ballotOfText(text: string): BallotLine | null {
  const head = HEAD.exec(text);
  if (!head) return null;
  const [all, id, callId, index, outcome] = head;
  const outputs = listBehind(text, OUTPUTS, all.length);
  const correctTrain = outputs && listBehind(text, TRAIN, outputs.end);
  const correctTest = correctTrain && listBehind(text, TEST, correctTrain.end);
  if (!correctTest || !text.startsWith(TRANSDUCTION, correctTest.end)) return null;
  return {
    id,
    callId,
    index: Number(index),
    outcome,
    outputs: outputs.list,
    correctTrain: correctTrain.list,
    correctTest: correctTest.list,
    transduction: text.startsWith("true", correctTest.end + TRANSDUCTION.length),
  };
}

/** The list that a field holds, or its null; null where there is no such field from `from` on. */
function listBehind(text: string, field: string, from: number) {
  const at = field === OUTPUTS ? text.indexOf(field, from) : from;
  if (at < 0 || !text.startsWith(field, at)) return null;
  const start = at + field.length;
  const end = text.startsWith("null", start) ? start + 4 : text.indexOf("]", start) + 1;
  return { list: text.slice(start, end), end };
}

/** The ballot of an evaluation that was parsed. */
export function ballotOfRecord(record: Evaluated): BallotLine {
  const { id, callId, index, outcome, transduction } = record;
  return {
    id,
    callId,
    index,
    outcome,
    outputs: JSON.stringify(record.outputs),
    correctTrain: JSON.stringify(record.correctTrain),
    correctTest: JSON.stringify(record.correctTest),
    transduction,
  };
}

/** The kind of a line's record; "" where it does not stand at its place, behind two numbers. */
export function kindOf(text: string): string {
  return /^\{"seq":\d+,"at":[\d.]+,"kind":"(\w+)"/.exec(text)?.[1] ?? "";
}
