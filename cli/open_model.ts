/**
 * The model of a run: an endpoint the user named, or the embedded one.
 *
 * @module
 */
import {
  attemptGate,
  type EmbeddingClient,
  embeddingClient,
  generationName,
  isReady,
  type ModelClient,
  ModelError,
  openaiClient,
  probeEndpoint,
  type RunDirectory,
  type TrainerBackend,
} from "../mod.ts";
import type { Config } from "./config.ts";
import { embeddedTrainer, startEmbeddedModel } from "./embedded.ts";
import type { RunTasks } from "./run_tasks.ts";
import { openTuning } from "./tuning.ts";

/** A model ready to be asked. */
export interface OpenModel {
  readonly client: ModelClient;
  readonly trainer: TrainerBackend | null;
  readonly minP: number | null;
  /** Null where the configuration names no embedding model. */
  readonly embeddings: EmbeddingClient | null;
  /** Model that serves a generation. */
  modelOf(generation: number): string;
  /** Has the server take on the model of a generation. */
  prepare?(generation: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the endpoint of the configuration, or starts the embedded model.
 *
 * @param tasks of the run, whether anything may be learnt from them, and what is being measured
 * @param tell told what is being done
 * @param warn told of what went wrong and was mended
 * @throws ModelError
 */
export async function openModel(
  config: Config,
  directory: RunDirectory,
  { teachable, guard }: Pick<RunTasks, "teachable" | "guard">,
  tell: (line: string) => void,
  warn: (message: string) => void,
): Promise<OpenModel> {
  const { endpoint, name, timeout_s, max_attempts, min_p, embeddings } = config.model;
  const reach = {
    apiKey: endpoint === undefined ? null : Deno.env.get("OPENAI_API_KEY") ?? null,
    timeoutMs: timeout_s * 1000,
    retry: { maxAttempts: max_attempts },
    now: Date.now,
    random: Math.random,
  };
  if (endpoint === undefined) {
    const learns = config.train.enabled && teachable;
    if (config.train.enabled && !teachable && config.run.generations > 1) {
      tell("these tasks are being measured: every generation asks the model of generation 0");
    }
    const base = directory.model(0);
    const server = await startEmbeddedModel(directory.models, warn);
    return {
      client: openaiClient({ ...reach, baseUrl: server.baseUrl }),
      trainer: learns ? embeddedTrainer(isReady(base) ? base : null) : null,
      minP: null,
      embeddings: null,
      modelOf: (g) => `embedded-${generationName(learns ? g : 0)}`,
      close: () => server.close(),
    };
  }
  tell(`asking endpoint ${endpoint} what it can do`);
  const probe = await probeEndpoint({ ...reach, baseUrl: endpoint, model: name! });
  tell(`endpoint ${endpoint}: ${probe.detail}`);
  if (!probe.usable) {
    throw new ModelError(probe.reachable ? "refused" : "unreachable", probe.detail);
  }
  const tuning = config.train.enabled && teachable
    ? await openTuning(config.train, {
      ...reach,
      baseUrl: endpoint,
      name: name!,
      directory,
      guard,
      tell,
    })
    : null;
  return {
    client: openaiClient({
      ...reach,
      baseUrl: endpoint,
      capabilities: probe,
      gate: attemptGate({ min: 1, max: config.model.concurrency }, () => performance.now()),
    }),
    trainer: tuning?.trainer ?? null,
    minP: probe.minP ? min_p : null,
    embeddings: embeddings === undefined
      ? null
      : embeddingClient({ ...reach, baseUrl: endpoint, model: embeddings }),
    modelOf: (generation) => tuning?.modelOf(generation) ?? name!,
    prepare: tuning?.prepare,
    close: () => Promise.resolve(),
  };
}
