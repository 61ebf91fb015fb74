/**
 * Requests as columns of a digest part, and back.
 *
 * @module
 */
import { asBytes, type Column, floatsIn, idsIn } from "./column_bytes.ts";
import { Growing } from "./growing.ts";
import { idIfAny, idOf, NO_ID } from "./id_table.ts";
import type { CallAdmitted, ParentChoice } from "./records.ts";

/** Takes requests in order. */
export class CallColumns {
  /** Gives a text its number, from 0. */
  readonly #numberOf: (text: string) => number;
  readonly #ids = new Growing(BigUint64Array);
  readonly #generation = new Growing(Uint32Array);
  readonly #task = new Growing(Uint32Array);
  readonly #refined = new Growing(Uint8Array);
  readonly #draw = new Growing(Uint32Array);
  readonly #n = new Growing(Uint32Array);
  /** Number of its name + 1; 0 where the run has but one. */
  readonly #endpoint = new Growing(Uint32Array);
  readonly #model = new Growing(Uint32Array);
  /** + 1; 0 where they are as many as its generation. */
  readonly #modelGeneration = new Growing(Uint32Array);
  readonly #temperature = new Growing(Float64Array);
  readonly #seed = new Growing(Float64Array);
  readonly #promptHash = new Growing(BigUint64Array);
  /** Number of the text + 1 where a prompt's hash is no id, else 0. */
  readonly #oddHash = new Growing(Uint32Array);
  readonly #parents = new Growing(BigUint64Array);
  readonly #parentCount = new Growing(Uint32Array);
  /** Number of the method's name + 1; 0 where nothing was chosen. */
  readonly #method = new Growing(Uint32Array);
  /** Four numbers a choice. */
  readonly #choice = new Growing(Float64Array);

  constructor(numberOf: (text: string) => number) {
    this.#numberOf = numberOf;
  }

  push(call: CallAdmitted): void {
    this.#ids.push(idOf(call.callId));
    this.#generation.push(call.generation);
    this.#task.push(this.#numberOf(call.taskId));
    this.#refined.push(Number(call.operator === "refine"));
    this.#draw.push(call.draw);
    this.#n.push(call.n);
    this.#endpoint.push(call.endpoint === undefined ? 0 : this.#numberOf(call.endpoint) + 1);
    this.#model.push(this.#numberOf(call.model));
    this.#modelGeneration.push(call.modelGeneration === undefined ? 0 : call.modelGeneration + 1);
    this.#temperature.push(call.temperature);
    this.#seed.push(call.seed);
    const hash = idIfAny(call.promptHash);
    this.#promptHash.push(hash === NO_ID ? 0n : hash);
    this.#oddHash.push(hash === NO_ID ? this.#numberOf(call.promptHash) + 1 : 0);
    for (const parent of call.parents) this.#parents.push(idOf(parent));
    this.#parentCount.push(call.parents.length);
    this.#pushChoice(call.choice);
  }

  columns(): Record<string, Column> {
    return {
      callIds: asBytes(this.#ids.values()),
      callGeneration: this.#generation.values(),
      callTask: this.#task.values(),
      callRefined: this.#refined.values(),
      callDraw: this.#draw.values(),
      callN: this.#n.values(),
      callEndpoint: this.#endpoint.values(),
      callModel: this.#model.values(),
      callModelGeneration: this.#modelGeneration.values(),
      callTemperature: asBytes(this.#temperature.values()),
      callSeed: asBytes(this.#seed.values()),
      callPromptHash: asBytes(this.#promptHash.values()),
      callOddHash: this.#oddHash.values(),
      callParents: asBytes(this.#parents.values()),
      callParentCount: this.#parentCount.values(),
      callMethod: this.#method.values(),
      callChoice: asBytes(this.#choice.values()),
    };
  }

  #pushChoice(choice: ParentChoice | null): void {
    this.#method.push(choice === null ? 0 : this.#numberOf(choice.method) + 1);
    if (choice === null) return;
    const { h, timesChosen, theta, seen } = choice;
    for (const value of [h, timesChosen, theta, seen]) this.#choice.push(value);
  }
}

/** The requests of {@link CallColumns.columns}, in order. @param texts by their numbers */
export function* callsIn(
  columns: Readonly<Record<string, Column>>,
  texts: readonly string[],
): Generator<CallAdmitted> {
  const [ids, hashes, parents] = [columns.callIds, columns.callPromptHash, columns.callParents]
    .map(idsIn);
  const [temperature, seed, choice] = [
    columns.callTemperature,
    columns.callSeed,
    columns.callChoice,
  ].map(floatsIn);
  let parent = 0;
  let chosen = 0;
  for (let row = 0; row < ids.length; row++) {
    const endpoint = columns.callEndpoint[row];
    const modelGeneration = columns.callModelGeneration[row];
    const odd = columns.callOddHash[row];
    const method = columns.callMethod[row];
    const last = parent + columns.callParentCount[row];
    yield {
      kind: "call",
      callId: ids[row].toString(),
      generation: columns.callGeneration[row],
      taskId: texts[columns.callTask[row]],
      operator: columns.callRefined[row] ? "refine" : "sample",
      draw: columns.callDraw[row],
      n: columns.callN[row],
      ...(endpoint === 0 ? {} : { endpoint: texts[endpoint - 1] }),
      model: texts[columns.callModel[row]],
      ...(modelGeneration === 0 ? {} : { modelGeneration: modelGeneration - 1 }),
      temperature: temperature[row],
      seed: seed[row],
      promptHash: odd === 0 ? hashes[row].toString() : texts[odd - 1],
      parents: Array.from(parents.subarray(parent, last), String),
      choice: method === 0 ? null : {
        method: texts[method - 1],
        h: choice[chosen],
        timesChosen: choice[chosen + 1],
        theta: choice[chosen + 2],
        seen: choice[chosen + 3],
      },
    };
    parent = last;
    if (method !== 0) chosen += 4;
  }
}
