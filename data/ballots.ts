/**
 * Ballots: what a vote needs to know of a run's programs, task by task.
 *
 * They are read from parts (ballot_part.ts), one a segment of the journal, in its order. Millions of
 * programs stay columns of numbers; only those of the task asked for become objects.
 *
 * @module
 */
import { type BallotPart, NO_SOURCE, RAN, SOURCE_ELSEWHERE, TRANSDUCTION } from "./ballot_part.ts";
import type { Operator } from "./candidate.ts";
import { Growing } from "./growing.ts";
import type { TaskLoaded } from "./records.ts";
import { textsOf } from "./text_column.ts";

/** A program as a voter sees it. */
export interface Ballot {
  /** Unique within its run. */
  readonly id: string;
  /** Generation of the run that asked for it, from 0. */
  readonly generation: number;
  /** How it came to be. */
  readonly operator: Operator;
  /** Number of the request among those of (generation, task, operator), from 0. */
  readonly draw: number;
  /** Completion index within the request, from 0. */
  readonly index: number;
  /** Hash of the source; "" when there is none, or sources were not asked for. */
  readonly codeHash: string;
  /** Length of the source in characters; 0 when there is none, or sources were not asked for. */
  readonly codeLength: number;
  /** Whether it gave a grid on every input. */
  readonly ran: boolean;
  /** Whether the hard-coding filter names it. */
  readonly transduction: boolean;
  /** One entry an input, train inputs first; null for those, and where there is no grid. */
  readonly outputs: readonly (string | null)[];
  /** One flag a train pair. */
  readonly correctTrain: readonly boolean[];
  /** One flag a test input; null where the run did not know the answers. */
  readonly correctTest: readonly boolean[] | null;
}

/** Programs of a run by task. */
export class Ballots {
  /** Records of the run's tasks, in order; a task that was loaded again comes again. */
  readonly taskRecords: readonly TaskLoaded[];
  readonly #parts: readonly JoinedPart[];
  /** Part and row of each program, by task, in journal order. */
  readonly #programs = new Map<string, { part: Growing<Uint32Array>; row: Growing<Uint32Array> }>();

