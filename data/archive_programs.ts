/**
 * The evaluated candidates of a run, by column: some hundred bytes each, without source and grids.
 *
 * @module
 */
import type { ArchiveEntry } from "./archive_entry.ts";
import type { CallTable } from "./archive_calls.ts";
import type { Digest, EvaluationDigest, SourceDigest } from "./archive_digest.ts";
import { accuracy, type Operator, type Outcome, OUTCOMES } from "./candidate.ts";
import { Growing, Interned } from "./growing.ts";
import { IdTable } from "./id_table.ts";
import type { Location } from "./journal_reader.ts";
import { keyText } from "./output_key.ts";

const TRANSDUCTION = 1;
const CONFIRMED = 2;

/** Candidates in journal order; a row is a candidate's number from 0. */
export class ProgramTable {
  readonly calls: CallTable;
  readonly ids = new IdTable();
  readonly #flags = new Interned<readonly boolean[] | null>();
  readonly call = new Growing(Uint32Array);
  readonly index = new Growing(Uint32Array);
  readonly #outcome = new Growing(Uint8Array);
  readonly #marks = new Growing(Uint8Array);
  readonly #correctTrain = new Growing(Uint32Array);
  readonly #correctTest = new Growing(Uint32Array);
  readonly #codeHash = new Growing(BigUint64Array);
  readonly codeLength = new Growing(Uint32Array);
  readonly #outputs = new Growing(Uint32Array);
  readonly #outputsEnd = new Growing(Uint32Array);
  readonly #duplicateOf = new Growing(BigUint64Array);
  readonly seq = new Growing(Float64Array);
  readonly time = new Growing(Float64Array);
  readonly #segment = new Growing(Uint32Array);
  readonly #offset = new Growing(Float64Array);
  readonly #length = new Growing(Uint32Array);

  constructor(calls: CallTable) {
    this.calls = calls;
  }

