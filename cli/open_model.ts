/**
 * The model of a run: an endpoint the user named, or the embedded one.
 *
 * @module
 */
import { generationName, isReady, openaiClient, type RunDirectory } from "../mod.ts";
import type { Config } from "./config.ts";
import { embeddedTrainer, startEmbeddedModel } from "./embedded.ts";
import { endpointsOf } from "./model_config.ts";
import { openEndpoints } from "./open_endpoints.ts";
import type { ModelEvent, OpenedModel } from "./opened_model.ts";
import type { RunTasks } from "./run_tasks.ts";

/**
 * Opens the endpoint of the configuration, or starts the embedded model.
 *
 * @param tasks of the run, whether anything may be learnt from them, and what is being measured
 * @param tell told what is being done
 * @param note told of what the journal is to say
 * @throws ModelError
 */
export async function openModel(
  config: Config,
  directory: RunDirectory,
  { teachable, guard }: Pick<RunTasks, "teachable" | "guard">,
  tell: (line: string) => void,
  note: (event: ModelEvent) => void,
): Promise<OpenedModel> {
  if (endpointsOf(config).length > 0) {
    return openEndpoints(config, directory, { teachable, guard }, tell, note);
  }
  const learns = config.train.enabled && teachable;
  if (config.train.enabled && !teachable && config.run.generations > 1) {
    tell("these tasks are being measured: every generation asks the model of generation 0");
  }
  const base = directory.model(0);
  const server = await startEmbeddedModel(
    directory.models,
    (message) => note({ level: "warning", event: "restarted", message }),
  );
  const { timeout_s, max_attempts } = config.model;
  return {
    client: openaiClient({
      baseUrl: server.baseUrl,
      apiKey: null,
      timeoutMs: timeout_s * 1000,
      retry: { maxAttempts: max_attempts },
      now: Date.now,
      random: Math.random,
    }),
    trainer: learns ? embeddedTrainer(isReady(base) ? base : null) : null,
    minP: null,
    embeddings: null,
    modelOf: (g) => `embedded-${generationName(learns ? g : 0)}`,
    close: () => server.close(),
  };
}
