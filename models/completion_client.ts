/**
 * From single chat requests to complete replies: retries, top-ups, the gate, and the sums over them.
 *
 * Knows the protocol's fields but not how they travel; see `openai.ts` for that.
 *
 * @module
 */
import {
  type CompletionRequest,
  type ModelClient,
  ModelError,
  type ReplyCompletion,
} from "./client.ts";
import type { AttemptEnd, AttemptGate } from "./limit.ts";
import { type Delay, realDelay, type RetryPolicy, retryPolicy, withRetries } from "./retry.ts";

/** A successful answer to a chat request, as far as it is used. */
export interface ChatAnswer {
  readonly choices: readonly {
    readonly message: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
  } | null;
}

/** An endpoint; each call is one attempt. */
export interface Endpoint {
  readonly baseUrl: string;
  /** Sends a chat request with the given JSON fields. @throws {ModelError} */
  chat(body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ChatAnswer>;
  /** Names of the models the endpoint lists. @throws {ModelError} */
  models(signal?: AbortSignal): Promise<string[]>;
}

/** What an endpoint can do; see `probe.ts`. */
export interface Capabilities {
  /** Whether `n` brings that many choices; else each completion is asked for alone. */
  readonly n: boolean;
  /**
   * Whether sampling fields beyond OpenAI's may be sent. Then `min_p`, `top_k` and
   * `repetition_penalty` are all sent, the latter two off: servers fill gaps from defaults of their
   * own (llama.cpp: top_k 40, min_p 0.05; vLLM: the checkpoint's generation_config.json).
   */
  readonly minP: boolean;
}

/** Options of {@link completionClient}. */
export interface CompletionClientOptions {
  readonly endpoint: Endpoint;
  /** @default both true */
  readonly capabilities?: Capabilities;
  /** @default DEFAULT_RETRY */
  readonly retry?: Partial<RetryPolicy>;
  /** Clock in ms. */
  readonly now: () => number;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** @default the clock's */
  readonly delay?: Delay;
  /** Holds attempts back while the endpoint is full; null for no limit. @default null */
  readonly gate?: AttemptGate | null;
}

/**
 * Makes a client of an endpoint. A reply with fewer choices than asked for is topped up by further
 * requests, one after the other, whose seeds go on where the last one ended.
 *
 * @throws {RangeError} for retry bounds that cannot be kept.
 */
export function completionClient(options: CompletionClientOptions): ModelClient {
  const { endpoint, now, random, delay = realDelay, gate = null } = options;
  const { capabilities = { n: true, minP: true } } = options;
  const policy = retryPolicy(options.retry);

  /** One attempt, let in by the gate and timed. */
  async function attempt(body: Readonly<Record<string, unknown>>, signal?: AbortSignal) {
    const leave = await gate?.enter(signal);
    let end: AttemptEnd = "failed";
    const sentMs = now();
    try {
      const answer = await endpoint.chat(body, signal);
      end = "ok";
      return { answer, latencyMs: now() - sentMs };
    } catch (error) {
      if (error instanceof ModelError && (error.kind === "busy" || error.kind === "timeout")) {
        end = "busy";
      }
      throw error;
    } finally {
      leave?.(end);
    }
  }

  return {
    async complete(request, signal) {
      if (!Number.isInteger(request.n) || request.n < 1) {
        throw new RangeError(`n must be an integer of at least 1, got ${request.n}`);
      }
      const completions: ReplyCompletion[] = [];
      let promptTokens = 0, completionTokens = 0, latencyMs = 0, retries = 0;
      while (completions.length < request.n) {
        const body = chatBody(request, completions.length, capabilities);
        let reply;
        try {
          reply = await withRetries(
            () => attempt(body, signal),
            { policy, random, delay, signal },
          );
        } catch (error) {
          if (error instanceof ModelError && completions.length > 0) break;
          throw error;
        }
        const { answer } = reply.value;
        completions.push(
          ...answer.choices.slice(0, request.n - completions.length).map(completion),
        );
        promptTokens += answer.usage?.prompt_tokens ?? 0;
        completionTokens += answer.usage?.completion_tokens ?? 0;
        latencyMs += reply.value.latencyMs;
        retries += reply.retries;
      }
      return { completions, promptTokens, completionTokens, latencyMs, retries };
    },
  };
}

/** The JSON fields of a request for the completions still missing after `had`. */
export function chatBody(
  request: CompletionRequest,
  had: number,
  { n, minP }: Capabilities,
): Readonly<Record<string, unknown>> {
  return {
    model: request.model,
    messages: request.messages,
    temperature: request.temperature,
    top_p: request.topP,
    max_tokens: request.maxTokens,
    seed: request.seed + had,
    stream: false,
    ...(n ? { n: request.n - had } : {}),
    // -1 is "off" to vLLM, SGLang and llama.cpp alike; SGLang refuses 0.
    ...(minP ? { min_p: request.minP ?? 0, top_k: -1, repetition_penalty: 1 } : {}),
  };
}

function completion(choice: ChatAnswer["choices"][number]): ReplyCompletion {
  const { message: { content }, finish_reason: finishReason } = choice;
  return {
    text: typeof content === "string" ? content : "",
    finishReason: finishReason ?? "unknown",
  };
}
