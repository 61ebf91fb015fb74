/**
 * Replaying a run: its replies by content, its choices by request.
 *
 * A search that follows another run asks no model. A request gets the journalled reply to the same
 * content (model, prompt, n, temperature, seed); a refinement gets the parents that were journalled
 * for it, so that a choice which hung on timing is made again as it was. A unit that the other run
 * never asked for, though it ended that generation, is cancelled as it was there.
 *
 * It holds no replies in memory: they are read back by their place in the other run's journal.
 *
 * @module
 */
import type { Archive } from "../data/archive.ts";
import type { CallState } from "../data/archive_entry.ts";
import { callIdOf } from "../data/identity.ts";
import { JournalReader } from "../data/journal_reader.ts";
import { hash63 } from "../data/program.ts";
import type { CallAdmitted, Noted } from "../data/records.ts";
import {
  type CompletionRequest,
  type ModelClient,
  ModelError,
  type ModelReply,
} from "../models/client.ts";
import { BUDGET_CHANGED } from "./run_budget.ts";
import type { Unit } from "./unit.ts";

/** The other run does not hold what the replay needs. */
export class ReplayError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ReplayError";
}

/** The fields of a request that decide its reply. */
type Content = Pick<CallAdmitted, "model" | "promptHash" | "n" | "temperature" | "seed">;

/** A run whose replies and choices are followed. */
export class Replay implements ModelClient, Disposable {
  readonly #name: string;
  readonly #archive: Archive;
  readonly #reader: JournalReader;
  readonly #byContent = new Map<string, CallState>();
  readonly #models = new Map<number, string>();

  /**
   * Reads the other run; its journal is open until disposal.
   *
   * @param name of the run, for messages
   * @param archive what its journal told
   * @param journal its journal's folder
   */
  constructor(name: string, archive: Archive, journal: string) {
    this.#name = name;
    this.#archive = archive;
    this.#reader = new JournalReader(journal);
    for (const state of archive.calls()) {
      this.#byContent.set(keyOf(state.call), state);
      this.#models.set(state.call.generation, state.call.model);
    }
  }

  /** A model that served a generation. @throws ReplayError when the run did not come so far */
  modelOf(generation: number): string {
    const model = this.#models.get(generation);
    if (model !== undefined) return model;
    throw new ReplayError(`run ${this.#name} asked nothing in generation ${generation}`);
  }

  /** Changes of its budget while it ran, in their order. */
  get budgetChanges(): readonly Noted[] {
    return this.#archive.notesOf(BUDGET_CHANGED);
  }

  /**
   * The request that the run made for a unit; null when it cancelled the unit.
   *
   * @throws ReplayError when the run stopped before it came to the unit
   */
  callOf(unit: Pick<Unit, "generation" | "taskId" | "operator" | "draw">): CallAdmitted | null {
    const { generation, taskId, operator, draw } = unit;
    const state = this.#archive.call(callIdOf(generation, taskId, operator, draw));
    if (state?.ended || state?.waiting) return state.call;
    if (!state && this.#archive.noted("generation_ended", generation)) return null;
    throw new ReplayError(
      `run ${this.#name} holds no reply to ${operator} ${draw} of task ${taskId}, generation ` +
        `${generation}: it can be replayed when it is finished and its journal undamaged`,
    );
  }

  /**
   * The reply that the run had to this content.
   *
   * @throws ReplayError when the run holds no reply to this content
   */
  complete(request: CompletionRequest): Promise<ModelReply> {
    const { model, messages, n, temperature, seed } = request;
    const promptHash = hash63(JSON.stringify(messages));
    const state = this.#byContent.get(keyOf({ model, promptHash, n, temperature, seed }));
    if (state?.ended && !state.replyAt) {
      return Promise.reject(new ModelError("refused", `the request failed in run ${this.#name}`));
    }
    if (!state?.replyAt) {
      return Promise.reject(
        new ReplayError(
          `run ${this.#name} holds no reply to this content: model ${model}, prompt hash ` +
            `${promptHash}, n ${n}, temperature ${temperature}, seed ${seed}`,
        ),
      );
    }
    const record = this.#reader.read(state.replyAt);
    if (record.kind !== "reply") {
      throw new ReplayError(`run ${this.#name}: expected a reply, found ${record.kind}`);
    }
    const { completions, promptTokens, completionTokens, latencyMs, retries } = record;
    return Promise.resolve({
      completions: completions.map(({ text, finishReason }) => ({ text, finishReason })),
      promptTokens,
      completionTokens,
      latencyMs,
      retries,
    });
  }

  /** Closes the journal. */
  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }
}

function keyOf({ model, promptHash, n, temperature, seed }: Content): string {
  return JSON.stringify([model, promptHash, n, temperature, seed]);
}
