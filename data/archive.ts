/**
 * The archive index: what a run knows of its candidates, in memory.
 *
 * It is a function of the journal: `apply` takes each record once, in order, from the writer of a
 * live run or from a re-read at resume. It holds no source and no grids, only where they stand; what
 * has ended stands in columns (archive_calls.ts, archive_programs.ts), so that a million programs
 * take a few hundred megabytes. Refiner, relabeler and voter read it; nothing here depends on the store.
 *
 * @module
 */
import { CallTable } from "./archive_calls.ts";
import {
  type Digest,
  digestOf,
  type EvaluationDigest,
  type ReplyDigest,
  type SourceDigest,
} from "./archive_digest.ts";
import { type ArchiveEntry, byRequest, type CallState } from "./archive_entry.ts";
import { ProgramRow, ProgramTable } from "./archive_programs.ts";
import { type Spent, SpentTable } from "./archive_spent.ts";
import { SourceTable } from "./source_table.ts";
import { idIfAny, idOf } from "./id_table.ts";
import type { Candidate } from "./candidate.ts";
import { candidateOf } from "./identity.ts";
import type { Entry, Location } from "./journal_reader.ts";
import { codeOf } from "./program.ts";
import type { CallAdmitted, CallReplied, Noted, Voted } from "./records.ts";

/** Completions of a reply that are not evaluated yet, by index. */
interface Waiting {
  readonly sources: Map<number, SourceDigest>;
  /** Their texts; null after a rebuild, until they are read back. */
  codes: readonly (string | null)[] | null;
}

const NONE: ReadonlyMap<number, Candidate> = new Map();

/** In-memory index of a run. */
export class Archive {
  readonly #calls = new CallTable();
  readonly #programs = new ProgramTable(this.#calls);
  readonly #byTask = new Map<string, ArchiveEntry[]>();
  /** Replied and not ended, by row. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #firstBySource = new SourceTable({
    codeHash: (row) => this.#programs.sourceId(row),
    task: (row) => this.#calls.taskNumber(this.#programs.call.at(row)),
  });
  readonly #timesChosen = new Map<string, number>();
  readonly #notes: Noted[] = [];
  readonly #votes = new Map<string, Voted>();
  readonly #selected = new Set<string>();
  readonly #unsorted = new Set<string>();
  readonly #spent = new SpentTable();
  /** Rows of requests that a stop rule ended. */
  readonly #cancelled = new Set<number>();
  #seq = 0;

  /** Journal number of the last record taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Evaluated candidates of the run. */
  get size(): number {
    return this.#programs.ids.length;
  }

  /** Takes the next journal record. @throws Error when two candidates share an id */
  apply(entry: Entry): void {
    this.take(digestOf(entry));
    const { record, location } = entry;
    if (record.kind !== "reply") return;
    // Of two replies to a request the first counts.
    const replyAt = this.call(record.callId)?.replyAt;
    if (replyAt?.segment === location.segment && replyAt.offset === location.offset) {
      this.#setSources(record);
    }
  }

