/**
 * The endpoints of a run: asked once what they can do, and joined into one client.
 *
 * @module
 */
import {
  embeddingClient,
  type EndpointOptions,
  EndpointPool,
  type EndpointProbe,
  ModelError,
  openaiEndpoint,
  probeEndpoint,
  readServerLoad,
  type RouteOptions,
  type RunDirectory,
} from "../mod.ts";
import type { Config } from "./config.ts";
import { type EndpointConfig, endpointsOf } from "./model_config.ts";
import type { ModelEvent, OpenedModel } from "./opened_model.ts";
import type { RunTasks } from "./run_tasks.ts";
import { openTuning, type Tuning } from "./tuning.ts";
import { UsageError } from "./usage_error.ts";

/** How an endpoint is reached, key included. */
type Reach = EndpointOptions & {
  readonly retry: { readonly maxAttempts: number };
  readonly random: () => number;
};

/** An endpoint that was asked what it can do. */
interface Opened {
  readonly endpoint: EndpointConfig;
  readonly reach: Reach;
  readonly probe: EndpointProbe;
}

/**
 * Opens the endpoints of the configuration; one that is away is asked when it comes, if another is
 * there.
 *
 * @throws UsageError when a key is not set
 * @throws ModelError when none answers, or one refuses
 */
export async function openEndpoints(
  config: Config,
  directory: RunDirectory,
  { teachable, guard }: Pick<RunTasks, "teachable" | "guard">,
  tell: (line: string) => void,
  note: (event: ModelEvent) => void,
): Promise<OpenedModel> {
  const endpoints = endpointsOf(config);
  const reaches = endpoints.map(reachOf);
  for (const { label } of endpoints) tell(`asking ${label} what it can do`);
  const opened = await Promise.all(endpoints.map(async (endpoint, i): Promise<Opened> => {
    const probe = await probeEndpoint({ ...reaches[i], model: endpoint.name });
    tell(`${endpoint.label}: ${probe.detail}`);
    return { endpoint, reach: reaches[i], probe };
  }));
  refuseUnusable(opened);
  for (const { endpoint, probe } of opened) note(probedEvent(endpoint, probe));
  const tuned = opened.filter(({ endpoint }) => endpoint.tuned);
  const tuning = config.train.enabled && teachable
    ? await openTuning(config.train, {
      directory,
      guard,
      tell,
      servers: tuned.map(({ endpoint, reach }) => ({ ...reach, name: endpoint.name })),
    })
    : null;
  const pool = new EndpointPool({
    routes: opened.map((one) => {
      const at = tuned.indexOf(one);
      return routeOf(one, at < 0 ? null : tuning, at, note);
    }),
    retry: { maxAttempts: Math.max(...endpoints.map(({ max_attempts }) => max_attempts)) },
    fixed: config.run.deterministic,
    now: () => performance.now(),
    random: Math.random,
    tell: (event, message) =>
      note({ level: event === "endpoint_up" ? "info" : "warning", event, message }),
  });
  const embedding = opened.find(({ endpoint }) => endpoint.embeddings !== undefined);
  return {
    client: pool,
    trainer: tuning?.trainer ?? null,
    // Each endpoint has its own; what it cannot take is left out there.
    minP: config.model.min_p,
    embeddings: embedding
      ? embeddingClient({ ...embedding.reach, model: embedding.endpoint.embeddings! })
      : null,
    modelOf: (generation) => pool.modelsOf(generation).join(", "),
    assign: (unit, version) => pool.assign({ ...unit, generation: version }),
    watchCapacity: (listener) => {
      pool.onCapacity = listener;
    },
    prepare: (generation, signal) => pool.prepare(generation, signal),
    close: () => pool.close(),
  };
}

/** How to reach an endpoint. @throws UsageError when the variable of its key is not set */
export function reachOf(endpoint: EndpointConfig, i: number): Reach {
  const { api_key_env, needsKey, timeout_s, max_attempts } = endpoint;
  const apiKey = api_key_env === null ? null : Deno.env.get(api_key_env) ?? null;
  if (needsKey && !apiKey) {
    throw new UsageError(
      `model.${i}.api_key_env = ${api_key_env}: environment variable ${api_key_env} is not set`,
    );
  }
  return {
    baseUrl: endpoint.endpoint,
    apiKey,
    timeoutMs: timeout_s * 1000,
    retry: { maxAttempts: max_attempts },
    now: Date.now,
    random: Math.random,
  };
}

/** @throws ModelError when an endpoint refuses, or none can be used */
function refuseUnusable(opened: readonly Opened[]): void {
  for (const { endpoint, probe } of opened) {
    if (!probe.usable && !probe.mayPass) {
      throw new ModelError("refused", `${endpoint.label}: ${probe.detail}`);
    }
  }
  if (opened.some(({ probe }) => probe.usable)) return;
  throw new ModelError(
    "unreachable",
    opened.map(({ endpoint, probe }) => `${endpoint.label}: ${probe.detail}`).join("; "),
  );
}

function probedEvent({ label }: EndpointConfig, probe: EndpointProbe): ModelEvent {
  const { usable, n, minP, seed, detail } = probe;
  return {
    level: usable ? "info" : "warning",
    event: "endpoint_probed",
    message: `${label}: ${JSON.stringify({ usable, n, min_p: minP, seed })}; ${detail}`,
  };
}

function routeOf(
  { endpoint, reach, probe }: Opened,
  tuning: Tuning | null,
  server: number,
  note: (event: ModelEvent) => void,
): RouteOptions {
  const { label, name, temperature, top_p, min_p, max_tokens, weight, metrics } = endpoint;
  const asked = openaiEndpoint(reach);
  return {
    name: label,
    endpoint: asked,
    modelOf: (generation) => tuning?.modelOf(server, generation) ?? name,
    sampling: { temperature, topP: top_p, minP: min_p, maxTokens: max_tokens },
    weight,
    bounds: { min: endpoint.min_concurrency, max: endpoint.concurrency },
    maxAttempts: endpoint.max_attempts,
    capabilities: probe.usable ? probe : null,
    async probe(signal) {
      const found = await probeEndpoint({ ...reach, model: name }, signal);
      if (!found.usable) {
        throw new ModelError(found.mayPass ? "unreachable" : "refused", found.detail);
      }
      note(probedEvent(endpoint, found));
      return found;
    },
    ...(tuning
      ? { prepare: (generation, signal) => tuning.prepare(server, generation, signal) }
      : {}),
    ...(metrics
      ? { readLoad: (signal) => readServerLoad(asked.baseUrl, reach.apiKey, signal) }
      : {}),
  };
}
