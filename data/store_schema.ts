/**
 * The tables that rows are fed into; the views over them are in store_views.ts.
 *
 * Journal records land in narrow tables of the schema `store`, where grids and lists stay the
 * compact text they are in the journal. Times are UTC TIMESTAMP; JSON, TIMESTAMPTZ and ENUM are
 * left out because the embedded engine cannot give them.
 *
 * @module
 */
import { OUTCOMES } from "./candidate.ts";
import type { Columns } from "./store_batch.ts";
import { VIEWS } from "./store_views.ts";

/** A table that rows are fed into. */
export interface FedTable {
  readonly columns: Columns;
  /** Columns that say which row a later one replaces. */
  readonly key?: readonly string[];
  /** Types where the kind alone does not say; else VARCHAR, UBIGINT, DOUBLE, BOOLEAN, TIMESTAMP. */
  readonly types?: Readonly<Record<string, string>>;
}

/** What a row of every run begins with. */
const RUN = { run_id: "text" } as const;
const PLACE = { ...RUN, generation: "number", task_id: "text" } as const;

/** Types of columns wherever they occur. */
const TYPES: Readonly<Record<string, string>> = {
  generation: "USMALLINT",
  model_generation: "USMALLINT",
  draw: "UINTEGER",
  sample_index: "USMALLINT",
  attempt: "UTINYINT",
  step: "UINTEGER",
  workers: "USMALLINT",
  seq: "UBIGINT",
  seed: "UBIGINT",
  seen: "UBIGINT",
  position: "UINTEGER",
  resumes: "UINTEGER",
  n_completions: "USMALLINT",
  n_programs: "UINTEGER",
  n_rows: "UINTEGER",
  n_skipped: "UINTEGER",
  n_overlong: "UINTEGER",
  n_tokens: "UINTEGER",
  n_steps: "UINTEGER",
  n_replied: "USMALLINT",
  n_chars: "UINTEGER",
  times_chosen: "UINTEGER",
  prompt_tokens: "UINTEGER",
  completion_tokens: "UINTEGER",
  retries: "UINTEGER",
  requests: "UINTEGER",
  queue_depth: "UINTEGER",
  queue_capacity: "UINTEGER",
};

/**
 * Columns of long text, which a database file keeps packed: nine tenths of it would be they. DuckDB
 * by itself does so only for texts of some 4 kB.
 */
const PACKED: ReadonlySet<string> = new Set([
  "code",
  "reasoning",
  "error",
  "train_input",
  "train_output",
  "test_input",
  "test_output",
  "predicted_train_output",
  "predicted_test_output",
  "members",
  "message",
]);

