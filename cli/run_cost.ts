/**
 * What a run would cost at each endpoint, for `--dry-run`: upper bounds, before anything is asked.
 *
 * @module
 */
import { ARC, taskUnits } from "../mod.ts";
import type { Config } from "./config.ts";
import { priceAt } from "./engine_options.ts";
import { endpointsOf } from "./model_config.ts";
import type { RunTasks } from "./run_tasks.ts";

/**
 * Characters a token at least: a cell of a grid and the space behind it are two characters, and at
 * most two tokens of the usual vocabularies, mostly one.
 */
const CHARS_A_TOKEN = 1.5;

/** A refinement shows the task, a program and its outputs: at most three times a sampling prompt. */
const REFINEMENT_PROMPTS = 3;

/** A line an endpoint, and one for all where there are several; none for the embedded model. */
export function costLines(config: Config, { tasks }: Pick<RunTasks, "tasks">): string[] {
  const endpoints = endpointsOf(config);
  if (endpoints.length === 0) return [];
  const { budget, run } = config;
  const units = taskUnits({
    samples: budget.samples,
    refinements: budget.refinements,
    completionsPerCall: budget.completions_per_call,
    completionsPerRefinement: budget.completions_per_refinement,
  });
  const prompts = units.reduce(
    (sum, { operator }) => sum + (operator === "sample" ? 1 : REFINEMENT_PROMPTS),
    0,
  );
  const chars = tasks.reduce((sum, task) => {
    const messages = ARC.prompts.sample(task, ARC.prompts.firstExample);
    return sum + messages.reduce((sum, { content }) => sum + content.length, 0);
  }, 0);
  const whole = {
    requests: run.generations * tasks.length * units.length,
    programs: run.generations * tasks.length * (budget.samples + budget.refinements),
    promptTokens: run.generations * prompts * chars / CHARS_A_TOKEN,
  };
  const left = Math.min(1, (budget.total_programs ?? Infinity) / whole.programs);
  const weights = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  const price = priceAt(config);
  let total = 0;
  const lines = endpoints.map(({ label, weight, max_tokens }) => {
    const share = left * weight / weights;
    const promptTokens = share * whole.promptTokens;
    const completionTokens = share * whole.programs * max_tokens;
    const { prompt, completion } = price(label);
    const money = (promptTokens * prompt + completionTokens * completion) / 1e6;
    total += money;
    return `${label}: about ${rounded(share * whole.requests)} requests for ` +
      `${rounded(share * whole.programs)} programs, at most ${millions(promptTokens)} prompt and ` +
      `${millions(completionTokens)} completion tokens, at most ${money.toFixed(2)} in money`;
  });
  const limits = (["total_programs", "total_requests", "total_tokens", "total_money"] as const)
    .filter((key) => budget[key] !== undefined)
    .map((key) => `budget.${key} = ${budget[key]}`);
  const ends = limits.length > 0 ? `; it ends by ${limits.join(", ")}` : "";
  return [...lines, `in all at most ${total.toFixed(2)} in money${ends}`];
}

function rounded(n: number): string {
  return Math.ceil(n).toLocaleString("en");
}

function millions(n: number): string {
  return `${(n / 1e6).toPrecision(2)} M`;
}