  /**
   * Takes the digest of the next record. Candidates that wait are without their source then, until
   * {@link readSources}.
   *
   * @throws Error when two candidates share an id
   */
  take(digest: Digest): void {
    const { seq, location, body } = digest;
    this.#seq = seq;
    switch (body.kind) {
      case "call":
        this.#takeCall(body);
        break;
      case "reply":
        this.#takeReply(body, location);
        break;
      case "call_failed": {
        const row = this.#calls.rowOf(idIfAny(body.callId));
        if (row >= 0 && !this.#calls.hasEnded(row)) {
          const n = this.#calls.n(row);
          if (body.cancelled) {
            this.#cancelled.add(row);
            this.#spend(row, { asked: -n });
          } else if (this.#calls.replyAt(row) === null) this.#spend(row, { replied: n });
          this.#end(row);
        }
        break;
      }
      case "evaluation":
        this.#takeEvaluation(body, digest);
        break;
      case "event":
        this.#notes.push(body);
        break;
      case "vote":
        this.#votes.set(`${body.generation} ${body.taskId} ${body.attempt}`, body);
        break;
      case "selected":
        this.#selected.add(`${body.generation} ${body.taskId}`);
        break;
    }
  }

  /** Gives candidates that wait their sources, read back by the place of their reply. */
  readSources(read: (replyAt: Location) => CallReplied): void {
    for (const row of this.#waiting.keys()) this.#setSources(read(this.#calls.replyAt(row)!));
  }

  /**
   * Evaluated candidates of a task in the order of their requests (generation, samples before
   * refinements, draw, completion), which no timing can change.
   */
  ofTask(taskId: string): readonly ArchiveEntry[] {
    const entries = this.#byTask.get(taskId);
    if (!entries) return [];
    if (this.#unsorted.delete(taskId)) entries.sort(byRequest);
    return entries;
  }

  /** All evaluated candidates, or those after the first `from`, in journal order. */
  *entries(from = 0): Generator<ArchiveEntry, void, undefined> {
    for (let row = from; row < this.size; row++) yield new ProgramRow(this.#programs, row);
  }

  /** The evaluated candidate of an id. */
  get(id: string): ArchiveEntry | undefined {
    const row = this.#programs.ids.rowOf(idIfAny(id));
    return row < 0 ? undefined : new ProgramRow(this.#programs, row);
  }

  /** The first candidate of the task that was evaluated with this source. */
  firstWithSource(taskId: string, codeHash: string): ArchiveEntry | undefined {
    const task = this.#calls.taskNumberOf(taskId);
    const row = task < 0 || codeHash === "" ? -1 : this.#firstBySource.rowOf(task, codeHash);
    return row < 0 ? undefined : new ProgramRow(this.#programs, row);
  }

  /** Times a program has been chosen for refinement (N of REx). */
  timesChosen(id: string): number {
    return this.#timesChosen.get(id) ?? 0;
  }

  /** Programs evaluated in a generation, and requests that failed; those cancelled are not. */
  count(generation: number): { readonly programs: number; readonly failed: number } {
    const calls = this.#calls;
    let programs = 0;
    for (let row = 0; row < this.size; row++) {
      if (calls.generation(this.#programs.call.at(row)) === generation) programs++;
    }
    let failed = 0;
    for (let row = 0; row < calls.length; row++) {
      if (calls.generation(row) !== generation) continue;
      const isFailed = calls.hasEnded(row) && calls.replyAt(row) === null;
      if (isFailed && !this.#cancelled.has(row)) failed++;
    }
    return { programs, failed };
  }

  /** What the generations before one have cost, or all. */
  spent(before = Infinity): Spent {
    return this.#spent.total(before);
  }

  /** The same by the name of the endpoint; "" where the run had but one. */
  spentAt(before = Infinity): ReadonlyMap<string, Spent> {
    return this.#spent.byEndpoint(before);
  }

  /** The request of an id. */
  call(callId: string): CallState | undefined {
    const row = this.#calls.rowOf(idIfAny(callId));
    return row < 0 ? undefined : this.#stateOf(row);
  }

  /** Requests of the run. */
  get callCount(): number {
    return this.#calls.length;
  }

  /** All requests, in journal order. */
  *calls(): Generator<CallState, void, undefined> {
    for (let row = 0; row < this.#calls.length; row++) yield this.#stateOf(row);
  }

  /** Tasks and parents of the requests that refine, after the first `from` requests. */
  *choices(from: number): Generator<{ taskId: string; parents: readonly string[] }> {
    for (let row = from; row < this.#calls.length; row++) {
      const parents = this.#calls.parents(row);
      if (parents.length > 0) yield { taskId: this.#calls.taskId(row), parents };
    }
  }

  /** Candidates that were replied but not evaluated: what a resume executes first. */
  *unevaluated(): Generator<Candidate, void, undefined> {
    for (const row of [...this.#waiting.keys()].sort((a, b) => a - b)) {
      yield* this.#candidates(row).values();
    }
  }

  /** The attempts voted for a task after a generation, the heaviest first. */
  votes(generation: number, taskId: string): Voted[] {
    return [1, 2]
      .map((attempt) => this.#votes.get(`${generation} ${taskId} ${attempt}`))
      .filter((vote) => vote !== undefined);
  }

  /** Whether an event of this name was noted for the generation. */
  noted(event: string, generation: number): boolean {
    return this.#notes.some((note) => note.event === event && note.generation === generation);
  }

  /** Generation of the last event of this name; null when none was noted. */
  lastNoted(event: string): number | null {
    return this.#notes.findLast((note) => note.event === event)?.generation ?? null;
  }

  /** Events of this name, in their order. */
  notesOf(event: string): readonly Noted[] {
    return this.#notes.filter((note) => note.event === event);
  }

  /** Tasks for which an event of this name was noted. */
  notedTasks(event: string): Set<string> {
    return new Set(
      this.#notes.flatMap((note) =>
        note.event === event && note.taskId !== null ? [note.taskId] : []
      ),
    );
  }

  /** Whether a task's rows for the shards of a generation are journalled. */
  hasSelected(generation: number, taskId: string): boolean {
    return this.#selected.has(`${generation} ${taskId}`);
  }

  #takeCall(call: CallAdmitted): void {
    if (this.#calls.rowOf(idOf(call.callId)) >= 0) return;
    const row = this.#calls.add(call);
    this.#spend(row, { asked: call.n, requests: 1 });
    for (const parent of call.parents) {
      this.#timesChosen.set(parent, this.timesChosen(parent) + 1);
    }
  }

  #takeReply(reply: ReplyDigest, location: Location): void {
    const row = this.#calls.rowOf(reply.callId);
    if (row < 0 || this.#calls.replyAt(row)) return;
    this.#calls.setReplyAt(row, location);
    const { promptTokens, completionTokens, requests, by } = reply;
    if (by) this.#calls.answerBy(row, by);
    const replied = this.#calls.n(row);
    this.#spend(row, { replied, promptTokens, completionTokens, requests: requests - 1 });
    if (reply.sources.length === 0) return this.#end(row);
    this.#waiting.set(row, { sources: new Map(reply.sources.entries()), codes: null });
  }

  #takeEvaluation(evaluated: EvaluationDigest, digest: Digest): void {
    if (this.#programs.ids.rowOf(evaluated.id) >= 0) throw new Error(collision(`${evaluated.id}`));
    const call = this.#calls.rowOf(evaluated.callId);
    const waiting = this.#waiting.get(call);
    // Its request or reply stood in a damaged line: the request will be made again.
    if (!waiting) return;
    const source = waiting.sources.get(evaluated.index) ?? null;
    const row = this.#programs.add(call, evaluated, source, digest);
    const taskId = this.#calls.taskId(call);
    const ofTask = this.#byTask.get(taskId);
    const entry = new ProgramRow(this.#programs, row);
    if (ofTask) ofTask.push(entry);
    else this.#byTask.set(taskId, [entry]);
    this.#unsorted.add(taskId);
    if (source) this.#firstBySource.add(row);
    waiting.sources.delete(evaluated.index);
    if (waiting.sources.size === 0) this.#end(call);
  }

  #spend(row: number, more: Partial<Spent>): void {
    this.#spent.add(this.#calls.generation(row), this.#calls.endpoint(row), more);
  }

  #setSources(reply: CallReplied): void {
    const waiting = this.#waiting.get(this.#calls.rowOf(idIfAny(reply.callId)));
    if (waiting) waiting.codes = reply.completions.map(codeOf);
  }

  /** Candidates of a request that wait, by index. */
  #candidates(row: number): Map<number, Candidate> {
    const call = this.#calls.at(row);
    const { sources, codes } = this.#waiting.get(row)!;
    return new Map(
      [...sources.keys()].map((index) => [index, candidateOf(call, index, codes?.[index] ?? null)]),
    );
  }

  #end(row: number): void {
    this.#calls.end(row);
    this.#waiting.delete(row);
  }

  /** What is costly to make is made when it is read: most who ask want to know whether it ended. */
  #stateOf(row: number): CallState {
    const calls = this.#calls;
    const candidates = () => this.#waiting.has(row) ? this.#candidates(row) : NONE;
    return {
      get call() {
        return calls.at(row);
      },
      get waiting() {
        return calls.replyAt(row) === null ? null : candidates();
      },
      replyAt: calls.replyAt(row),
      ended: calls.hasEnded(row),
    };
  }
}

/** What is wrong when an id comes twice. */
export function collision(id: string): string {
  return `candidate ${id} was evaluated twice, or two share its id`;
}
