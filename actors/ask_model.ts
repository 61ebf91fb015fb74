/**
 * Asking the model for one unit and journalling question and answer: what sampler and refiner share.
 *
 * @module
 */
import { callIdOf, candidateOf } from "../data/identity.ts";
import type { Candidate } from "../data/candidate.ts";
import { codeOf, hash63 } from "../data/program.ts";
import type { CallAdmitted, Completion, ParentChoice } from "../data/records.ts";
import type { Asked, ModelClient, SamplingFields } from "../models/client.ts";
import type { Message } from "../models/prompts.ts";
import { ARC } from "./arc.ts";
import type { Domain } from "./domain.ts";
import type { Recorder } from "./recorder.ts";
import type { Unit } from "./unit.ts";

/** Who is asked, and how. */
export interface ModelSeat {
  /** Asked for completions. */
  readonly client: ModelClient;
  /** How completions are drawn; the temperature may be an endpoint's own. */
  readonly sampling: SamplingFields;
  /** Name of the model of so many fine-tunings. */
  readonly modelOf: (version: number) => string;
  /** Fine-tunings of the model that a request of a generation asks now. @default the generation */
  readonly versionOf?: (generation: number) => number;
  /** Of several endpoints the one a unit's request is for. @default the only one */
  readonly assign?: (
    unit: Unit,
    version: number,
  ) => Pick<Asked, "model" | "temperature"> & Partial<Asked>;
  /** Tells how many requests may be in flight, now and whenever that changes. @default ever alike */
  readonly watchCapacity?: (listener: (capacity: number) => void) => void;
  /** Has the server take on the model of a generation before it is asked. @default nothing */
  readonly prepare?: (generation: number, signal: AbortSignal) => Promise<void>;
  /** Seed of the run. */
  readonly seed: number;
}

/** What a unit asks. */
export interface Question {
  readonly messages: readonly Message[];
  readonly parents: readonly string[];
  readonly choice: ParentChoice | null;
}

/** How a question is asked. */
export interface AskOptions {
  /** Told when the request is journalled. @default nobody */
  readonly onAdmitted?: () => void;
  /** Finds the programs in the reply. @default ARC */
  readonly domain?: Domain;
}

/**
 * Journals the request, asks, journals the reply, and returns its candidates.
 *
 * @throws ModelError when the model gave no reply; nothing is journalled then but the request
 */
export async function askModel(
  seat: ModelSeat,
  recorder: Recorder,
  unit: Unit,
  question: Question,
  signal: AbortSignal,
  { onAdmitted, domain = ARC }: AskOptions = {},
): Promise<Candidate[]> {
  const call = await admit(seat, recorder, unit, question);
  onAdmitted?.();
  const reply = await seat.client.complete({
    model: call.model,
    messages: question.messages,
    n: call.n,
    ...seat.sampling,
    temperature: call.temperature,
    seed: call.seed,
    endpoint: call.endpoint,
    generation: call.modelGeneration ?? call.generation,
  }, signal);
  const completions = reply.completions.map(({ text, finishReason }): Completion => {
    const extraction = domain.prompts.extract(text);
    return {
      text,
      span: extraction?.span ?? null,
      addNumpy: extraction?.addNumpy ?? false,
      finishReason,
    };
  });
  const { promptTokens, completionTokens, latencyMs, retries, requests, by } = reply;
  await recorder.record({
    kind: "reply",
    callId: call.callId,
    completions,
    promptTokens,
    completionTokens,
    latencyMs,
    retries,
    ...(requests === undefined ? {} : { requests }),
    ...(by ? { by } : {}),
  });
  const answered = { ...call, ...by };
  return completions.map((completion, index) => candidateOf(answered, index, codeOf(completion)));
}

/** Name of the model that a request of a generation asks now. */
export function modelAsked(seat: ModelSeat, generation: number): string {
  return seat.modelOf(seat.versionOf?.(generation) ?? generation);
}

/** Journals the request, unless a run before this one did: its choices then stand. */
async function admit(
  seat: ModelSeat,
  recorder: Recorder,
  unit: Unit,
  question: Question,
): Promise<CallAdmitted> {
  const { generation, taskId, operator, draw, n } = unit;
  const callId = callIdOf(generation, taskId, operator, draw);
  const admitted = recorder.archive.call(callId);
  if (admitted) return admitted.call;
  const modelGeneration = seat.versionOf?.(generation) ?? generation;
  const { endpoint, model, temperature } = seat.assign?.(unit, modelGeneration) ??
    { model: seat.modelOf(modelGeneration), temperature: seat.sampling.temperature };
  const call: CallAdmitted = {
    kind: "call",
    callId,
    generation,
    taskId,
    operator,
    draw,
    n,
    ...(endpoint === undefined ? {} : { endpoint }),
    model,
    ...(modelGeneration === generation ? {} : { modelGeneration }),
    temperature,
    // 31 bits are the widest that every server takes; completion i has seed + i, so requests
    // keep a distance of more than any n.
    seed: Number(BigInt(hash63("seed", seat.seed, callId)) & 0x7ffffc00n),
    promptHash: hash63(JSON.stringify(question.messages)),
    parents: question.parents,
    choice: question.choice,
  };
  await recorder.record(call);
  return call;
}
