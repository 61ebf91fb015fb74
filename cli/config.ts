/**
 * The configuration of a run: one checked object, each field with bound, default and meaning.
 *
 * Precedence: flags (`--set a.b=c` among them) > environment (`SOAR_A_B`) > `soar.toml` > defaults.
 * An unknown field is refused by its name.
 *
 * @module
 */
import { z } from "zod";
import { checkNatsUrl } from "../hosts/connection.ts";
import {
  ALLOCATION_POLICIES,
  BIN_CAP,
  BINS,
  COMPAT,
  ENGINE_CHOICES,
  LIKENESSES,
  PARENT_SELECTORS,
  REFINEMENT_STRATEGIES,
  SAMPLING_STRATEGIES,
  SEARCH_DEFAULTS,
  SWAPS,
  VOTERS,
} from "../mod.ts";
import { ConfigValues, fieldsOf, parseFile } from "./config_values.ts";
import { keyVariables } from "./key_variables.ts";
import { checkModels, endpointsOf, ModelEntry, ModelSection } from "./model_config.ts";
import { ENGINES } from "./open_sandbox.ts";
import { UsageError } from "./usage_error.ts";

const count = z.int().min(0);
const positive = z.int().min(1);

/** Sections of fields. Times in the unit their name ends with. */
const SECTIONS = {
  run: z.strictObject({
    tasks: z.string().default("arc-agi-1:training").describe("task SPEC"),
    split: z.enum(["training", "evaluation"]).optional()
      .describe("of tasks read from a path; training = their answers may steer the search"),
    seed: z.int().min(0).max(0x7fffffff).default(1).describe("seed of every choice"),
    generations: positive.max(255).default(3).describe("generations, the base model's included"),
    deterministic: z.boolean().default(false)
      .describe("choices see a fixed part of the archive, whatever the timing"),
    max_disk_gb: z.number().gt(0).optional().describe(
      "GB (10⁹ bytes) of the run's folder at which it stops, to be resumed; default: no cap",
    ),
    compat: z.enum(COMPAT).default("paper")
      .describe("published: the rules of SOAR's code, faults included, for comparison"),
    window: positive.default(SEARCH_DEFAULTS.window)
      .describe("requests of a task that may be under way beside a refinement"),
    barriers: z.boolean().default(false)
      .describe("SOAR's phases in place of the stream, for comparison"),
    continuous: z.boolean().default(false)
      .describe(
        "the search goes on while the trainer works, asking the newest model that is ready",
      ),
    max_staleness: positive.max(255).default(1)
      .describe("generations by which that model may be behind"),
    replay: z.string().min(1).optional()
      .describe("run whose replies and choices are followed; no model is asked"),
  }).prefault({}),
  model: ModelSection,
  budget: z.strictObject({
    samples: count.max(1_000_000).default(SEARCH_DEFAULTS.budget.samples).describe(
      "programs sampled a task and generation; SOAR: 3,000",
    ),
    refinements: count.max(1_000_000).default(SEARCH_DEFAULTS.budget.refinements).describe(
      "programs refined a task and generation; SOAR: 3,000",
    ),
    completions_per_call: positive.max(1024).default(SEARCH_DEFAULTS.budget.completionsPerCall)
      .describe("SOAR: 50"),
    completions_per_refinement: positive.max(1024)
      .default(SEARCH_DEFAULTS.budget.completionsPerRefinement).describe("SOAR: 4"),
    sample_weight: z.number().gt(0).default(SEARCH_DEFAULTS.weights.sample)
      .describe("share of requests while both want some"),
    refine_weight: z.number().gt(0).default(SEARCH_DEFAULTS.weights.refine)
      .describe("as above, for refining"),
    policy: z.enum(ALLOCATION_POLICIES).default("fixed")
      .describe("reroute: what closed tasks leave goes to the open ones"),
    enough_sampled: positive.optional()
      .describe("solved programs after which a task stops sampling; default: SOAR's 100"),
    enough_refined: positive.optional()
      .describe("solved refinements after which a task stops refining; default: SOAR's 100"),
    total_programs: positive.optional().describe("most programs of the run; default: unbounded"),
    total_tokens: positive.optional().describe("most tokens of the run, prompts included"),
    total_requests: positive.optional().describe("most requests of the run, retries included"),
    total_money: z.number().gt(0).optional().describe("most money of the run, by model.price_*"),
  }).prefault({}),
  rex: z.strictObject({
    c: z.number().gt(0).default(20).describe("weight of train accuracy; SOAR: 20"),
  }).prefault({}),
  refine: z.strictObject({
    parents: z.enum(PARENT_SELECTORS).default("rex").describe("how parents are chosen"),
    bin: z.enum(BINS).default("medium").describe("of uniform_in_bin; all while it is empty"),
    islands: positive.max(64).default(1)
      .describe("sub-populations of a task that do not exchange; SOAR: 4"),
    bin_cap: positive.default(BIN_CAP).describe("programs a bin open to refinement; SOAR: 300"),
  }).prefault({}),
  select: z.strictObject({
    strategy: z.enum(SAMPLING_STRATEGIES).optional()
      .describe("sampling data; default: greedy_diverse, at test time greedy_diverse_vote"),
    sampling_rows: count.default(SEARCH_DEFAULTS.selection.samplingRows).describe(
      "most sampling rows a task; SOAR: 50",
    ),
    refinement_rows: count.optional()
      .describe("most refinement rows a task; default: 8, at test time 0; SOAR: 50, 0"),
    refinement_strategy: z.enum(REFINEMENT_STRATEGIES).default("balanced")
      .describe("refinement data"),
    dedup: z.enum(LIKENESSES).default("none")
      .describe("near-duplicates among right programs; embedding asks model.embeddings"),
  }).prefault({}),
  vote: z.strictObject({
    voter: z.enum(VOTERS).default("whole").describe("on complete sets of outputs, or on each test"),
    c: z.number().min(0).default(1000).describe("weight of train accuracy; SOAR: 1,000"),
    half_length: positive.optional().describe("characters that halve a vote; default: none do"),
  }).prefault({}),
  train: z.strictObject({
    enabled: z.boolean().default(true).describe("false: every generation asks the base model"),
    test_time: z.boolean().default(false)
      .describe("learns from the measured tasks' own train pairs, answers withheld"),
    base: z.string().min(1).optional().describe(
      "checkpoint behind the endpoint, a folder or a hub's name: fine-tuned after each generation",
    ),
    swap: z.enum(SWAPS).default("vllm").describe(
      "how the endpoint takes a fine-tuned model: vllm, sglang: an adapter; path: a merged folder",
    ),
    sleep: z.boolean().default(false)
      .describe("vLLM sleeps while the trainer uses its GPU (needs its development mode)"),
    shards: z.array(z.string().min(1)).default([])
      .describe("shard folders of other runs that train.base learns from too"),
    args: z.array(z.string()).default([]).describe("further flags of soar-trainer"),
    python: z.string().min(1).optional()
      .describe("interpreter with the trainer's packages; default: that of trainer:setup"),
  }).prefault({}),
  guard: z.strictObject({
    measured: z.array(z.string()).default(["arc-agi-1:evaluation", "arc-agi-2:evaluation"])
      .describe("data sets that nothing may be learnt from"),
  }).prefault({}),
  store: z.strictObject({
    engine: z.enum(ENGINE_CHOICES).default("auto")
      .describe("of SQL; native: a process of its own, for runs of over 1,000,000 programs"),
  }).prefault({}),
  sandbox: z.strictObject({
    engine: z.enum(ENGINES).default("auto").describe("python where it holds, else wasm"),
    workers: positive.max(256).optional().describe("cells; default: one a core"),
    timeout_ms: positive.optional().describe("for all inputs of a program; default: SOAR's rule"),
    memory_mb: positive.default(512).describe("address space a program"),
  }).prefault({}),
  nats: z.strictObject({
    url: z.string().optional().superRefine((url, { addIssue }) => {
      try {
        if (url !== undefined) checkNatsUrl(url);
      } catch (error) {
        addIssue((error as Error).message);
      }
    }).describe("server that carries programs to executor hosts (deno task work)"),
    in_flight: positive.max(65_536).default(1024).describe("programs sent out at once"),
    ack_wait_s: positive.max(3600).default(30)
      .describe("silence after which a program is given to another host"),
    max_deliver: positive.max(100).default(5)
      .describe("deliveries after which a program is a dead letter, and run here"),
  }).prefault({}),
} as const;

