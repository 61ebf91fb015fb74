/**
 * The requests of a run, by column: some hundred bytes each, whatever they asked.
 *
 * @module
 */
import type { Operator } from "./candidate.ts";
import { Growing, Interned } from "./growing.ts";
import { idOf, IdTable } from "./id_table.ts";
import type { Location } from "./journal_reader.ts";
import type { AnsweredBy, CallAdmitted, ParentChoice } from "./records.ts";

const OPERATORS: readonly Operator[] = ["sample", "refine"];

/** Requests in journal order; a row is a request's number from 0. */
export class CallTable {
  readonly #ids = new IdTable();
  readonly #texts = new Interned<string>();
  readonly #generation = new Growing(Uint32Array);
  readonly #task = new Growing(Uint32Array);
  readonly #operator = new Growing(Uint8Array);
  readonly #draw = new Growing(Uint32Array);
  readonly #n = new Growing(Uint32Array);
  /** "" where the run had but one. */
  readonly #endpoint = new Growing(Uint32Array);
  readonly #model = new Growing(Uint32Array);
  readonly #temperature = new Growing(Float64Array);
  readonly #seed = new Growing(Float64Array);
  /** Prompt hashes are ids where they are ours; what is none stands in {@link #oddHashes}. */
  readonly #promptHash = new Growing(BigUint64Array);
  readonly #oddHashes = new Map<number, string>();
  /** Of requests that asked another generation's model: a continuous run's, and few of those. */
  readonly #modelGenerations = new Map<number, number>();
  readonly #parents = new Growing(BigUint64Array);
  readonly #parentsEnd = new Growing(Uint32Array);
  /** Number of the choice among those made + 1; 0 where there was none. */
  readonly #choice = new Growing(Uint32Array);
  readonly #method = new Growing(Uint32Array);
  readonly #h = new Growing(Float64Array);
  readonly #timesChosen = new Growing(Float64Array);
  readonly #theta = new Growing(Float64Array);
  readonly #seen = new Growing(Float64Array);
  readonly #replySegment = new Growing(Uint32Array);
  readonly #replyOffset = new Growing(Float64Array);
  readonly #replyLength = new Growing(Uint32Array);
  readonly #ended = new Growing(Uint8Array);

  get length(): number {
    return this.#ids.length;
  }

  /** The row of a request, or -1. */
  rowOf(callId: bigint): number {
    return this.#ids.rowOf(callId);
  }

  add(call: CallAdmitted): number {
    const row = this.#ids.push(idOf(call.callId));
    this.#generation.push(call.generation);
    this.#task.push(this.#textNumber(call.taskId));
    this.#operator.push(OPERATORS.indexOf(call.operator));
    this.#draw.push(call.draw);
    this.#n.push(call.n);
    this.#endpoint.push(this.#textNumber(call.endpoint ?? ""));
    this.#model.push(this.#textNumber(call.model));
    this.#temperature.push(call.temperature);
    this.#seed.push(call.seed);
    if (/^[1-9]\d{0,18}$/.test(call.promptHash)) this.#promptHash.push(BigInt(call.promptHash));
    else {
      this.#oddHashes.set(row, call.promptHash);
      this.#promptHash.push(0n);
    }
    if (call.modelGeneration !== undefined) this.#modelGenerations.set(row, call.modelGeneration);
    for (const parent of call.parents) this.#parents.push(idOf(parent));
    this.#parentsEnd.push(this.#parents.length);
    this.#addChoice(call.choice);
    this.#replySegment.push(0);
    this.#replyOffset.push(0);
    this.#replyLength.push(0);
    this.#ended.push(0);
    return row;
  }

  /** The request as it was admitted. */
  at(row: number): CallAdmitted {
    const endpoint = this.endpoint(row);
    const modelGeneration = this.#modelGenerations.get(row);
    return {
      kind: "call",
      callId: this.#ids.at(row),
      generation: this.#generation.at(row),
      taskId: this.taskId(row),
      operator: this.operator(row),
      draw: this.#draw.at(row),
      n: this.#n.at(row),
      ...(endpoint === "" ? {} : { endpoint }),
      model: this.#texts.valueOf(this.#model.at(row)),
      ...(modelGeneration === undefined ? {} : { modelGeneration }),
      temperature: this.#temperature.at(row),
      seed: this.#seed.at(row),
      promptHash: this.#oddHashes.get(row) ?? this.#promptHash.at(row).toString(),
      parents: this.parents(row),
      choice: this.#choiceAt(row),
    };
  }

  id(row: number): string {
    return this.#ids.at(row);
  }
  generation(row: number): number {
    return this.#generation.at(row);
  }
  taskId(row: number): string {
    return this.#texts.valueOf(this.#task.at(row));
  }
  /** A number that tells its task from others. */
  taskNumber(row: number): number {
    return this.#task.at(row);
  }
  /** The same of a task's id; -1 for one without requests. */
  taskNumberOf(taskId: string): number {
    return this.#texts.known(taskId);
  }
  operator(row: number): Operator {
    return OPERATORS[this.#operator.at(row)];
  }
  draw(row: number): number {
    return this.#draw.at(row);
  }
  n(row: number): number {
    return this.#n.at(row);
  }
  parents(row: number): string[] {
    const parents: string[] = [];
    const from = row === 0 ? 0 : this.#parentsEnd.at(row - 1);
    for (let i = from; i < this.#parentsEnd.at(row); i++) {
      parents.push(this.#parents.at(i).toString());
    }
    return parents;
  }
  /** Name of the endpoint; "" where the run had but one. */
  endpoint(row: number): string {
    return this.#texts.valueOf(this.#endpoint.at(row));
  }

  /** Notes that another answered than the one it was admitted for. */
  answerBy(row: number, { endpoint, model, temperature }: AnsweredBy): void {
    this.#endpoint.set(row, this.#textNumber(endpoint));
    this.#model.set(row, this.#textNumber(model));
    this.#temperature.set(row, temperature);
  }

  hasEnded(row: number): boolean {
    return this.#ended.at(row) === 1;
  }
  end(row: number): void {
    this.#ended.set(row, 1);
  }

  /** Where the reply stands, or null before it. */
  replyAt(row: number): Location | null {
    const segment = this.#replySegment.at(row);
    if (segment === 0) return null;
    return { segment, offset: this.#replyOffset.at(row), length: this.#replyLength.at(row) };
  }

  setReplyAt(row: number, { segment, offset, length }: Location): void {
    this.#replySegment.set(row, segment);
    this.#replyOffset.set(row, offset);
    this.#replyLength.set(row, length);
  }

  #addChoice(choice: ParentChoice | null): void {
    if (choice === null) return this.#choice.push(0);
    this.#method.push(this.#textNumber(choice.method));
    this.#h.push(choice.h);
    this.#timesChosen.push(choice.timesChosen);
    this.#theta.push(choice.theta);
    this.#seen.push(choice.seen);
    this.#choice.push(this.#method.length);
  }

  #choiceAt(row: number): ParentChoice | null {
    const at = this.#choice.at(row) - 1;
    if (at < 0) return null;
    return {
      method: this.#texts.valueOf(this.#method.at(at)),
      h: this.#h.at(at),
      timesChosen: this.#timesChosen.at(at),
      theta: this.#theta.at(at),
      seen: this.#seen.at(at),
    };
  }

  #textNumber(text: string): number {
    return this.#texts.numberOf(text, () => text);
  }
}
