/**
 * From the configuration's words to the engine's.
 *
 * @module
 */
import type { SearchOptions } from "../mod.ts";
import type { Config } from "./config.ts";
import type { OpenModel } from "./open_model.ts";

/** The part of the engine's options that the configuration decides. */
export type ConfiguredOptions = Pick<
  SearchOptions,
  | "generations"
  | "budget"
  | "seat"
  | "trainer"
  | "rex"
  | "selection"
  | "concurrency"
  | "weights"
  | "window"
  | "deterministic"
  | "barriers"
  | "timeoutMs"
>;

/** Engine options of a configuration and the model it opened. */
export function engineOptions(config: Config, model: OpenModel): ConfiguredOptions {
  const { run, budget, select, sandbox } = config;
  return {
    generations: run.generations,
    budget: {
      samples: budget.samples,
      refinements: budget.refinements,
      completionsPerCall: budget.completions_per_call,
      completionsPerRefinement: budget.completions_per_refinement,
    },
    seat: {
      client: model.client,
      sampling: {
        temperature: config.model.temperature,
        topP: config.model.top_p,
        minP: model.minP,
        maxTokens: config.model.max_tokens,
      },
      modelOf: (generation) => model.modelOf(generation),
      seed: run.seed,
    },
    trainer: model.trainer,
    rex: config.rex,
    selection: {
      strategy: select.strategy,
      samplingRows: select.sampling_rows,
      refinementRows: select.refinement_rows,
    },
    concurrency: config.model.concurrency,
    weights: { sample: budget.sample_weight, refine: budget.refine_weight },
    window: run.window,
    deterministic: run.deterministic,
    barriers: run.barriers,
    timeoutMs: sandbox.timeout_ms ?? null,
  };
}