/** The schema. */
export const Config = z.strictObject({
  ...SECTIONS,
  // `[[model]]` of soar.toml; empty where there is one model or none.
  models: z.array(ModelEntry).max(64).default([]),
});

/** Variables of that form that are no fields. */
const OTHER_VARIABLES = new Set(["SOAR_PYODIDE_WHEELS", "SOAR_FAULTS_SEED"]);

/** A checked configuration. */
export type Config = z.infer<typeof Config>;

/** What a configuration is put together from. */
export interface ConfigSources {
  /** Nested values given by flags. */
  readonly flags: Record<string, Record<string, unknown>>;
  /** `a.b=c` texts of `--set`. */
  readonly set: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Text of soar.toml and its path, if there is one. */
  readonly file: { readonly path: string; readonly text: string } | null;
}

/** Puts a configuration together. @throws UsageError naming the field, the value and the bound */
export function readConfig({ flags, set, environment, file }: ConfigSources): Config {
  const inFile = file ? parseFile(file) : {};
  const values = new ConfigValues(SECTIONS, inFile, file?.path ?? "config");
  const ofKeys = keyVariables(inFile, set, environment);
  for (const name of Object.keys(environment)) {
    const match = /^SOAR_([A-Z]+)_(\d+_)?([A-Z_]+)$/.exec(name);
    const path = match && [match[1], match[2]?.slice(0, -1), match[3]]
      .filter((part) => part !== undefined).join(".").toLowerCase();
    if (!path || OTHER_VARIABLES.has(name) || ofKeys.has(name)) continue;
    values.assignText(path, environment[name], name);
  }
  for (const [section, fields] of Object.entries(flags)) {
    for (const [key, value] of Object.entries(fields)) {
      if (value !== undefined) values.assign(`${section}.${key}`, value, "flag");
    }
  }
  for (const text of set) {
    const match = /^([a-z_]+(?:\.\d{1,2})?\.[a-z_]+)=(.*)$/s.exec(text);
    if (!match) {
      throw new UsageError(`--set ${text.split("=")[0]}: expected section.field=value`);
    }
    values.assignText(match[1], match[2], "--set");
  }
  const config = values.check(Config);
  checkModels(config, config.train.base);
  if (config.train.shards.length > 0 && config.train.base === undefined) {
    throw new UsageError("train.shards goes with train.base");
  }
  if (config.budget.samples + config.budget.refinements === 0) {
    throw new UsageError("budget.samples and budget.refinements are both 0: nothing to do");
  }
  refuseTogether(config);
  return config;
}

