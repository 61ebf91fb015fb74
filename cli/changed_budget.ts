/**
 * A change of a live run's budget, in the words of the configuration.
 *
 * @module
 */
import { z } from "zod";
import { type BudgetChange, didYouMean, type RunBudget } from "../mod.ts";
import { Config } from "./config.ts";
import { UsageError } from "./usage_error.ts";
import { expectation } from "./wrong_value.ts";

const { shape } = Config.shape.budget.unwrap();

/** The fields that may be changed, within the bounds they have in a configuration. */
const ChangedBudget = z.strictObject({
  samples: shape.samples.unwrap().optional(),
  refinements: shape.refinements.unwrap().optional(),
  total_programs: shape.total_programs,
  total_tokens: shape.total_tokens,
  total_requests: shape.total_requests,
  total_money: shape.total_money,
});

const FIELDS = Object.keys(ChangedBudget.shape);

/** The change that a request asks for. @throws UsageError naming field, value and bound */
export function changeOf(values: unknown): BudgetChange {
  const read = ChangedBudget.safeParse(values, { error: expectation });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message, ...issue }) => {
      const field = String(path[0] ?? ("keys" in issue ? issue.keys[0] : "budget"));
      if (!FIELDS.includes(field)) return `budget: ${message}; fields: ${FIELDS.join(", ")}`;
      const given = (values as Record<string, unknown>)[field];
      return `budget.${field} = ${JSON.stringify(given)}: ${message}`;
    });
    throw new UsageError(faults.join("; "));
  }
  const {
    total_programs: programs,
    total_tokens: tokens,
    total_requests: requests,
    total_money: money,
    ...counts
  } = read.data;
  const change = { ...counts, programs, tokens, requests, money };
  if (Object.values(change).some((value) => value !== undefined)) return change;
  throw new UsageError(`budget: name what is to change, e.g. samples=72; ${FIELDS.join(", ")}`);
}

/** The same from `name=value` texts, checked. @throws UsageError */
export function changeOfTexts(texts: readonly string[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`budget ${text}: expected NAME=VALUE`);
    if (!FIELDS.includes(name)) {
      const near = didYouMean(name, FIELDS);
      throw new UsageError(`budget: no field ${name}${near}; fields: ${FIELDS.join(", ")}`);
    }
    if (!/^\d+(\.\d+)?$/.test(value)) {
      throw new UsageError(`budget.${name} = ${value}: expected a number in digits, e.g. 72`);
    }
    values[name] = Number(value);
  }
  changeOf(values);
  return values;
}

/** What the next generation may ask for and since when; null where that cannot be changed. */
export function nextBudget(budget: RunBudget) {
  const generation = budget.next;
  if (generation === null) return null;
  const { samples, refinements } = budget.of(generation).budget;
  return { generation, samples, refinements };
}
