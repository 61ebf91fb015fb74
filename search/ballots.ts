/**
 * Ballots: what a vote needs to know of a run's programs, taken from its journal in one pass.
 *
 * Programs of a task mostly share their outputs and flags; these are kept once, so that the
 * millions of programs of a run fit in memory beside each other. Sources are kept as hash and
 * length.
 *
 * @module
 */
import type { Operator } from "../data/candidate.ts";
import { codeOf, hash63 } from "../data/program.ts";
import type { CallAdmitted, CastBallot, RecordBody } from "../data/records.ts";
import type { JudgedProgram } from "./judged.ts";

/** A program as a voter sees it. */
export interface Ballot extends JudgedProgram {
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
  /** Whether it gave a grid on every input. */
  readonly ran: boolean;
  /** Whether the hard-coding filter names it. */
  readonly transduction: boolean;
}

/** Programs of a run by task. */
export class Ballots {
  readonly #byTask = new Map<string, Ballot[]>();
  readonly #calls = new Map<string, CallAdmitted>();
  readonly #sources = new Map<string, { hash: string; length: number }[]>();
  readonly #lists = new Map<string, readonly (string | null)[]>();
  /** The same by the lists that were taken, which come again. */
  readonly #taken = new WeakMap<readonly (string | null)[], readonly (string | null)[]>();
  readonly #texts = new Map<string, string>();
  readonly #flags = new Map<string, readonly boolean[]>();
  readonly #unsorted = new Set<string>();
  readonly #withSources: boolean;

  /**
   * Begins empty.
   *
   * @param withSources Whether hash and length of sources are taken, which costs most of the time.
   */
  constructor(withSources: boolean = true) {
    this.#withSources = withSources;
  }

  /** Takes the next record of the journal; of an evaluation only what a vote needs is looked at. */
  take(record: RecordBody | CastBallot): void {
    if (record.kind === "call") this.#calls.set(record.callId, record);
    else if (record.kind === "reply" && this.#withSources) {
      const sources = record.completions.map((completion) => {
        const code = codeOf(completion);
        return code === null ? NO_SOURCE : { hash: hash63(code), length: [...code].length };
      });
      this.#sources.set(record.callId, sources);
    } else if (record.kind === "evaluation") this.#takeEvaluated(record);
  }

  /** Tasks that have programs, in the order in which they were first evaluated. */
  tasks(): string[] {
    return [...this.#byTask.keys()];
  }

  /**
   * Programs of a task in the order of their requests (generation, samples before refinements,
   * draw, completion), failed ones among them; empty for an unknown task.
   */
  ofTask(taskId: string): readonly Ballot[] {
    const ballots = this.#byTask.get(taskId) ?? [];
    if (this.#unsorted.delete(taskId)) ballots.sort(byRequest);
    return ballots;
  }

  #takeEvaluated(evaluated: CastBallot): void {
    const call = this.#calls.get(evaluated.callId);
    // Its request stood in a damaged line: nobody knows the task.
    if (!call) return;
    const { taskId, generation, operator, draw } = call;
    const { id, index, outcome, transduction, correctTest } = evaluated;
    const source = this.#sources.get(evaluated.callId)?.[index] ?? NO_SOURCE;
    let ballots = this.#byTask.get(taskId);
    if (!ballots) this.#byTask.set(taskId, ballots = []);
    ballots.push({
      id,
      generation,
      operator,
      draw,
      index,
      codeHash: source.hash,
      codeLength: source.length,
      ran: outcome === "ok",
      transduction,
      outputs: this.#list(evaluated.outputs),
      correctTrain: this.#flagList(evaluated.correctTrain),
      correctTest: correctTest && this.#flagList(correctTest),
    });
    this.#unsorted.add(taskId);
  }

  #list(outputs: readonly (string | null)[]): readonly (string | null)[] {
    const taken = this.#taken.get(outputs);
    if (taken) return taken;
    const key = outputs.join("\n");
    let list = this.#lists.get(key);
    if (!list) {
      list = outputs.map((output) => output === null ? null : this.#text(output));
      this.#lists.set(key, list);
    }
    this.#taken.set(outputs, list);
    return list;
  }

  #text(output: string): string {
    const known = this.#texts.get(output);
    if (known === undefined) this.#texts.set(output, output);
    return known ?? output;
  }

  #flagList(flags: readonly boolean[]): readonly boolean[] {
    const key = flags.join();
    let list = this.#flags.get(key);
    if (!list) this.#flags.set(key, list = flags);
    return list;
  }
}

const NO_SOURCE = { hash: "", length: 0 };

function byRequest(a: Ballot, b: Ballot): number {
  return a.generation - b.generation ||
    Number(a.operator === "refine") - Number(b.operator === "refine") ||
    a.draw - b.draw || a.index - b.index;
}
