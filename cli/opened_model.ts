/**
 * A model that was opened, by whichever way, and what is to be told of it.
 *
 * @module
 */
import type { EmbeddingClient, ModelClient, ModelSeat, TrainerBackend } from "../mod.ts";

/** Something to be journalled about a model. */
export interface ModelEvent {
  readonly level: "info" | "warning";
  readonly event: string;
  readonly message: string;
}

/** A model ready to be asked. */
export interface OpenedModel {
  readonly client: ModelClient;
  readonly trainer: TrainerBackend | null;
  readonly minP: number | null;
  /** Null where the configuration names no embedding model. */
  readonly embeddings: EmbeddingClient | null;
  /** Models that serve a generation. */
  modelOf(generation: number): string;
  /** Of several endpoints the one a request is for. */
  readonly assign?: ModelSeat["assign"];
  readonly watchCapacity?: ModelSeat["watchCapacity"];
  /** Has the server take on the model of a generation. */
  prepare?(generation: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