  /** Adds a candidate of the request in row `call`. */
  add(call: number, evaluated: EvaluationDigest, source: SourceDigest, digest: Digest): number {
    const row = this.ids.push(evaluated.id);
    this.call.push(call);
    this.index.push(evaluated.index);
    this.#outcome.push(OUTCOMES.indexOf(evaluated.outcome));
    this.#marks.push(
      (evaluated.transduction ? TRANSDUCTION : 0) | (evaluated.confirmed ? CONFIRMED : 0),
    );
    this.#correctTrain.push(this.#flagsNumber(evaluated.correctTrain));
    this.#correctTest.push(this.#flagsNumber(evaluated.correctTest));
    this.#codeHash.push(source === null ? 0n : source[0]);
    this.codeLength.push(source === null ? 0 : source[1]);
    for (const half of evaluated.outputs) this.#outputs.push(half);
    this.#outputsEnd.push(this.#outputs.length);
    this.#duplicateOf.push(evaluated.duplicateOf ?? 0n);
    this.seq.push(digest.seq);
    this.time.push(digest.at);
    this.#segment.push(digest.location.segment);
    this.#offset.push(digest.location.offset);
    this.#length.push(digest.location.length);
    return row;
  }

  outcome(row: number): Outcome {
    return OUTCOMES[this.#outcome.at(row)];
  }
  isTransduction(row: number): boolean {
    return (this.#marks.at(row) & TRANSDUCTION) !== 0;
  }
  isConfirmed(row: number): boolean {
    return (this.#marks.at(row) & CONFIRMED) !== 0;
  }
  correctTrain(row: number): readonly boolean[] {
    return this.#flags.valueOf(this.#correctTrain.at(row))!;
  }
  correctTest(row: number): readonly boolean[] | null {
    return this.#flags.valueOf(this.#correctTest.at(row));
  }
  codeHash(row: number): string {
    return idText(this.#codeHash.at(row)) ?? "";
  }
  /** The same as a number; 0 where there is none. */
  sourceId(row: number): bigint {
    return this.#codeHash.at(row);
  }
  duplicateOf(row: number): string | null {
    return idText(this.#duplicateOf.at(row));
  }
  outputs(row: number): (string | null)[] {
    const outputs: (string | null)[] = [];
    const from = row === 0 ? 0 : this.#outputsEnd.at(row - 1);
    for (let i = from; i < this.#outputsEnd.at(row); i += 2) {
      outputs.push(keyText(this.#outputs.at(i), this.#outputs.at(i + 1)));
    }
    return outputs;
  }
  evaluationAt(row: number): Location {
    return {
      segment: this.#segment.at(row),
      offset: this.#offset.at(row),
      length: this.#length.at(row),
    };
  }

  #flagsNumber(flags: string | null): number {
    return this.#flags.numberOf(
      flags ?? "none",
      () => flags === null ? null : Array.from(flags, (flag) => flag === "1"),
    );
  }
}

/** An entry that reads the columns when it is asked; all its properties are getters. */
export class ProgramRow implements ArchiveEntry {
  readonly #table: ProgramTable;
  readonly #row: number;

  constructor(table: ProgramTable, row: number) {
    this.#table = table;
    this.#row = row;
  }

  get id(): string {
    return this.#table.ids.at(this.#row);
  }
  get callId(): string {
    return this.#table.calls.id(this.#call);
  }
  get taskId(): string {
    return this.#table.calls.taskId(this.#call);
  }
  get generation(): number {
    return this.#table.calls.generation(this.#call);
  }
  get operator(): Operator {
    return this.#table.calls.operator(this.#call);
  }
  get draw(): number {
    return this.#table.calls.draw(this.#call);
  }
  get index(): number {
    return this.#table.index.at(this.#row);
  }
  get parents(): readonly string[] {
    return this.#table.calls.parents(this.#call);
  }
  get outcome(): Outcome {
    return this.#table.outcome(this.#row);
  }
  get correctTrain(): readonly boolean[] {
    return this.#table.correctTrain(this.#row);
  }
  get correctTest(): readonly boolean[] | null {
    return this.#table.correctTest(this.#row);
  }
  get h(): number {
    return accuracy(this.correctTrain);
  }
  get codeHash(): string {
    return this.#table.codeHash(this.#row);
  }
  get codeLength(): number {
    return this.#table.codeLength.at(this.#row);
  }
  get outputs(): readonly (string | null)[] {
    return this.#table.outputs(this.#row);
  }
  get transduction(): boolean {
    return this.#table.isTransduction(this.#row);
  }
  get confirmed(): boolean {
    return this.#table.isConfirmed(this.#row);
  }
  get duplicateOf(): string | null {
    return this.#table.duplicateOf(this.#row);
  }
  get seq(): number {
    return this.#table.seq.at(this.#row);
  }
  get at(): number {
    return this.#table.time.at(this.#row);
  }
  get evaluationAt(): Location {
    return this.#table.evaluationAt(this.#row);
  }
  get replyAt(): Location {
    return this.#table.calls.replyAt(this.#call)!;
  }

  /** All of it as plain values: for showing, copying and comparing. */
  toJSON(): ArchiveEntry {
    return {
      id: this.id,
      callId: this.callId,
      taskId: this.taskId,
      generation: this.generation,
      operator: this.operator,
      draw: this.draw,
      index: this.index,
      parents: this.parents,
      outcome: this.outcome,
      correctTrain: this.correctTrain,
      correctTest: this.correctTest,
      h: this.h,
      codeHash: this.codeHash,
      codeLength: this.codeLength,
      outputs: this.outputs,
      transduction: this.transduction,
      confirmed: this.confirmed,
      duplicateOf: this.duplicateOf,
      seq: this.seq,
      at: this.at,
      evaluationAt: this.evaluationAt,
      replyAt: this.replyAt,
    };
  }

  get #call(): number {
    return this.#table.call.at(this.#row);
  }
}

function idText(id: bigint): string | null {
  return id === 0n ? null : id.toString();
}
