/**
 * What a vote needs of one segment of the journal, as columns (column_bytes.ts).
 *
 * A part knows nothing of other segments: an evaluation whose request or reply stands in an earlier
 * one says so, and who reads the parts in order finds it (ballots.ts). Of outputs those on test
 * inputs are kept, each text once; the others are null, as is what a program did not compute.
 *
 * | columns                                       | a row is                                       |
 * | --------------------------------------------- | ---------------------------------------------- |
 * | id, call, index, flags, train, test, outputs, | an evaluation; the middle four are numbers of  |
 * | source                                        | lists, `source` of a source                    |
 * | callId, task, generation, refined, draw       | a request; task 0 = it stands in an earlier one |
 * | replyId, replySources                         | a reply and how many sources it has            |
 * | hash, codeLength                              | a source; hash "" = the completion has none    |
 * | listStart, listText                           | a list of outputs; text 0 = null               |
 * | text                                          | an output                                      |
 *
 * @module
 */
import { type BallotLine, ballotOfRecord, ballotOfText, kindOf } from "./ballot_lines.ts";
import { type ColumnBytes, encodeColumns } from "./column_bytes.ts";
import { Growing } from "./growing.ts";
import { lineText } from "./journal_line.ts";
import { codeLength, codeOf, hash63 } from "./program.ts";
import type { CallAdmitted, CallReplied, JournalRecord, TaskLoaded } from "./records.ts";
import { type ContentsLine, markOf, type SegmentContents, soundLines } from "./segment_contents.ts";
import type { PartHead } from "./segment_part.ts";
import { TextColumn } from "./text_column.ts";

/** Version of what parts hold and of how they are made; any other is made again. */
export const PART_VERSION = 1;

/** What a part says of itself. */
export interface BallotHead extends PartHead {
  /** Whether it tells of sources. */
  readonly withSources: boolean;
  /** Records of tasks. */
  readonly tasks: readonly TaskLoaded[];
  /** Tasks of requests, by their number. */
  readonly taskIds: readonly string[];
  /** Lists of flags, by their number, e.g. `110`; null for that of no list. */
  readonly flagLists: readonly (string | null)[];
}

/** A part. */
export type BallotPart = ColumnBytes<BallotHead>;

/** Flags of an evaluation. */
export const RAN = 1;
export const TRANSDUCTION = 2;

/** `source` of an evaluation: none, and that its reply stands in an earlier segment. */
export const NO_SOURCE = 0;
export const SOURCE_ELSEWHERE = 0xffffffff;

/**
 * Makes the part of a segment's contents; replies are read only where sources are wanted.
 *
 * @throws JournalError when the segment has another format
 */
export function makePart(
  contents: SegmentContents,
  segment: number,
  withSources: boolean,
): Uint8Array<ArrayBuffer> {
  const builder = new PartBuilder(withSources);
  const damages: { offset: number; reason: string }[] = [];
  const tell = (offset: number, reason: string) => void damages.push({ offset, reason });
  for (const line of soundLines(contents, tell)) builder.take(line);
  return builder.encode({ segment, made: markOf(contents), damages });
}

/** Kinds of records that are always read. */
const READ: ReadonlySet<string> = new Set(["task", "call", "evaluation"]);

/** Takes the lines of a segment in order. */
class PartBuilder {
  readonly #withSources: boolean;
  readonly #tasks: TaskLoaded[] = [];
  readonly #taskNumbers = new Map<string, number>();
  readonly #flagNumbers = new Map<string, number>([["null", 0]]);
  readonly #flagLists: (string | null)[] = [null];

