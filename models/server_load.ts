/**
 * A server's own word on its load: the figures of vLLM's and SGLang's `GET /metrics`.
 *
 * Names from reference/model_servers_and_training.md, section 1 (vLLM 0.33, SGLang 0.5.23).
 *
 * @module
 */
import { fetchWithPlainErrors } from "./failures.ts";

/** What a server said of its load. */
export interface ServerLoad {
  /** Requests that wait in the server. */
  readonly waiting: number;
  /** Requests it works on. */
  readonly running: number;
  /** Share of its key-value cache in use, 0..1; that of the fullest engine. */
  readonly cacheUsage: number;
  /** Requests it had to take back for want of cache, since it started. */
  readonly preempted: number;
}

const NAMES = [
  {
    waiting: "vllm:num_requests_waiting",
    running: "vllm:num_requests_running",
    cacheUsage: "vllm:kv_cache_usage_perc",
    preempted: "vllm:num_preemptions_total",
  },
  {
    waiting: "sglang:num_queue_reqs",
    running: "sglang:num_running_reqs",
    cacheUsage: "sglang:token_usage",
    preempted: "sglang:num_retracted_reqs",
  },
] as const;

/** Reads Prometheus' text; null where it holds neither server's figures. */
export function parseServerLoad(text: string): ServerLoad | null {
  const values = new Map<string, number[]>();
  for (const line of text.split("\n")) {
    const match = /^([a-z_:]+)(?:\{.*\})?\s+(\S+)/.exec(line);
    const value = Number(match?.[2]);
    if (!match || !Number.isFinite(value)) continue;
    const before = values.get(match[1]);
    if (before) before.push(value);
    else values.set(match[1], [value]);
  }
  // One line an engine: data-parallel servers have several.
  const sum = (name: string) => (values.get(name) ?? []).reduce((a, b) => a + b, 0);
  const names = NAMES.find(({ waiting }) => values.has(waiting));
  return names
    ? {
      waiting: sum(names.waiting),
      running: sum(names.running),
      cacheUsage: Math.max(0, ...values.get(names.cacheUsage) ?? []),
      preempted: sum(names.preempted),
    }
    : null;
}

/**
 * Asks the server beside a base URL for its load; null where it says nothing of the kind.
 *
 * @param baseUrl ends in `/v1`
 */
export async function readServerLoad(
  baseUrl: string,
  apiKey: string | null,
  signal: AbortSignal,
): Promise<ServerLoad | null> {
  try {
    const response = await fetchWithPlainErrors(`${baseUrl.replace(/\/v1\/?$/, "")}/metrics`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      signal,
    });
    const text = await response.text();
    return response.ok ? parseServerLoad(text) : null;
  } catch {
    // Its replies tell of its load, too; whether it is alive is not asked here.
    return null;
  }
}
