/**
 * The archive index: what a run knows of its candidates, in memory.
 *
 * It is a function of the journal: `apply` takes each record once, in order, from the writer of a
 * live run or from a re-read at resume. It holds no source and no grids, only where they stand.
 * Refiner, relabeler and voter read it; nothing here depends on the store.
 *
 * @module
 */
import { accuracy, type Candidate } from "./candidate.ts";
import type { Entry, Location } from "./journal_reader.ts";
import { codeOf, hash63 } from "./program.ts";
import type { CallAdmitted, CallReplied, Evaluated, Noted, Voted } from "./records.ts";

/** One evaluated candidate. */
export interface ArchiveEntry {
  readonly id: string;
  readonly callId: string;
  readonly taskId: string;
  readonly generation: number;
  readonly operator: Candidate["operator"];
  readonly draw: number;
  readonly index: number;
  readonly parents: readonly string[];
  readonly outcome: Evaluated["outcome"];
  readonly correctTrain: readonly boolean[];
  readonly correctTest: readonly boolean[] | null;
  /** Train accuracy, 0..1. */
  readonly h: number;
  /** Hash of the source; "" when there is none. */
  readonly codeHash: string;
  /** Length of the source in characters. */
  readonly codeLength: number;
  /** A hash of each output, train then test; null where there was none. Equal grids, equal hashes. */
  readonly outputs: readonly (string | null)[];
  readonly transduction: boolean;
  readonly confirmed: boolean;
  readonly duplicateOf: string | null;
  /** Journal number of the evaluation. */
  readonly seq: number;
  readonly evaluationAt: Location;
  readonly replyAt: Location;
}

/** A request of the run and how far it has come. */
export interface CallState {
  readonly call: CallAdmitted;
  /** Its reply's completions not evaluated yet, by index; null before the reply. */
  waiting: Map<number, Candidate> | null;
  replyAt: Location | null;
  ended: boolean;
  /** Source hash and length by index, until evaluated. */
  sources: Map<number, { hash: string; length: number }>;
}

/** In-memory index of a run. */
export class Archive {
  readonly #byTask = new Map<string, ArchiveEntry[]>();
  readonly #byId = new Map<string, ArchiveEntry>();
  readonly #calls = new Map<string, CallState>();
  readonly #firstBySource = new Map<string, ArchiveEntry>();
  readonly #timesChosen = new Map<string, number>();
  readonly #notes: Noted[] = [];
  readonly #votes = new Map<string, Voted>();
  readonly #unsorted = new Set<string>();
  #seq = 0;

  /** Journal number of the last record taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Evaluated candidates of the run. */
  get size(): number {
    return this.#byId.size;
  }

