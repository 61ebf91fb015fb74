/**
 * Reading of a journal what a vote needs; a tenth to a fifth less work than reading all of it.
 *
 * Every line's checksum is verified. Replies are not read unless sources are asked for; evaluations
 * are taken apart by one expression over the form in which a run writes them, and lists that came
 * before are not made again. A line of another form, e.g. of a program written by hand, is parsed.
 *
 * @module
 */
import type { Outcome } from "./candidate.ts";
import { type Damage, type Entry, readJournal } from "./journal_reader.ts";
import type { CastBallot, Evaluated, JournalRecord } from "./records.ts";

/** The beginning of an evaluation as a run writes it (actors/archivist.ts); no vote needs the rest. */
const EVALUATION = new RegExp(
  [
    String.raw`^\{"seq":\d+,"at":[\d.]+,"kind":"evaluation","id":"(\d+)","callId":"(\d+)"`,
    String.raw`"index":(\d+),"outcome":"(\w+)","error":(?:null|"(?:[^"\\]|\\.)*")`,
    String.raw`"outputs":(\[[^\]]*\]),"correctTrain":(\[[^\]]*\])`,
    String.raw`"correctTest":(null|\[[^\]]*\]),"transduction":(true|false),`,
  ].join(","),
);

const REPLIES: ReadonlySet<string> = new Set(["reply"]);

/**
 * The records of a run that a vote needs, in order; of evaluations written by a run only the fields
 * of {@link CastBallot}.
 *
 * @param withSources whether replies are among them
 * @throws JournalError as {@link readJournal}
 */
export function* readBallotLines(
  directory: string,
  withSources: boolean,
  onDamage: (damage: Damage) => void,
): Generator<JournalRecord | CastBallot> {
  const lists = new Map<string, readonly unknown[] | null>();
  const list = (text: string) => {
    let known = lists.get(text);
    if (known === undefined) lists.set(text, known = JSON.parse(text));
    return known!;
  };
  // The entries are a run's records but for what is left out of evaluations.
  const parse = (text: string) => {
    const found = EVALUATION.exec(text);
    if (!found) return JSON.parse(text);
    const [, id, callId, index, outcome, outputs, correctTrain, correctTest, transduction] = found;
    return {
      kind: "evaluation",
      id,
      callId,
      index: Number(index),
      outcome: outcome as Outcome,
      outputs: list(outputs) as Evaluated["outputs"],
      correctTrain: list(correctTrain) as Evaluated["correctTrain"],
      correctTest: list(correctTest) as Evaluated["correctTest"],
      transduction: transduction === "true",
    } satisfies CastBallot;
  };
  const reading = { parse, skip: withSources ? undefined : REPLIES };
  const entries: Iterable<Pick<Entry, "record">> = readJournal(
    directory,
    onDamage,
    undefined,
    reading,
  );
  for (const { record } of entries) yield record;
}
