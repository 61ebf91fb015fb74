/**
 * The configuration of models: `[model]` for one, `[[model]]` for several at once.
 *
 * `--endpoint` and `--model` are the short form for one and replace a list. Any other field given by
 * flag or environment (`--set model.temperature=0.7`) holds for all of a list; `--set
 * model.1.weight=2` (`SOAR_MODEL_1_WEIGHT=2`) for one of them, counted from 0, and may add one.
 *
 * @module
 */
import { z } from "zod";
import { UsageError } from "./usage_error.ts";

const positive = z.int().min(1);

/** A key is named, never given: what is no name of a variable may be the key itself. */
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of a variable, A-Z0-9_");

const address = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const url = URL.parse(text);
    return !url?.username && !url?.password && !url?.search && !url?.hash;
  },
  "expected no user name, password, query or fragment",
);

/** Fields of one endpoint and its model. */
const ENDPOINT = {
  endpoint: address.describe("OpenAI-compatible base URL, ends in /v1"),
  name: z.string().min(1).describe("model to ask there"),
  temperature: z.number().min(0).max(2).default(1).describe("SOAR: 1.0"),
  top_p: z.number().gt(0).max(1).default(1).describe("SOAR: 1"),
  min_p: z.number().min(0).max(1).default(0.05).describe("SOAR: 0.05; sent where accepted"),
  max_tokens: positive.default(4096).describe("SOAR: 4,096"),
  min_concurrency: positive.max(4096).default(1)
    .describe("requests in flight that it is never cut below"),
  concurrency: positive.max(4096).default(8).describe("most requests in flight"),
  timeout_s: positive.default(600).describe("longest time for one reply"),
  metrics: z.boolean().default(true)
    .describe("follow the load that vLLM and SGLang tell at /metrics"),
  price_prompt: z.number().min(0).default(0).describe("money for a million prompt tokens"),
  price_completion: z.number().min(0).default(0).describe("as above, of completions"),
  embeddings: z.string().min(1).optional()
    .describe("embedding model there, for select.dedup (of several the first); default: tokens"),
  max_attempts: positive.max(20).default(6)
    .describe("tries of a request before the endpoint is taken for lost"),
} as const;

/** The section `[model]`. */
export const ModelSection = z.strictObject({
  ...ENDPOINT,
  endpoint: ENDPOINT.endpoint.optional(),
  name: ENDPOINT.name.optional(),
  api_key_env: variable.default("OPENAI_API_KEY")
    .describe("environment variable that holds the endpoint's key"),
  from: z.string().min(1).optional()
    .describe("fitted model that generation 0 asks: RUN, RUN:gNNN, or the path of its folder"),
}).prefault({});

/** An entry of `[[model]]`. */
export const ModelEntry = z.strictObject({
  ...ENDPOINT,
  label: z.string().regex(
    /^[^\s,"]{1,100}$/,
    "expected 1..100 characters, no space, comma or quote",
  )
    .optional().describe("name in journal and SQL; default: NAME@HOST"),
  weight: z.number().gt(0).max(1e6).default(1).describe("share of the requests"),
  api_key_env: variable.optional()
    .describe("environment variable that holds its key; default: no key"),
  tuned: z.boolean().default(false)
    .describe("serves train.base and takes on what is fine-tuned from it"),
});

/** One endpoint and its model, ready to be opened. */
export interface EndpointConfig extends Omit<z.infer<typeof ModelEntry>, "label" | "api_key_env"> {
  readonly label: string;
  /** Null for no key. */
  readonly api_key_env: string | null;
  /** Whether the run ends when the variable of the key is not set. */
  readonly needsKey: boolean;
}

/** What {@link endpointsOf} reads. */
export interface ModelConfig {
  readonly model: z.infer<typeof ModelSection>;
  readonly models: readonly z.infer<typeof ModelEntry>[];
}

/** The endpoints of a configuration; none means the embedded model. */
export function endpointsOf({ model, models }: ModelConfig): EndpointConfig[] {
  if (models.length > 0) {
    return models.map((entry) => ({
      ...entry,
      label: entry.label ?? labelOf(entry),
      api_key_env: entry.api_key_env ?? null,
      needsKey: entry.api_key_env !== undefined,
    }));
  }
  const { endpoint, name, from: _, ...fields } = model;
  if (endpoint === undefined || name === undefined) return [];
  const one = { endpoint, name };
  return [{ ...fields, ...one, label: labelOf(one), weight: 1, tuned: true, needsKey: false }];
}

/** Fields that exclude each other. @throws UsageError */
export function checkModels({ model, models }: ModelConfig, trainBase: string | undefined): void {
  if ((model.endpoint === undefined) !== (model.name === undefined)) {
    throw new UsageError("model.endpoint and model.name (--endpoint, --model) go together");
  }
  const endpoints = endpointsOf({ model, models });
  if (model.from !== undefined && endpoints.length > 0) {
    throw new UsageError("model.from (--model-from) is for the embedded model, not an endpoint");
  }
  if (trainBase !== undefined && endpoints.length === 0) {
    throw new UsageError("train.base goes with model.endpoint (--endpoint, --model) or [[model]]");
  }
  if (trainBase !== undefined && !endpoints.some(({ tuned }) => tuned)) {
    throw new UsageError(
      `train.base = ${trainBase}: expected model.N.tuned = true where that model is served`,
    );
  }
  for (const [i, { label, min_concurrency, concurrency }] of endpoints.entries()) {
    const path = models.length > 0 ? `model.${i}` : "model";
    if (min_concurrency > concurrency) {
      throw new UsageError(
        `${path}.min_concurrency = ${min_concurrency}: expected at most ${path}.concurrency, ` +
          `${concurrency}`,
      );
    }
    if (endpoints.findIndex((other) => other.label === label) < i) {
      throw new UsageError(`${path}.label = ${label}: another model has it; give each its own`);
    }
  }
}

/** Fields of an entry, as they are named in `model.N.field`. */
export const ENTRY_FIELDS: readonly string[] = Object.keys(ModelEntry.shape);

function labelOf({ endpoint, name }: { readonly endpoint: string; readonly name: string }): string {
  return `${name}@${new URL(endpoint).host}`.replaceAll(/[\s,"]/g, "_");
}
