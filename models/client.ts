/**
 * What the rest of a run knows of a model: a request, a reply, and how asking can fail.
 *
 * A client asks, asks again where that can help, and tops up short replies. It does not choose what
 * to ask, does not count budgets and does not read programs out of the text.
 *
 * @module
 */
import type { Message } from "./prompts.ts";

/** A request for completions of one prompt. Every sampling field is given, none left to a server. */
export interface CompletionRequest {
  /** Model or adapter name, as the endpoint lists it. */
  readonly model: string;
  /** The prompt. */
  readonly messages: readonly Message[];
  /** Completions wanted, at least 1. */
  readonly n: number;
  /** Sampling temperature, 0 or more. */
  readonly temperature: number;
  /** Nucleus mass, 1 = off. */
  readonly topP: number;
  /** Least probability relative to the likeliest token; null = off. */
  readonly minP: number | null;
  /** Longest completion, in tokens. */
  readonly maxTokens: number;
  /**
   * Seed of completion 0; completion i has `seed + i`. Requests with the same prompt must keep
   * their seeds at least `n` apart, or they share completions (vLLM gives choice i `seed + i`).
   */
  readonly seed: number;
  /** Of several endpoints the one the request was admitted for, by name. @default any */
  readonly endpoint?: string;
  /** Generation whose model is asked, for endpoints that know it by another name. @default 0 */
  readonly generation?: number;
}

/** Fields of a request that say how to draw. */
export type SamplingFields = Pick<
  CompletionRequest,
  "temperature" | "topP" | "minP" | "maxTokens"
>;

/** Who was asked. */
export interface Asked {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Model name as asked for. */
  readonly model: string;
  /** Sampling temperature. */
  readonly temperature: number;
}

/** One completion as the server gave it. */
export interface ReplyCompletion {
  /** Empty where the server gave no text. */
  readonly text: string;
  /** `stop`, `length`, …; `unknown` where the server did not say. */
  readonly finishReason: string;
}

/** A reply, put together from as many requests as it took. */
export interface ModelReply {
  /**
   * In seed order. Fewer than asked for, but at least one, only where a top-up failed for good:
   * completions already paid for are kept.
   */
  readonly completions: readonly ReplyCompletion[];
  /** Sum over the requests answered; 0 where the server does not count. */
  readonly promptTokens: number;
  /** Sum over the requests answered; 0 where the server does not count. */
  readonly completionTokens: number;
  /** From sending to the last byte, summed over the requests answered, waits left out; in ms. */
  readonly latencyMs: number;
  /** Requests sent again after a failure. */
  readonly retries: number;
  /** Requests sent in all, top-ups and retries among them. @default 1 + retries */
  readonly requests?: number;
  /** Who answered, where that is another endpoint than the one the request was admitted for. */
  readonly by?: Asked;
}

/** Something that completes prompts. */
export interface ModelClient {
  /**
   * Completes a prompt.
   *
   * @throws {ModelError} when no completion could be had.
   * @throws The signal's reason when it aborts.
   */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<ModelReply>;
  /** Lets go of whatever the client holds. */
  close?(): Promise<void>;
}

/**
 * Why asking a model failed. `unauthorised` (401, 403) and `refused` (other 4xx) will fail again;
 * `unreachable` (no connection, or one that broke), `timeout`, `busy` (408, 409, 429, 503),
 * `server` (other 5xx) and `bad_reply` (a success that is no completion) may pass; `exhausted` is a
 * request that failed at every try while others were answered.
 */
export type ModelErrorKind =
  | "unreachable"
  | "timeout"
  | "busy"
  | "server"
  | "bad_reply"
  | "unauthorised"
  | "refused"
  | "exhausted";

/** What is known of a failure beside its sentence. */
export interface ModelErrorDetail {
  /** HTTP status, where one was received. */
  readonly status?: number;
  /** How long the server asked to be left alone, in ms. */
  readonly retryAfterMs?: number;
}

/**
 * Asking a model failed. Carries no `cause`: what an HTTP stack throws may hold request headers,
 * and with them the key.
 */
export class ModelError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ModelError";
  /** What went wrong. */
  readonly kind: ModelErrorKind;
  /** HTTP status, where one was received. */
  readonly status?: number;
  /** How long the server asked to be left alone, in ms. */
  readonly retryAfterMs?: number;

  /** Makes an error; `message` must already be free of secrets. */
  constructor(kind: ModelErrorKind, message: string, detail: ModelErrorDetail = {}) {
    super(message);
    this.kind = kind;
    this.status = detail.status;
    this.retryAfterMs = detail.retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return !["refused", "unauthorised", "exhausted"].includes(this.kind);
  }
}