  /**
   * Joins the parts.
   *
   * @param parts One a segment, in order.
   * @param withSources Whether ballots have hash and length of their sources.
   */
  constructor(parts: readonly BallotPart[], withSources: boolean) {
    this.taskRecords = parts.flatMap(({ head }) => head.tasks);
    this.#parts = joined(parts, withSources);
    this.#parts.forEach((part, number) => {
      for (let row = 0; row < part.rows; row++) {
        const taskId = part.callOf(row)?.taskId;
        // Its request stood in a damaged line: nobody knows the task.
        if (taskId === undefined) continue;
        let programs = this.#programs.get(taskId);
        if (!programs) {
          programs = { part: new Growing(Uint32Array), row: new Growing(Uint32Array) };
          this.#programs.set(taskId, programs);
        }
        programs.part.push(number);
        programs.row.push(row);
      }
    });
  }

  /** Tasks that have programs, in the order in which they were first evaluated. */
  tasks(): string[] {
    return [...this.#programs.keys()];
  }

  /**
   * Programs of a task in the order of their requests (generation, samples before refinements,
   * draw, completion), failed ones among them; empty for an unknown task. Made anew at each call.
   */
  ofTask(taskId: string): Ballot[] {
    const programs = this.#programs.get(taskId);
    if (!programs) return [];
    const rows = programs.row.values();
    return Array.from(programs.part.values(), (part, i) => this.#parts[part].ballot(rows[i]))
      .sort(byRequest);
  }
}

/** A request. */
type Call = Pick<Ballot, "generation" | "operator" | "draw"> & { readonly taskId: string };

/** A source. */
type Source = Pick<Ballot, "codeHash" | "codeLength">;

const UNKNOWN: Source = { codeHash: "", codeLength: 0 };

/** Parts that know what they need of those before them. */
function joined(parts: readonly BallotPart[], withSources: boolean): JoinedPart[] {
  const all = parts.map((part) => new JoinedPart(part, withSources));
  const wanted = new Set(all.flatMap((part) => [...part.elsewhere()]));
  const calls = new Map<string, Call>();
  const sources = new Map<string, readonly Source[]>();
  for (const part of all) {
    part.join(calls, sources);
    for (const [callId, call] of part.calls(wanted)) calls.set(callId, call);
    for (const [callId, own] of part.replies(wanted)) sources.set(callId, own);
  }
  return all;
}

/** A part as ballots. */
class JoinedPart {
  readonly #part: BallotPart;
  readonly #withSources: boolean;
  readonly #calls: (Call | null)[];
  /** Sources of requests whose reply stands in an earlier part, by number of the request. */
  readonly #sourcesBefore = new Map<number, readonly Source[]>();
  readonly #lists: (readonly (string | null)[])[] = [];
  readonly #flagLists: readonly (readonly boolean[] | null)[];
  readonly #id: (row: number) => string;
  readonly #callId: (call: number) => string;
  readonly #text: (text: number) => string;
  readonly #hash: (source: number) => string;

  constructor(part: BallotPart, withSources: boolean) {
    const { head, columns } = part;
    this.#part = part;
    this.#withSources = withSources;
    this.#flagLists = head.flagLists.map((flags) =>
      flags === null ? null : Array.from(flags, (flag) => flag === "1")
    );
    this.#id = textsOf(columns, "id");
    this.#callId = textsOf(columns, "callId");
    this.#text = textsOf(columns, "text");
    this.#hash = textsOf(columns, "hash");
    this.#calls = Array.from(columns.task, (task, call) =>
      task === 0 ? null : {
        taskId: head.taskIds[task - 1],
        generation: columns.generation[call],
        operator: columns.refined[call] ? "refine" : "sample",
        draw: columns.draw[call],
      });
  }

  /** Evaluations. */
  get rows(): number {
    return this.#part.columns.call.length;
  }

  /** The request of an evaluation; null where nobody knows it. */
  callOf(row: number): Call | null {
    return this.#calls[this.#part.columns.call[row]];
  }

  /** Ids of requests that are looked for in earlier parts, for themselves or for their replies. */
  *elsewhere(): Generator<string> {
    const { task, call, source } = this.#part.columns;
    for (let i = 0; i < task.length; i++) if (task[i] === 0) yield this.#callId(i);
    if (!this.#withSources) return;
    for (let row = 0; row < call.length; row++) {
      if (source[row] === SOURCE_ELSEWHERE) yield this.#callId(call[row]);
    }
  }

  /** Takes what earlier parts hold. */
  join(
    calls: ReadonlyMap<string, Call>,
    sources: ReadonlyMap<string, readonly Source[]>,
  ): void {
    this.#calls.forEach((call, number) => {
      if (call === null) this.#calls[number] = calls.get(this.#callId(number)) ?? null;
    });
    if (!this.#withSources) return;
    const { call, source } = this.#part.columns;
    for (let row = 0; row < call.length; row++) {
      if (source[row] !== SOURCE_ELSEWHERE || this.#sourcesBefore.has(call[row])) continue;
      this.#sourcesBefore.set(call[row], sources.get(this.#callId(call[row])) ?? []);
    }
  }

  /** Its own requests among those wanted, in order. */
  *calls(wanted: ReadonlySet<string>): Generator<[callId: string, call: Call]> {
    const { task } = this.#part.columns;
    if (wanted.size === 0) return;
    for (let i = 0; i < task.length; i++) {
      if (task[i] === 0) continue;
      const callId = this.#callId(i);
      if (wanted.has(callId)) yield [callId, this.#calls[i]!];
    }
  }

  /** Sources of its own replies to requests among those wanted, in order. */
  *replies(wanted: ReadonlySet<string>): Generator<[callId: string, sources: Source[]]> {
    if (!this.#withSources || wanted.size === 0) return;
    const { columns } = this.#part;
    const replyId = textsOf(columns, "replyId");
    let first = 0;
    for (const [reply, count] of columns.replySources.entries()) {
      const callId = replyId(reply);
      if (wanted.has(callId)) {
        yield [callId, Array.from({ length: count }, (_, i) => this.#source(first + i))];
      }
      first += count;
    }
  }

  ballot(row: number): Ballot {
    const { call, index, flags, train, test, outputs } = this.#part.columns;
    const { generation, operator, draw } = this.#calls[call[row]]!;
    const { codeHash, codeLength } = this.#sourceOf(row);
    return {
      id: this.#id(row),
      generation,
      operator,
      draw,
      index: index[row],
      codeHash,
      codeLength,
      ran: (flags[row] & RAN) !== 0,
      transduction: (flags[row] & TRANSDUCTION) !== 0,
      outputs: this.#lists[outputs[row]] ??= this.#list(outputs[row]),
      correctTrain: this.#flagLists[train[row]]!,
      correctTest: this.#flagLists[test[row]],
    };
  }

  #sourceOf(row: number): Source {
    if (!this.#withSources) return UNKNOWN;
    const { call, index, source } = this.#part.columns;
    if (source[row] === NO_SOURCE) return UNKNOWN;
    if (source[row] !== SOURCE_ELSEWHERE) return this.#source(source[row] - 1);
    return this.#sourcesBefore.get(call[row])![index[row]] ?? UNKNOWN;
  }

  #source(number: number): Source {
    return { codeHash: this.#hash(number), codeLength: this.#part.columns.codeLength[number] };
  }

  #list(number: number): readonly (string | null)[] {
    const { listStart, listText } = this.#part.columns;
    return Array.from(
      listText.subarray(listStart[number], listStart[number + 1]),
      (text) => text === 0 ? null : this.#text(text - 1),
    );
  }
}

function byRequest(a: Ballot, b: Ballot): number {
  return a.generation - b.generation ||
    Number(a.operator === "refine") - Number(b.operator === "refine") ||
    a.draw - b.draw || a.index - b.index;
}
