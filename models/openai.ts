/**
 * A client of an endpoint that speaks OpenAI's chat-completions protocol.
 *
 * The only file that imports the `openai` package. The package's own retries are off, so that the one
 * retry layer (`retry.ts`) and the gate (`limit.ts`) see every refusal. The key goes into the request
 * header and nowhere else: whatever leaves here as an error is a {@link ModelError} with the key
 * taken out, and the package logs nothing.
 *
 * @module
 */
import type OpenAI from "openai";
import { type ModelClient, ModelError } from "./client.ts";
import {
  type ChatAnswer,
  completionClient,
  type CompletionClientOptions,
  type Endpoint,
} from "./completion_client.ts";
import { fetchWithPlainErrors, modelError, redactor, ReplyError } from "./failures.ts";

/** How to reach an endpoint. */
export interface EndpointOptions {
  /** Up to and including `/v1`, e.g. `http://127.0.0.1:8000/v1`; without user name or query. */
  readonly baseUrl: string;
  /** Bearer key, or null for none; the environment's keys are never used. */
  readonly apiKey: string | null;
  /** Longest time for one attempt, to the last byte of its reply; in ms. */
  readonly timeoutMs: number;
  /** Clock in ms since 1970, for `Retry-After` dates. */
  readonly now: () => number;
}

/** The longest a timer can hold, in ms. Given to the package, whose time-outs spare error bodies. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Makes an endpoint; nothing is sent yet.
 *
 * @throws {TypeError} for an address that is not http(s) or holds credentials or a query, and for a
 *   key that no header can carry.
 * @throws {RangeError} for a time-out no timer can hold.
 */
export function openaiEndpoint(options: EndpointOptions): Endpoint {
  if (!(options.timeoutMs > 0 && options.timeoutMs <= LONGEST_TIMER_MS)) {
    throw new RangeError(`timeoutMs must be 1..${LONGEST_TIMER_MS}, got ${options.timeoutMs}`);
  }
  const baseUrl = checkedUrl(options.baseUrl);
  const apiKey = checkedKey(options.apiKey);
  const redact = redactor(apiKey);
  let loaded: Promise<OpenAI> | undefined;
  const connect = async () =>
    new (await import("openai")).default({
      baseURL: baseUrl,
      apiKey: apiKey ?? "none",
      // Each null keeps the package from taking the value from the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      defaultHeaders: apiKey === null ? { Authorization: null } : {},
      maxRetries: 0,
      timeout: LONGEST_TIMER_MS,
      logLevel: "off",
      fetch: fetchWithPlainErrors,
    });
  /** The package is loaded with the first request: most commands send none, and start sooner. */
  const connected = () => loaded ??= connect();

  async function attempt<T>(
    what: string,
    send: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    try {
      return await send(signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal);
    } catch (error) {
      signal?.throwIfAborted();
      const where = `${what} at ${baseUrl}`;
      if (deadline.signal.aborted) {
        throw new ModelError(
          "timeout",
          redact(`${where} took longer than ${options.timeoutMs} ms`),
        );
      }
      throw modelError(error, where, redact, options.now());
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    baseUrl,
    chat(body, signal) {
      return attempt("POST chat/completions", async (signal) => {
        const client = await connected();
        const reply = await client.post("/chat/completions", { body, signal });
        if (!isChatAnswer(reply)) throw notCompletions(reply);
        return reply;
      }, signal);
    },
    models(signal) {
      return attempt("GET models", async (signal) => {
        const client = await connected();
        const reply = await client.get("/models", { signal }) as { data?: unknown } | undefined;
        if (!Array.isArray(reply?.data)) throw new ReplyError("the reply is no list of models");
        return reply.data.map((model) => String(model?.id));
      }, signal);
    },
  };
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  // The text itself is not repeated: it may hold a password.
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError("endpoint address must be an http or https URL");
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError(`endpoint address must hold no user name, query or fragment: ${url.host}`);
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function checkedKey(key: string | null): string | null {
  const trimmed = key?.trim() ?? "";
  if (trimmed === "") return null;
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new TypeError("API key must consist of printable ASCII characters without spaces");
  }
  return trimmed;
}

function isChatAnswer(reply: unknown): reply is ChatAnswer {
  const choices = (reply as { choices?: unknown } | null | undefined)?.choices;
  return Array.isArray(choices) && choices.length > 0 &&
    choices.every((choice) => typeof choice?.message === "object" && choice.message !== null);
}

function notCompletions(reply: unknown): ReplyError {
  const text = typeof reply === "string" ? reply : JSON.stringify(reply) ?? "nothing";
  return new ReplyError(`the reply holds no completions: ${text}`);
}

/** Options of {@link openaiClient}. */
export type OpenaiClientOptions = EndpointOptions & Omit<CompletionClientOptions, "endpoint">;

/**
 * Makes a client of one endpoint: {@link openaiEndpoint} with retries, top-ups and a gate.
 *
 * @throws {TypeError} as {@link openaiEndpoint}.
 * @throws {RangeError} for bounds that cannot be kept.
 */
export function openaiClient(options: OpenaiClientOptions): ModelClient {
  return completionClient({ ...options, endpoint: openaiEndpoint(options) });
}
