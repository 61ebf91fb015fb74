/**
 * Embeddings of programs from an endpoint that speaks OpenAI's protocol, `POST /v1/embeddings`.
 *
 * The key goes into the request header and nowhere else; failures are {@link ModelError}s with the
 * key taken out, and those that may pass are tried again as in `retry.ts`.
 *
 * @module
 */
import { ModelError } from "./client.ts";
import { fetchWithPlainErrors, modelError, redactor, ReplyError } from "./failures.ts";
import { type EndpointOptions, openaiEndpoint } from "./openai.ts";
import { type Delay, realDelay, type RetryPolicy, retryPolicy, withRetries } from "./retry.ts";

/** Turns texts into vectors. */
export interface EmbeddingClient {
  /**
   * One vector of length 1 a text, in the order of the texts.
   *
   * @throws {ModelError} when the endpoint gives none; `refused` with status 404 or 501 where it
   *   has no embeddings at all.
   * @throws The signal's reason when it aborts.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** Options of {@link embeddingClient}. */
export interface EmbeddingOptions extends EndpointOptions {
  /** Embedding model, as the endpoint lists it; SOAR's is CodeRankEmbed (appendix F). */
  readonly model: string;
  /**
   * Texts a request.
   * @default {64} small enough for servers that bound a batch by its tokens
   */
  readonly batch?: number;
  /** How often and how long failed requests are tried again. @default {DEFAULT_RETRY} */
  readonly retry?: Partial<RetryPolicy>;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Waits between tries. @default {realDelay} */
  readonly delay?: Delay;
}

/**
 * Makes a client; nothing is sent yet.
 *
 * @throws {TypeError} for an address or key that cannot be used, as {@link openaiEndpoint}.
 * @throws {RangeError} for bounds that cannot be kept.
 */
export function embeddingClient(options: EmbeddingOptions): EmbeddingClient {
  const { model, batch = 64, random, delay = realDelay, now, timeoutMs } = options;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(`batch must be an integer of at least 1, got ${batch}`);
  }
  const policy = retryPolicy(options.retry);
  // The endpoint checks address and key; its chat side is not used.
  const { baseUrl } = openaiEndpoint(options);
  const key = options.apiKey?.trim() || null;
  const redact = redactor(key);
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== null) headers.authorization = `Bearer ${key}`;

  async function ask(input: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetchWithPlainErrors(`${baseUrl}/embeddings`, {
        method: "POST",
        headers,
        body: JSON.stringify({ model, input, encoding_format: "float" }),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const reply = await response.json();
      if (!response.ok) throw { status: response.status, headers: response.headers, ...reply };
      return vectorsOf(reply, input.length);
    } catch (error) {
      signal?.throwIfAborted();
      const where = `POST embeddings at ${baseUrl}`;
      if (deadline.aborted) {
        throw new ModelError("timeout", redact(`${where} took longer than ${timeoutMs} ms`));
      }
      throw modelError(error, where, redact, now());
    }
  }

  return {
    async embed(texts, signal) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batch) {
        const part = texts.slice(from, from + batch);
        const { value } = await withRetries(() => ask(part, signal), {
          policy,
          random,
          delay,
          signal,
        });
        vectors.push(...value);
      }
      return vectors;
    },
  };
}

/** The vectors of a reply, each of length 1. @throws {ReplyError} if it is no list of vectors */
function vectorsOf(reply: unknown, wanted: number): Float32Array[] {
  const data = (reply as { data?: unknown } | null)?.data;
  if (!Array.isArray(data) || data.length !== wanted) {
    throw new ReplyError(
      `expected ${wanted} embeddings, got ${Array.isArray(data) ? data.length : "no list"}`,
    );
  }
  const vectors = new Map<number, Float32Array>();
  for (const [i, item] of data.entries()) {
    const { embedding, index = i } = (item ?? {}) as { embedding?: unknown; index?: number };
    if (!Array.isArray(embedding) || embedding.length === 0 || !embedding.every(Number.isFinite)) {
      throw new ReplyError(`embedding ${i} is not a list of numbers`);
    }
    vectors.set(index, unit(embedding));
  }
  const inOrder = Array.from({ length: wanted }, (_, i) => vectors.get(i));
  const isWhole = (vector: Float32Array | undefined): vector is Float32Array =>
    vector !== undefined && vector.length === inOrder[0]?.length;
  if (!inOrder.every(isWhole)) {
    throw new ReplyError("the embeddings do not belong to the texts, or differ in length");
  }
  return inOrder;
}

function unit(vector: readonly number[]): Float32Array {
  const norm = Math.hypot(...vector);
  if (norm === 0) throw new ReplyError("an embedding is zero");
  return Float32Array.from(vector, (x) => x / norm);
}
