/**
 * What the archive takes of one segment of the journal, as columns (column_bytes.ts).
 *
 * | columns                                  | a row is                                            |
 * | ---------------------------------------- | --------------------------------------------------- |
 * | kind, seq, at, offset, length            | a record, in journal order                          |
 * | id, call, index, outcome, marks, train,  | an evaluation; `train` and `test` are texts of      |
 * | test, duplicateOf, outputCount           | flags, `test` + 1, 0 = not known to the run         |
 * | output                                   | an output, two numbers (output_key.ts)              |
 * | reply, promptTokens, completionTokens,   | a reply; `by` + 1 is who answered, 0 = who was      |
 * | requests, by, sourceCount                | asked                                               |
 * | sourceHash, sourceLength                 | a source; hash 0 = the completion has none          |
 * | those of digest_calls.ts                 | a request                                           |
 *
 * Records of other kinds are few: they stand in the head, as JSON.
 *
 * @module
 */
import {
  type Digest,
  digestOf,
  type EvaluationDigest,
  type ReplyDigest,
  type SourceDigest,
} from "./archive_digest.ts";
import { OUTCOMES } from "./candidate.ts";
import { asBytes, type ColumnBytes, encodeColumns, floatsIn, idsIn } from "./column_bytes.ts";
import { CallColumns, callsIn } from "./digest_calls.ts";
import { Growing } from "./growing.ts";
import { lineText } from "./journal_line.ts";
import type { AnsweredBy, JournalRecord, TaskLoaded } from "./records.ts";
import { markOf, type SegmentContents, soundLines } from "./segment_contents.ts";
import type { PartHead } from "./segment_part.ts";

/** Version of what digest parts hold and of how they are made; any other is made again. */
export const DIGEST_VERSION = 1;

/** What a part says of itself. */
export interface DigestHead extends PartHead {
  /** Records of tasks. */
  readonly tasks: readonly (TaskLoaded & JournalRecord)[];
  /** Names and flags, by their number. */
  readonly texts: readonly string[];
  /** Who answered replies, by number. */
  readonly answered: readonly AnsweredBy[];
  /** Digests of the kinds that have no columns, in journal order. */
  readonly others: readonly Digest["body"][];
}

/** A part. */
export type DigestPart = ColumnBytes<DigestHead>;

/** Kinds of records: what has columns, what stands in the head, and what only has a number. */
const EVALUATION = 0;
const REPLY = 1;
const CALL = 2;
const OTHER = 3;
const NOTHING = 4;

/** Marks of an evaluation. */
const TRANSDUCTION = 1;
const CONFIRMED = 2;

/** Makes the part of a segment's contents. @throws JournalError when it has another format */
export function makeDigestPart(
  contents: SegmentContents,
  segment: number,
): Uint8Array<ArrayBuffer> {
  const columns = new DigestColumns();
  const tasks: (TaskLoaded & JournalRecord)[] = [];
  const damages: { offset: number; reason: string }[] = [];
  const tell = (offset: number, reason: string) => void damages.push({ offset, reason });
  for (const { bytes, offset } of soundLines(contents, tell)) {
    const record: JournalRecord = JSON.parse(lineText(bytes));
    columns.push(digestOf({ record, location: { segment, offset, length: bytes.length } }));
    if (record.kind === "task") tasks.push(record);
  }
  const { lists, columns: all } = columns.encode();
  const made = markOf(contents);
  return encodeColumns<DigestHead>({
    head: { version: DIGEST_VERSION, segment, made, damages, tasks, ...lists },
    columns: all,
  });
}

/** The digests of a part, in journal order. */
export function* digestsIn({ head, columns }: DigestPart): Generator<Digest> {
  const [seq, at] = [columns.seq, columns.at].map(floatsIn);
  const rows = {
    [EVALUATION]: evaluationsIn({ head, columns }),
    [REPLY]: repliesIn({ head, columns }),
    [CALL]: callsIn(columns, head.texts),
    [OTHER]: head.others.values(),
  };
  for (let row = 0; row < seq.length; row++) {
    const kind = columns.kind[row] as keyof typeof rows | typeof NOTHING;
    yield {
      seq: seq[row],
      at: at[row],
      location: {
        segment: head.segment,
        offset: columns.offset[row],
        length: columns.length[row],
      },
      body: kind === NOTHING ? { kind: "other" } : rows[kind].next().value!,
    };
  }
}

/** Takes digests in order. */
class DigestColumns {
  readonly #texts = new Map<string, number>();
  readonly #calls = new CallColumns((text) => this.#numberOf(text));
  readonly #answered: AnsweredBy[] = [];
  readonly #others: Digest["body"][] = [];
  readonly #kind = new Growing(Uint8Array);
  readonly #seq = new Growing(Float64Array);
  readonly #at = new Growing(Float64Array);
  readonly #offset = new Growing(Uint32Array);
  readonly #length = new Growing(Uint32Array);
  readonly #id = new Growing(BigUint64Array);
  readonly #call = new Growing(BigUint64Array);
  readonly #index = new Growing(Uint32Array);
  readonly #outcome = new Growing(Uint8Array);
  readonly #marks = new Growing(Uint8Array);
  readonly #train = new Growing(Uint32Array);
  readonly #test = new Growing(Uint32Array);
  readonly #duplicateOf = new Growing(BigUint64Array);
  readonly #outputCount = new Growing(Uint32Array);
  readonly #output = new Growing(Uint32Array);
  readonly #reply = new Growing(BigUint64Array);
  readonly #promptTokens = new Growing(Float64Array);
  readonly #completionTokens = new Growing(Float64Array);
  readonly #requests = new Growing(Uint32Array);
  readonly #by = new Growing(Uint32Array);
  readonly #sourceCount = new Growing(Uint32Array);
  readonly #sourceHash = new Growing(BigUint64Array);
  readonly #sourceLength = new Growing(Uint32Array);