  /** Takes the next journal record. @throws Error when two candidates share an id */
  apply({ record, location }: Entry): void {
    this.#seq = record.seq;
    switch (record.kind) {
      case "call":
        this.#applyCall(record);
        break;
      case "reply":
        this.#applyReply(record, location);
        break;
      case "call_failed": {
        const state = this.#calls.get(record.callId);
        if (state) state.ended = true;
        break;
      }
      case "evaluation":
        this.#applyEvaluation(record, record.seq, location);
        break;
      case "event":
        this.#notes.push(record);
        break;
      case "vote":
        this.#votes.set(`${record.generation} ${record.taskId} ${record.attempt}`, record);
        break;
    }
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

  /** All evaluated candidates, in journal order. */
  entries(): MapIterator<ArchiveEntry> {
    return this.#byId.values();
  }

  get(id: string): ArchiveEntry | undefined {
    return this.#byId.get(id);
  }

  /** The first candidate of the task that was evaluated with this source. */
  firstWithSource(taskId: string, codeHash: string): ArchiveEntry | undefined {
    return this.#firstBySource.get(`${taskId} ${codeHash}`);
  }

  /** Times a program has been chosen for refinement (N of REx). */
  timesChosen(id: string): number {
    return this.#timesChosen.get(id) ?? 0;
  }

  /** Programs evaluated in a generation, and requests that failed. */
  count(generation: number): { readonly programs: number; readonly failed: number } {
    let programs = 0;
    for (const entry of this.#byId.values()) if (entry.generation === generation) programs++;
    let failed = 0;
    for (const state of this.#calls.values()) {
      if (state.ended && !state.waiting && state.call.generation === generation) failed++;
    }
    return { programs, failed };
  }

  call(callId: string): CallState | undefined {
    return this.#calls.get(callId);
  }

  /** Candidates that were replied but not evaluated: what a resume executes first. */
  *unevaluated(): Generator<Candidate> {
    for (const state of this.#calls.values()) {
      if (state.waiting) yield* state.waiting.values();
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

  #applyCall(call: CallAdmitted): void {
    if (this.#calls.has(call.callId)) return;
    this.#calls.set(call.callId, {
      call,
      waiting: null,
      replyAt: null,
      ended: false,
      sources: new Map(),
    });
    for (const parent of call.parents) {
      this.#timesChosen.set(parent, this.timesChosen(parent) + 1);
    }
  }

  #applyReply(reply: CallReplied, location: Location): void {
    const state = this.#calls.get(reply.callId);
    if (!state || state.waiting) return;
    state.replyAt = location;
    state.waiting = new Map();
    reply.completions.forEach((completion, index) => {
      const code = codeOf(completion);
      const candidate = candidateOf(state.call, index, code);
      state.waiting!.set(index, candidate);
      if (code !== null) state.sources.set(index, { hash: hash63(code), length: [...code].length });
    });
    if (state.waiting.size === 0) state.ended = true;
  }

  #applyEvaluation(evaluated: Evaluated, seq: number, location: Location): void {
    if (this.#byId.has(evaluated.id)) throw new Error(collision(evaluated.id));
    const state = this.#calls.get(evaluated.callId);
    // Its request or reply stood in a damaged line: the request will be made again.
    if (!state?.waiting) return;
    const source = state.sources.get(evaluated.index) ?? { hash: "", length: 0 };
    const { call } = state;
    const entry: ArchiveEntry = {
      id: evaluated.id,
      callId: evaluated.callId,
      taskId: call.taskId,
      generation: call.generation,
      operator: call.operator,
      draw: call.draw,
      index: evaluated.index,
      parents: call.parents,
      outcome: evaluated.outcome,
      correctTrain: evaluated.correctTrain,
      correctTest: evaluated.correctTest,
      h: accuracy(evaluated.correctTrain),
      codeHash: source.hash,
      codeLength: source.length,
      outputs: evaluated.outputs.map((output) => output === null ? null : hash63(output)),
      transduction: evaluated.transduction,
      confirmed: evaluated.confirmed,
      duplicateOf: evaluated.duplicateOf,
      seq,
      evaluationAt: location,
      replyAt: state.replyAt!,
    };
    this.#byId.set(entry.id, entry);
    const ofTask = this.#byTask.get(entry.taskId);
    if (ofTask) ofTask.push(entry);
    else this.#byTask.set(entry.taskId, [entry]);
    this.#unsorted.add(entry.taskId);
    const key = `${entry.taskId} ${entry.codeHash}`;
    if (entry.codeHash && !this.#firstBySource.has(key)) this.#firstBySource.set(key, entry);
    state.waiting.delete(evaluated.index);
    state.sources.delete(evaluated.index);
    if (state.waiting.size === 0) state.ended = true;
  }
}

/** What is wrong when an id comes twice. */
export function collision(id: string): string {
  return `candidate ${id} was evaluated twice, or two share its id`;
}

function byRequest(a: ArchiveEntry, b: ArchiveEntry): number {
  return a.generation - b.generation || Number(a.operator === "refine") -
      Number(b.operator === "refine") ||
    a.draw - b.draw || a.index - b.index;
}

/** The id of a request: it and its completions' ids follow from what was asked, not from when. */
export function callIdOf(
  generation: number,
  taskId: string,
  operator: Candidate["operator"],
  draw: number,
): string {
  return hash63("call", generation, taskId, operator, draw);
}

/** The candidate that completion `index` of a request proposes. */
export function candidateOf(call: CallAdmitted, index: number, code: string | null): Candidate {
  const { generation, taskId, operator, draw, parents, model, callId } = call;
  const id = hash63(generation, taskId, operator, draw, index);
  return { id, taskId, generation, operator, draw, index, parents, model, callId, code };
}
