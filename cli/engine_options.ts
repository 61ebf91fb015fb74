/**
 * From the configuration's words to the engine's.
 *
 * @module
 */
import {
  compatRules,
  SEARCH_DEFAULTS,
  type SearchOptions,
  type Selection,
  type TaskBudget,
  type TokenPrice,
} from "../mod.ts";
import type { Config } from "./config.ts";
import { endpointsOf } from "./model_config.ts";
import type { OpenedModel } from "./opened_model.ts";

/** The part of the engine's options that the configuration decides. */
export type ConfiguredOptions = Pick<
  SearchOptions,
  | "generations"
  | "budget"
  | "allocation"
  | "limits"
  | "priceAt"
  | "seat"
  | "trainer"
  | "rules"
  | "refining"
  | "voting"
  | "selection"
  | "concurrency"
  | "weights"
  | "window"
  | "deterministic"
  | "barriers"
  | "continuous"
  | "timeoutMs"
>;

/**
 * What is learnt from: at SOAR's test time the vote stands for the answers, and only sampling data is made.
 */
export function selectionOf(
  { select, train }: Config,
): Pick<Selection, "strategy" | "refinementRows" | "testTime"> {
  const testTime = train.test_time;
  return {
    strategy: select.strategy ??
      (testTime ? "greedy_diverse_vote" : SEARCH_DEFAULTS.selection.strategy),
    refinementRows: select.refinement_rows ??
      (testTime ? 0 : SEARCH_DEFAULTS.selection.refinementRows),
    testTime,
  };
}

/** Engine options of a configuration and the model it opened. */
export function engineOptions(config: Config, model: OpenedModel): ConfiguredOptions {
  const { run, budget, rex, refine, select, vote, sandbox } = config;
  const rules = compatRules(run.compat);
  const endpoints = endpointsOf(config);
  return {
    allocation: {
      policy: budget.policy,
      enoughSampled: budget.enough_sampled ?? rules.enoughSampled,
      enoughRefined: budget.enough_refined ?? rules.enoughRefined,
    },
    limits: {
      programs: budget.total_programs,
      tokens: budget.total_tokens,
      requests: budget.total_requests,
      money: budget.total_money,
    },
    priceAt: priceAt(config),
    generations: run.generations,
    budget: taskBudget(config),
    seat: {
      client: model.client,
      sampling: {
        temperature: config.model.temperature,
        topP: config.model.top_p,
        minP: model.minP,
        maxTokens: config.model.max_tokens,
      },
      modelOf: (generation) => model.modelOf(generation),
      assign: model.assign,
      watchCapacity: model.watchCapacity,
      prepare: model.prepare,
      seed: run.seed,
    },
    trainer: model.trainer,
    rules,
    refining: {
      parents: refine.parents,
      bin: refine.bin,
      c: rex.c,
      islands: refine.islands,
      binCap: refine.bin_cap,
    },
    voting: { voter: vote.voter, c: vote.c, halfLength: vote.half_length },
    selection: {
      ...selectionOf(config),
      samplingRows: select.sampling_rows,
      refinementStrategy: select.refinement_strategy,
      dedup: select.dedup,
      embeddings: model.embeddings,
    },
    concurrency: endpoints.reduce((sum, { concurrency }) => sum + concurrency, 0) ||
      config.model.concurrency,
    weights: { sample: budget.sample_weight, refine: budget.refine_weight },
    window: run.window,
    deterministic: run.deterministic,
    barriers: run.barriers,
    continuous: run.continuous ? { maxStaleness: run.max_staleness } : null,
    timeoutMs: sandbox.timeout_ms ?? null,
  };
}

/** What a task may ask for in a generation, as configured. */
export function taskBudget({ budget }: Config): TaskBudget {
  return {
    samples: budget.samples,
    refinements: budget.refinements,
    completionsPerCall: budget.completions_per_call,
    completionsPerRefinement: budget.completions_per_refinement,
  };
}

/** Price of a million tokens at an endpoint, by its name in the journal. */
export function priceAt(config: Config): (endpoint: string) => TokenPrice {
  const prices = new Map(endpointsOf(config).map((one) => [one.label, priceOf(one)]));
  return (endpoint) => prices.get(endpoint) ?? priceOf(config.model);
}

function priceOf(fields: Pick<Config["model"], "price_prompt" | "price_completion">): TokenPrice {
  return { prompt: fields.price_prompt, completion: fields.price_completion };
}