  readonly #ids = new TextColumn();
  readonly #rows = {
    call: new Growing(Uint32Array),
    index: new Growing(Uint32Array),
    flags: new Growing(Uint8Array),
    train: new Growing(Uint32Array),
    test: new Growing(Uint32Array),
    outputs: new Growing(Uint32Array),
    source: new Growing(Uint32Array),
  };

  readonly #callIds = new TextColumn();
  readonly #callNumbers = new Map<string, number>();
  readonly #calls = {
    task: new Growing(Uint32Array),
    generation: new Growing(Uint32Array),
    refined: new Growing(Uint8Array),
    draw: new Growing(Uint32Array),
  };

  readonly #replyIds = new TextColumn();
  readonly #replySources = new Growing(Uint32Array);
  readonly #sourcesOf = new Map<string, { readonly first: number; readonly count: number }>();
  readonly #hashes = new TextColumn();
  readonly #codeLengths = new Growing(Uint32Array);

  readonly #texts = new TextColumn();
  readonly #textNumbers = new Map<string, number>();
  readonly #listStart = new Growing(Uint32Array);
  readonly #listText = new Growing(Uint32Array);
  /** By the numbers of their texts. */
  readonly #listNumbers = new Map<string, number>();
  /** By number of train outputs and the JSON of all: the same lists come again and again. */
  readonly #listsAsWritten: Map<string, number>[] = [];

  constructor(withSources: boolean) {
    this.#withSources = withSources;
    this.#listStart.push(0);
  }

  /** Takes a line without fault. */
  take({ bytes, latin1 }: ContentsLine): void {
    const kind = kindOf(latin1);
    if (kind === "evaluation") {
      const ballot = ballotOfText(latin1);
      if (ballot) return this.#takeBallot(ballot);
    }
    // Without a kind, it stands elsewhere in the line.
    if (kind === "" || READ.has(kind)) this.#takeRecord(JSON.parse(lineText(bytes)));
    else if (kind === "reply" && this.#withSources) this.#takeReply(JSON.parse(lineText(bytes)));
  }

  encode(about: Pick<BallotHead, "segment" | "made" | "damages">): Uint8Array<ArrayBuffer> {
    const valuesOf = <T extends Record<string, Growing<Uint8Array> | Growing<Uint32Array>>>(
      columns: T,
    ) =>
      Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.values()]));
    return encodeColumns<BallotHead>({
      head: {
        version: PART_VERSION,
        ...about,
        withSources: this.#withSources,
        tasks: this.#tasks,
        taskIds: [...this.#taskNumbers.keys()],
        flagLists: this.#flagLists,
      },
      columns: {
        ...this.#ids.columns("id"),
        ...valuesOf(this.#rows),
        ...this.#callIds.columns("callId"),
        ...valuesOf(this.#calls),
        ...this.#replyIds.columns("replyId"),
        replySources: this.#replySources.values(),
        ...this.#hashes.columns("hash"),
        codeLength: this.#codeLengths.values(),
        listStart: this.#listStart.values(),
        listText: this.#listText.values(),
        ...this.#texts.columns("text"),
      },
    });
  }

  #takeRecord(record: JournalRecord): void {
    if (record.kind === "task") this.#tasks.push(record);
    else if (record.kind === "call") this.#takeCall(record);
    else if (record.kind === "reply" && this.#withSources) this.#takeReply(record);
    else if (record.kind === "evaluation") this.#takeBallot(ballotOfRecord(record));
  }

  #takeCall({ callId, taskId, generation, operator, draw }: CallAdmitted): void {
    const task = numberOf(this.#taskNumbers, taskId, () => this.#taskNumbers.size) + 1;
    this.#callNumbers.set(callId, this.#addCall(callId, task, generation, operator, draw));
  }

  #addCall(
    callId: string,
    task: number,
    generation = 0,
    operator: CallAdmitted["operator"] = "sample",
    draw = 0,
  ): number {
    this.#calls.task.push(task);
    this.#calls.generation.push(generation);
    this.#calls.refined.push(Number(operator === "refine"));
    this.#calls.draw.push(draw);
    return this.#callIds.push(callId);
  }

  #takeReply({ callId, completions }: CallReplied): void {
    this.#sourcesOf.set(callId, { first: this.#hashes.length, count: completions.length });
    this.#replyIds.push(callId);
    this.#replySources.push(completions.length);
    for (const completion of completions) {
      const code = codeOf(completion);
      this.#hashes.push(code === null ? "" : hash63(code));
      this.#codeLengths.push(code === null ? 0 : codeLength(code));
    }
  }

  #takeBallot(ballot: BallotLine): void {
    const { id, callId, index, outcome, transduction } = ballot;
    const { call, flags, train, test, outputs, source } = this.#rows;
    this.#ids.push(id);
    call.push(numberOf(this.#callNumbers, callId, () => this.#addCall(callId, 0)));
    this.#rows.index.push(index);
    flags.push((outcome === "ok" ? RAN : 0) | (transduction ? TRANSDUCTION : 0));
    const right = this.#flagsOf(ballot.correctTrain);
    train.push(right);
    test.push(this.#flagsOf(ballot.correctTest));
    outputs.push(this.#listOf(ballot.outputs, this.#flagLists[right]!.length));
    source.push(this.#sourceOf(callId, index));
  }

  #sourceOf(callId: string, index: number): number {
    if (!this.#withSources) return NO_SOURCE;
    const sources = this.#sourcesOf.get(callId);
    if (!sources) return SOURCE_ELSEWHERE;
    return index < sources.count ? sources.first + index + 1 : NO_SOURCE;
  }

  /** @param list JSON of a list of flags, or null */
  #flagsOf(list: string): number {
    return numberOf(this.#flagNumbers, list, () => {
      const flags: boolean[] = JSON.parse(list);
      return this.#flagLists.push(flags.map((flag) => flag ? "1" : "0").join("")) - 1;
    });
  }

  /** @param list JSON of a list of outputs, of which the first `trainCount` are on train inputs */
  #listOf(list: string, trainCount: number): number {
    const known = this.#listsAsWritten[trainCount] ??= new Map();
    return numberOf(known, list, () => {
      const outputs: (string | null)[] = JSON.parse(list);
      const texts = outputs.map((output, i) =>
        output === null || i < trainCount ? 0 : this.#textOf(output) + 1
      );
      return numberOf(this.#listNumbers, texts.join(), () => {
        for (const text of texts) this.#listText.push(text);
        this.#listStart.push(this.#listText.length);
        return this.#listStart.length - 2;
      });
    });
  }

  #textOf(output: string): number {
    return numberOf(this.#textNumbers, output, () => this.#texts.push(output));
  }
}

/** The number of a key; that which is made for it where it has none. */
function numberOf(numbers: Map<string, number>, key: string, make: () => number): number {
  let number = numbers.get(key);
  if (number === undefined) numbers.set(key, number = make());
  return number;
}
