/**
 * The recorder: the one way into journal, archive and event stream, in that order.
 *
 * @module
 */
import { type Archive, collision } from "../data/archive.ts";
import type { ArchiveEntry } from "../data/archive_entry.ts";
import { decodeGrid, type Grid } from "../data/grid.ts";
import type { Journal } from "../data/journal.ts";
import type { Entry, Location } from "../data/journal_reader.ts";
import { codeOf } from "../data/program.ts";
import type { CallReplied, JournalRecord, RecordBody } from "../data/records.ts";
import type { EventStream } from "../streams/event_stream.ts";
import { EventHub, type Numbered } from "../streams/event_hub.ts";

/** A program with its source and outputs, read back from the journal. */
export interface LoadedProgram {
  /** What the archive knows of it. */
  readonly entry: ArchiveEntry;
  /** Its source. */
  readonly code: string;
  /** Train outputs then test outputs. */
  readonly outputs: readonly (Grid | null)[];
  /** First line of the fault; null when it ran. */
  readonly error: string | null;
}

/** Replies kept for programs of the same call, which are often read one after another. */
const REPLIES_KEPT = 64;

/** Writes what happens and tells it. */
export class Recorder {
  /** Takes each record as it is appended. */
  readonly archive: Archive;
  /** Tells each record to those who listen. */
  readonly hub: EventHub<JournalRecord>;
  readonly #journal: Journal;
  readonly #replies = new Map<string, CallReplied>();

  /** Takes a journal and the archive that all of it was applied to. */
  constructor(journal: Journal, archive: Archive) {
    this.#journal = journal;
    this.archive = archive;
    this.hub = new EventHub<JournalRecord>({
      firstSeq: journal.seq + 1,
      fromError: (reason) => {
        throw reason;
      },
    });
  }

  /** Every record from now on, under its journal number. */
  get records$(): EventStream<Numbered<JournalRecord>> {
    return this.hub.events$;
  }

  /** Resolves when the record is written. */
  async record(body: RecordBody): Promise<Entry> {
    if (body.kind === "evaluation" && this.archive.get(body.id)) {
      throw new Error(collision(body.id));
    }
    const { record, location, written } = this.#journal.append(body);
    this.archive.apply({ record, location });
    this.hub.emit(record);
    await written;
    return { record, location };
  }

  /** Records the events of an actor as they come. */
  attach(events$: EventStream<RecordBody>): void {
    // Whoever writes data meets the same journal fault and stops the run.
    events$.subscribe((body) => void this.record(body).catch(() => {}));
  }

  /** Reads a program's source and outputs back. */
  async load(entry: ArchiveEntry): Promise<LoadedProgram> {
    const evaluation = await this.#journal.read(entry.evaluationAt);
    if (evaluation.kind !== "evaluation") {
      throw new Error(`record ${entry.seq}: expected an evaluation, found ${evaluation.kind}`);
    }
    const reply = await this.#reply(entry.replyAt);
    return {
      entry,
      code: codeOf(reply.completions[entry.index]) ?? "",
      outputs: evaluation.outputs.map((text) => text === null ? null : decodeGrid(text)),
      error: evaluation.error,
    };
  }

  async #reply(at: Location): Promise<CallReplied> {
    const key = `${at.segment} ${at.offset}`;
    const kept = this.#replies.get(key);
    if (kept) return kept;
    const reply = await this.#journal.read(at);
    if (reply.kind !== "reply") throw new Error(`expected a reply, found ${reply.kind}`);
    this.#replies.set(key, reply);
    if (this.#replies.size > REPLIES_KEPT) {
      this.#replies.delete(this.#replies.keys().next().value!);
    }
    return reply;
  }
}