/** Tables by name; those in `store` are shown through a view, the rest as they are. */
export const FED_TABLES = {
  "store.runs": {
    columns: {
      ...RUN,
      seed: "number",
      status: "text",
      resumes: "number",
      started_at: "time",
      ended_at: "time",
      config_names: "text",
      config_values: "text",
      code_version: "text",
    },
    key: ["run_id"],
  },
  "store.tasks": {
    columns: {
      ...RUN,
      task_id: "text",
      position: "number",
      dataset: "text",
      split: "text",
      train_input: "text",
      train_output: "text",
      test_input: "text",
      test_output: "text",
    },
    key: ["run_id", "task_id"],
  },
  "store.calls": {
    columns: {
      ...PLACE,
      call_id: "id",
      phase: "text",
      draw: "number",
      endpoint: "text",
      model: "text",
      model_generation: "number",
      temperature: "number",
      seed: "number",
      prompt_hash: "id",
      n_completions: "number",
      parents: "text",
      sampling_method: "text",
      h: "number",
      times_chosen: "number",
      theta: "number",
      seen: "number",
      started_at: "time",
    },
  },
  "store.replies": {
    columns: {
      ...RUN,
      call_id: "id",
      status: "text",
      error: "text",
      n_replied: "number",
      prompt_tokens: "number",
      completion_tokens: "number",
      retries: "number",
      requests: "number",
      by_endpoint: "text",
      by_model: "text",
      by_temperature: "number",
      finish_reason: "text",
      latency_ms: "number",
      ended_at: "time",
    },
    key: ["run_id", "call_id"],
  },
  "store.programs": {
    columns: {
      ...PLACE,
      unique_id: "id",
      type: "text",
      parents: "text",
      model: "text",
      temperature: "number",
      call_id: "id",
      draw: "number",
      sample_index: "number",
      prompt_hash: "id",
      dataset: "text",
      split: "text",
      code: "text",
      code_hash: "id",
      reasoning: "text",
      finish_reason: "text",
      outcome: "text",
      error: "text",
      duplicate_of: "id",
      predicted_train_output: "text",
      predicted_test_output: "text",
      correct_train_input: "text",
      correct_test_input: "text",
      train_acc: "number",
      test_acc: "number",
      output_hash: "id",
      transduction: "flag",
      confirmed: "flag",
      exec_ms: "number",
      layers: "text",
      host: "text",
      generated_at: "time",
      executed_at: "time",
      seq: "number",
    },
    types: { train_acc: "FLOAT", test_acc: "FLOAT", exec_ms: "FLOAT" },
  },
  "store.votes": {
    columns: {
      ...PLACE,
      attempt: "number",
      output_hash: "id",
      predicted_test_output: "text",
      weight: "number",
      n_programs: "number",
      members: "text",
      correct_test_input: "text",
      voted_at: "time",
    },
    key: ["run_id", "generation", "task_id", "attempt"],
  },
  training_data: {
    columns: {
      ...PLACE,
      kind: "text",
      sampling_her: "text",
      unique_id: "id",
      parent_id: "id",
      relabeled: "flag",
      bin: "text",
      n_chars: "number",
      selected_at: "time",
    },
  },
  trainings: {
    columns: {
      ...RUN,
      generation: "number",
      trainer: "text",
      n_rows: "number",
      n_skipped: "number",
      n_overlong: "number",
      n_tokens: "number",
      n_steps: "number",
      final_loss: "number",
      train_ms: "number",
      trained_at: "time",
    },
  },
  training_steps: {
    columns: { ...RUN, generation: "number", step: "number", loss: "number", ts: "time" },
  },
  stage_stats: {
    columns: {
      ...RUN,
      ts: "time",
      stage: "text",
      workers: "number",
      busy: "number",
      queue_depth: "number",
      queue_capacity: "number",
      in_per_s: "number",
      out_per_s: "number",
      blocked_frac: "number",
    },
  },
  events: {
    columns: {
      ...RUN,
      seq: "number",
      ts: "time",
      level: "text",
      kind: "text",
      generation: "number",
      task_id: "text",
      message: "text",
    },
  },
} as const satisfies Record<string, FedTable>;

/** Name of a table that rows are fed into. */
export type TableName = keyof typeof FED_TABLES;

const KIND_TYPES = {
  text: "VARCHAR",
  id: "UBIGINT",
  number: "DOUBLE",
  flag: "BOOLEAN",
  time: "TIMESTAMP",
} as const;

/** Statements that make the empty database. */
export const SCHEMA: string = [
  "CREATE SCHEMA store;",
  ...Object.entries(FED_TABLES).map(([name, table]) => createTable(name, table)),
  VIEWS,
].join("\n");

/** The statement that takes rows over from the table `staged`; a row replaces one of its key. */
export function takeOver(name: TableName, staged: string): string {
  const { columns, key }: FedTable = FED_TABLES[name];
  const names = Object.keys(columns).join(", ");
  const verb = key ? "INSERT OR REPLACE INTO" : "INSERT INTO";
  return `${verb} ${name} (${names}) SELECT ${names} FROM ${staged}`;
}

function createTable(name: string, { columns, key, types }: FedTable): string {
  const parts = Object.entries(columns).map(([column, kind]) => {
    const check = column === "outcome"
      ? ` CHECK (outcome IN (${OUTCOMES.map(quote).join(", ")}))`
      : "";
    const packed = PACKED.has(column) ? " USING COMPRESSION zstd" : "";
    return `${column} ${types?.[column] ?? TYPES[column] ?? KIND_TYPES[kind]}${packed}${check}`;
  });
  if (key) parts.push(`PRIMARY KEY (${key.join(", ")})`);
  return `CREATE TABLE ${name} (${parts.join(", ")});`;
}

function quote(text: string): string {
  return `'${text}'`;
}
