/**
 * What `soar doctor` says of the configured endpoint: the same probe that a run begins with.
 *
 * @module
 */
import { probeEndpoint } from "../mod.ts";

/** A finding, with the remedy where something is wrong. */
export interface EndpointFinding {
  readonly level: "ok" | "warning" | "failed";
  readonly detail: string;
}

/** Which model is asked, and where; both absent for the embedded one. */
export interface EndpointAsked {
  readonly endpoint?: string;
  readonly name?: string;
}

/** Longest wait for one answer of the probe, and tries of each. */
const PROBE_MS = 30_000;
const PROBE_TRIES = 2;

/** @param apiKey null where none is set */
export async function checkEndpoint(
  { endpoint, name }: EndpointAsked,
  apiKey: string | null,
): Promise<EndpointFinding> {
  if (endpoint === undefined) {
    return { level: "ok", detail: "none configured: the embedded model is asked" };
  }
  const probe = await probeEndpoint({
    baseUrl: endpoint,
    model: name!,
    apiKey,
    timeoutMs: PROBE_MS,
    retry: { maxAttempts: PROBE_TRIES },
    now: Date.now,
    random: Math.random,
  });
  if (!probe.reachable) {
    return {
      level: "failed",
      detail: `${endpoint}: ${probe.detail}; start the server, or mend --endpoint (it ends in /v1)`,
    };
  }
  if (!probe.usable) {
    const listed = probe.models.length > 0 ? `; it lists ${probe.models.join(", ")}` : "";
    const key = apiKey === null ? ", or set OPENAI_API_KEY" : "";
    return { level: "failed", detail: `${endpoint}: ${probe.detail}${listed}; mend --model${key}` };
  }
  const lacking = [["several completions a request", probe.n], ["min_p", probe.minP]]
    .flatMap(([what, has]) => has ? [] : [what]);
  if (lacking.length === 0) return { level: "ok", detail: `${endpoint}: ${probe.detail}` };
  return {
    level: "warning",
    detail: `${endpoint}: ${probe.detail}; runs make do without ${lacking.join(" and ")}`,
  };
}