/** Fields that exclude each other. @throws UsageError */
function refuseTogether(config: Config): void {
  const { run, budget, train } = config;
  if (train.test_time && !train.enabled) {
    throw new UsageError(
      "train.test_time = true and train.enabled = false: at test time is fitted; " +
        "programs from elsewhere (import) may know the answers and teach nothing",
    );
  }
  if (train.test_time && endpointsOf(config).length > 0 && train.base === undefined) {
    throw new UsageError(
      "train.test_time = true with an endpoint: expected train.base, the checkpoint to fine-tune",
    );
  }
  if (train.test_time && run.split === "training") {
    throw new UsageError(
      "train.test_time = true and run.split = training: at test time no answer may steer the search",
    );
  }
  const timed = (["total_tokens", "total_requests", "total_money"] as const)
    .filter((key) => budget[key] !== undefined);
  if (run.deterministic && budget.policy === "reroute") {
    throw new UsageError(
      "run.deterministic = true and budget.policy = reroute: what is left over hangs on timing; " +
        "expected policy fixed",
    );
  }
  for (
    const [key, on] of [
      ["run.deterministic", run.deterministic],
      ["run.barriers", run.barriers],
      ["train.sleep", train.sleep],
    ] as const
  ) {
    if (!run.continuous || !on) continue;
    throw new UsageError(
      `run.continuous = true and ${key} = true: the model that is asked changes with the ` +
        "trainer's pace, beside the search; expected one of them",
    );
  }
  if (run.barriers && budget.policy === "reroute") {
    throw new UsageError(
      "run.barriers = true and budget.policy = reroute: phases wait for every task, and tasks for " +
        "what others leave; expected policy fixed",
    );
  }
  if (run.deterministic && timed.length > 0) {
    throw new UsageError(
      `run.deterministic = true and budget.${timed[0]}: where it ends hangs on timing; ` +
        "expected budget.total_programs",
    );
  }
  const priced = [config.model, ...endpointsOf(config)].some((one) =>
    one.price_prompt + one.price_completion > 0
  );
  if (budget.total_money !== undefined && !priced) {
    throw new UsageError(
      `budget.total_money = ${budget.total_money}: expected model.price_prompt or ` +
        "model.price_completion above 0",
    );
  }
}

/** A configuration as flat texts, for the journal. */
export function flatConfig(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([section, fields]) =>
      section === "models"
        ? config.models.flatMap((entry, i) => flatFields(`model.${i}`, entry))
        : flatFields(section, fields)
    ),
  );
}

function flatFields(section: string, fields: object): [string, string][] {
  return Object.entries(fields).map(([key, value]) => [
    `${section}.${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

/** All fields as `section.field`; those of `[[model]]` are entries' own. */
export function fieldPaths(): string[] {
  return Object.entries(SECTIONS).flatMap(([section, schema]) =>
    Object.keys(fieldsOf(schema)).map((key) => `${section}.${key}`)
  );
}
