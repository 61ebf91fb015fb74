/**
 * From single chat requests to complete replies: retries, top-ups, and the sums over them.
 *
 * Knows the protocol's fields but not how they travel; see `openai.ts` for that.
 *
 * @module
 */
import {
  type CompletionRequest,
  type ModelClient,
  ModelError,
  type ModelReply,
  type ReplyCompletion,
} from "./client.ts";
import { type Delay, realDelay, type RetryPolicy, retryPolicy, withRetries } from "./retry.ts";

/** A successful answer to a chat request, as far as it is used. */
export interface ChatAnswer {
  /** What the model said, one entry a completion. */
  readonly choices: readonly {
    readonly message: {
      readonly content?: string | null;
      /** Why the model would not answer, in its own words. */
      readonly refusal?: string | null;
    };
    readonly finish_reason?: string | null;
  }[];
  /** Tokens, where the server counts them. */
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
  } | null;
}

/** An endpoint; each call is one attempt. */
export interface Endpoint {
  /** Address up to `/v1`. */
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
  /** Who is asked. */
  readonly endpoint: Endpoint;
  /** What the endpoint can do. @default both true */
  readonly capabilities?: Capabilities;
  /** How often and how long failed requests are tried again. @default DEFAULT_RETRY */
  readonly retry?: Partial<RetryPolicy>;
  /** Clock in ms. */
  readonly now: () => number;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Waits between tries. @default the clock's */
  readonly delay?: Delay;
}

/**
 * Makes a client of one endpoint that is always asked. Several, or one that may be full or go away,
 * are pool.ts's business.
 *
 * @throws {RangeError} for retry bounds that cannot be kept.
 */
export function completionClient(options: CompletionClientOptions): ModelClient {
  const { endpoint, now, random, delay = realDelay } = options;
  const { capabilities = { n: true, minP: true } } = options;
  const policy = retryPolicy(options.retry);
  return {
    complete: (request, signal) =>
      gather(request, async (had) => {
        const body = chatBody(request, had, capabilities);
        let latencyMs = 0;
        const { value, retries } = await withRetries(async () => {
          const sentMs = now();
          const choices = await ask(endpoint, body, signal);
          latencyMs = now() - sentMs;
          return choices;
        }, { policy, random, delay, signal });
        return { ...value, latencyMs, retries };
      }),
  };
}

/** What one attempt brought. */
export interface Answer {
  /** In the order of their seeds. */
  readonly completions: readonly ReplyCompletion[];
  /** Tokens of the prompt, as the server counted them. */
  readonly promptTokens: number;
  /** Tokens of the completions, as the server counted them. */
  readonly completionTokens: number;
}

/** An answer and what it took. */
export interface AnswerAndCost extends Answer {
  readonly latencyMs: number;
  readonly retries: number;
}

/** One attempt. @throws {ModelError} also when no choice is a completion */
export async function ask(
  endpoint: Endpoint,
  body: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Answer> {
  const { choices, usage } = await endpoint.chat(body, signal);
  const completions = choices.map(completion)
    .filter(({ finishReason }) => !BROKEN_OFF.has(finishReason));
  if (completions.every(({ text, finishReason }) => text === "" && finishReason === "unknown")) {
    const said = new Set(choices.map((choice) => choice.finish_reason ?? "no reason"));
    throw new ModelError(
      "bad_reply",
      `POST chat/completions at ${endpoint.baseUrl} brought no completion: ${[...said].join(", ")}`,
    );
  }
  return {
    completions,
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
  };
}

/** Finish reasons of a choice that the server did not finish; what it holds is no completion. */
const BROKEN_OFF = new Set(["abort", "error"]);

/**
 * Puts a reply together. An answer with fewer choices than asked for is topped up by further
 * requests, one after the other, whose seeds go on where the last one ended.
 *
 * @param askFor asks for the completions still missing after so many
 */
export async function gather(
  { n }: Pick<CompletionRequest, "n">,
  askFor: (had: number) => Promise<AnswerAndCost>,
): Promise<ModelReply> {
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`n must be an integer of at least 1, got ${n}`);
  }
  const completions: ReplyCompletion[] = [];
  let promptTokens = 0, completionTokens = 0, latencyMs = 0, retries = 0, requests = 0;
  while (completions.length < n) {
    let answer;
    try {
      answer = await askFor(completions.length);
    } catch (error) {
      if (error instanceof ModelError && completions.length > 0) break;
      throw error;
    }
    completions.push(...answer.completions.slice(0, n - completions.length));
    promptTokens += answer.promptTokens;
    completionTokens += answer.completionTokens;
    latencyMs += answer.latencyMs;
    retries += answer.retries;
    requests += 1 + answer.retries;
  }
  return { completions, promptTokens, completionTokens, latencyMs, retries, requests };
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

/** A refusal's words are kept as text: they hold no program, and asking again brings the same. */
function completion({ message, finish_reason }: ChatAnswer["choices"][number]): ReplyCompletion {
  const { content, refusal } = message;
  if (typeof refusal === "string" && refusal !== "") {
    return { text: refusal, finishReason: "refusal" };
  }
  return {
    text: typeof content === "string" ? content : "",
    finishReason: finish_reason ?? "unknown",
  };
}