  push({ seq, at, location, body }: Digest): void {
    this.#seq.push(seq);
    this.#at.push(at);
    this.#offset.push(location.offset);
    this.#length.push(location.length);
    this.#kind.push(this.#pushBody(body));
  }

  encode() {
    return {
      lists: {
        texts: [...this.#texts.keys()],
        answered: this.#answered,
        others: this.#others,
      },
      columns: {
        kind: this.#kind.values(),
        seq: asBytes(this.#seq.values()),
        at: asBytes(this.#at.values()),
        offset: this.#offset.values(),
        length: this.#length.values(),
        id: asBytes(this.#id.values()),
        call: asBytes(this.#call.values()),
        index: this.#index.values(),
        outcome: this.#outcome.values(),
        marks: this.#marks.values(),
        train: this.#train.values(),
        test: this.#test.values(),
        duplicateOf: asBytes(this.#duplicateOf.values()),
        outputCount: this.#outputCount.values(),
        output: this.#output.values(),
        reply: asBytes(this.#reply.values()),
        promptTokens: asBytes(this.#promptTokens.values()),
        completionTokens: asBytes(this.#completionTokens.values()),
        requests: this.#requests.values(),
        by: this.#by.values(),
        sourceCount: this.#sourceCount.values(),
        sourceHash: asBytes(this.#sourceHash.values()),
        sourceLength: this.#sourceLength.values(),
        ...this.#calls.columns(),
      },
    };
  }

  /** @returns the kind */
  #pushBody(body: Digest["body"]): number {
    switch (body.kind) {
      case "evaluation":
        this.#pushEvaluation(body);
        return EVALUATION;
      case "reply":
        this.#pushReply(body);
        return REPLY;
      case "call":
        this.#calls.push(body);
        return CALL;
      case "other":
        return NOTHING;
      default:
        this.#others.push(body);
        return OTHER;
    }
  }

  #pushEvaluation(body: EvaluationDigest): void {
    this.#id.push(body.id);
    this.#call.push(body.callId);
    this.#index.push(body.index);
    this.#outcome.push(OUTCOMES.indexOf(body.outcome));
    this.#marks.push((body.transduction ? TRANSDUCTION : 0) | (body.confirmed ? CONFIRMED : 0));
    this.#train.push(this.#numberOf(body.correctTrain));
    this.#test.push(body.correctTest === null ? 0 : this.#numberOf(body.correctTest) + 1);
    this.#duplicateOf.push(body.duplicateOf ?? 0n);
    this.#outputCount.push(body.outputs.length);
    for (const half of body.outputs) this.#output.push(half);
  }

  #pushReply(body: ReplyDigest): void {
    this.#reply.push(body.callId);
    this.#promptTokens.push(body.promptTokens);
    this.#completionTokens.push(body.completionTokens);
    this.#requests.push(body.requests);
    this.#by.push(body.by ? this.#answered.push(body.by) : 0);
    this.#sourceCount.push(body.sources.length);
    for (const source of body.sources) {
      this.#sourceHash.push(source === null ? 0n : source[0]);
      this.#sourceLength.push(source === null ? 0 : source[1]);
    }
  }

  #numberOf(text: string): number {
    let number = this.#texts.get(text);
    if (number === undefined) this.#texts.set(text, number = this.#texts.size);
    return number;
  }
}

function* evaluationsIn({ head: { texts }, columns }: DigestPart): Generator<EvaluationDigest> {
  const [id, call, duplicateOf] = [columns.id, columns.call, columns.duplicateOf].map(idsIn);
  let output = 0;
  for (let row = 0; row < id.length; row++) {
    const outputs: number[] = [];
    const end = output + columns.outputCount[row];
    while (output < end) outputs.push(columns.output[output++]);
    const test = columns.test[row];
    yield {
      kind: "evaluation",
      id: id[row],
      callId: call[row],
      index: columns.index[row],
      outcome: OUTCOMES[columns.outcome[row]],
      transduction: (columns.marks[row] & TRANSDUCTION) !== 0,
      confirmed: (columns.marks[row] & CONFIRMED) !== 0,
      correctTrain: texts[columns.train[row]],
      correctTest: test === 0 ? null : texts[test - 1],
      duplicateOf: duplicateOf[row] === 0n ? null : duplicateOf[row],
      outputs,
    };
  }
}

function* repliesIn({ head: { answered }, columns }: DigestPart): Generator<ReplyDigest> {
  const [reply, hash] = [columns.reply, columns.sourceHash].map(idsIn);
  const [promptTokens, completionTokens] = [columns.promptTokens, columns.completionTokens]
    .map(floatsIn);
  let source = 0;
  for (let row = 0; row < reply.length; row++) {
    const sources: SourceDigest[] = [];
    const end = source + columns.sourceCount[row];
    for (; source < end; source++) {
      sources.push(hash[source] === 0n ? null : [hash[source], columns.sourceLength[source]]);
    }
    const by = columns.by[row];
    yield {
      kind: "reply",
      callId: reply[row],
      promptTokens: promptTokens[row],
      completionTokens: completionTokens[row],
      requests: columns.requests[row],
      ...(by === 0 ? {} : { by: answered[by - 1] }),
      sources,
    };
  }
}
