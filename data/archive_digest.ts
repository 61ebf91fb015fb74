/**
 * What the archive keeps of a record: no sources and no grids, only what tells them apart.
 *
 * Other threads can make them and files keep them, as columns (digest_part.ts). Ids are numbers here,
 * flags a digit each.
 *
 * @module
 */
import type { Entry, Location } from "./journal_reader.ts";
import { idOf } from "./id_table.ts";
import { outputKey } from "./output_key.ts";
import { codeLength, codeOf, hash63 } from "./program.ts";
import type {
  CallAdmitted,
  CallFailed,
  CallReplied,
  Evaluated,
  JournalRecord,
  Noted,
  Selected,
  Voted,
} from "./records.ts";

/** Hash of a source and its length in characters; null where there is none. */
export type SourceDigest = readonly [hash: bigint, length: number] | null;

/** A reply without its texts. */
export interface ReplyDigest
  extends Pick<CallReplied, "kind" | "promptTokens" | "completionTokens" | "by"> {
  /** Request it answers. */
  readonly callId: bigint;
  /** Requests sent for it. */
  readonly requests: number;
  /** One a completion. */
  readonly sources: readonly SourceDigest[];
}

/** An evaluation without its grids. */
export interface EvaluationDigest
  extends Pick<Evaluated, "kind" | "index" | "outcome" | "transduction" | "confirmed"> {
  /** Candidate it is of. */
  readonly id: bigint;
  /** Request that brought it. */
  readonly callId: bigint;
  /** Earlier candidate whose result it repeats; null where it is its own. */
  readonly duplicateOf: bigint | null;
  /** Whether each train output was right, e.g. `110`. */
  readonly correctTrain: string;
  /** The same of the test outputs; null where the answers are not known to the run. */
  readonly correctTest: string | null;
  /** Keys of the outputs, two numbers each (output_key.ts). */
  readonly outputs: readonly number[];
}

/** That rows of a task were selected for the shards of a generation. */
export type SelectedDigest = Pick<Selected, "kind" | "generation" | "taskId">;

/** A record of which the archive keeps nothing but its number. */
export interface OtherDigest {
  /** Tells digests apart. */
  readonly kind: "other";
}

/** The digest of a record and where the record stands. */
export interface Digest {
  /** Journal number. */
  readonly seq: number;
  /** When it was journalled, in UTC milliseconds since 1970. */
  readonly at: number;
  /** Where the record stands. */
  readonly location: Location;
  /** What the archive keeps of it. */
  readonly body:
    | CallAdmitted
    | ReplyDigest
    | CallFailed
    | EvaluationDigest
    | Noted
    | Voted
    | SelectedDigest
    | OtherDigest;
}

/** Makes the digest of a record. */
export function digestOf({ record, location }: Entry): Digest {
  const { seq, at } = record;
  return { seq, at, location, body: bodyOf(record) };
}

function bodyOf(record: JournalRecord): Digest["body"] {
  switch (record.kind) {
    case "call":
    case "call_failed":
    case "event":
    case "vote": {
      const { seq: _seq, at: _at, ...body } = record;
      return body;
    }
    case "reply":
      return {
        kind: "reply",
        callId: idOf(record.callId),
        promptTokens: record.promptTokens,
        completionTokens: record.completionTokens,
        requests: record.requests ?? 1 + record.retries,
        ...(record.by ? { by: record.by } : {}),
        sources: record.completions.map((completion) => {
          const code = codeOf(completion);
          return code === null ? null : [idOf(hash63(code)), codeLength(code)];
        }),
      };
    case "evaluation": {
      const { kind, index, outcome, transduction, confirmed, duplicateOf } = record;
      return {
        ...{ kind, index, outcome, transduction, confirmed },
        id: idOf(record.id),
        callId: idOf(record.callId),
        duplicateOf: duplicateOf === null ? null : idOf(duplicateOf),
        correctTrain: flagsText(record.correctTrain),
        correctTest: record.correctTest && flagsText(record.correctTest),
        outputs: record.outputs.flatMap(outputKey),
      };
    }
    case "selected":
      return { kind: "selected", generation: record.generation, taskId: record.taskId };
    default:
      return { kind: "other" };
  }
}

function flagsText(flags: readonly boolean[]): string {
  let text = "";
  for (const flag of flags) text += flag ? "1" : "0";
  return text;
}
