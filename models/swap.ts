/**
 * Having a server take on the model of a generation, under a name and path of its own.
 *
 * A name is never used for other weights: caches of prompts are keyed by it, requests under way end
 * on the model they began with, and each program's model is known exactly.
 * (reference/model_servers_and_training.md, section 1)
 *
 * @module
 */
import { ModelError } from "./client.ts";
import { fetchWithPlainErrors, modelError, redactor } from "./failures.ts";
import { type RetryOptions, withRetries } from "./retry.ts";

/**
 * How a server takes a fine-tuned model:
 * `vllm` and `sglang` load a LoRA adapter while they run; `path` opens whatever folder is asked for
 * by name (`transformers serve` without a pinned model).
 */
export const SWAPS = ["vllm", "sglang", "path"] as const;

/** One of {@link SWAPS}. */
export type Swap = typeof SWAPS[number];

/** A model to be taken on. */
export interface SwapModel {
  /** Name for the adapter; not used before. */
  readonly name: string;
  /** Folder of the adapter or checkpoint, as the server sees it. */
  readonly path: string;
  /** The base model's name at the endpoint. */
  readonly base: string;
}

/** How to reach the server's own routes. */
export interface SwapOptions extends Omit<RetryOptions, "policy"> {
  /** The endpoint's base URL, ending in `/v1`. */
  readonly baseUrl: string;
  /** Bearer key, or null. */
  readonly apiKey: string | null;
  /** Clock in ms since 1970, for `Retry-After` dates. */
  readonly now: () => number;
}

/**
 * Longest time for one request, in ms, and how often it is sent: a shared disk may show the folder
 * late. Both from prime-rl's `load_lora_adapter` (30 s a try, 120 s in all).
 */
const TRY_MS = 30_000;
const POLICY = { maxAttempts: 6, minDelayMs: 1_000, maxDelayMs: 30_000 };

/** Name to ask for the model of {@link SwapModel} by. */
export function nameAt(swap: Swap, { name, path, base }: SwapModel): string {
  return { vllm: name, sglang: `${base}:${name}`, path }[swap];
}

/**
 * Has the server take on a model; at once if it has it already.
 *
 * @returns the name to ask it by
 * @throws {ModelError} when it would not within the bounds
 */
export async function swapIn(
  swap: Swap,
  model: SwapModel,
  options: SwapOptions,
): Promise<string> {
  if (swap !== "path") {
    // SGLang's route is beside /v1, vLLM's below it.
    const url = swap === "vllm"
      ? `${options.baseUrl}/load_lora_adapter`
      : `${serverOf(options.baseUrl)}/load_lora_adapter`;
    const body = { lora_name: model.name, lora_path: model.path };
    await withRetries(() => load(url, body, options), { ...options, policy: POLICY });
  }
  return nameAt(swap, model);
}

/** Puts a vLLM server to sleep, so that its GPU is free for training, or wakes it. */
export async function setAsleep(asleep: boolean, options: SwapOptions): Promise<void> {
  // Level 1 keeps the weights in the host's memory; requests under way are waited for.
  const route = asleep ? "sleep?level=1&mode=wait" : "wake_up";
  const url = `${serverOf(options.baseUrl)}/${route}`;
  await withRetries(() => post(url, {}, options), { ...options, policy: POLICY });
}

async function load(url: string, body: Record<string, unknown>, options: SwapOptions) {
  try {
    await post(url, body, options);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (/already (been )?loaded/i.test(error.message)) return;
    // "not found" may be a disk that lags behind.
    if (error.status !== 404) throw error;
    throw new ModelError("server", error.message, { status: 404 });
  }
}

async function post(url: string, body: unknown, options: SwapOptions): Promise<void> {
  const { apiKey, signal, now } = options;
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(TRY_MS);
  const where = `POST ${url}`;
  try {
    const response = await fetchWithPlainErrors(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const { ok, status, headers } = response;
    if (!ok) throw { status, headers, ...await response.json() };
    if (!response.bodyUsed) await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) throw new ModelError("timeout", `${where} took longer than ${TRY_MS} ms`);
    throw modelError(error, where, redactor(apiKey), now());
  }
}

function serverOf(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, "");
}
