/**
 * The tables and views that SQL sees (column names after SOAR's published data sets).
 *
 * Journal records land in narrow tables of the schema `store`, where grids and lists stay the
 * compact text they are in the journal; views of the same name give them as lists. A column nobody
 * asks for is never turned into a list. Times are UTC TIMESTAMP; JSON, TIMESTAMPTZ and ENUM are
 * left out because the embedded engine cannot give them.
 *
 * @module
 */
import { OUTCOMES } from "./candidate.ts";
import type { Columns } from "./store_batch.ts";

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
  n_steps: "UINTEGER",
  n_replied: "USMALLINT",
  n_chars: "UINTEGER",
  times_chosen: "UINTEGER",
  prompt_tokens: "UINTEGER",
  completion_tokens: "UINTEGER",
  retries: "UINTEGER",
  queue_depth: "UINTEGER",
  queue_capacity: "UINTEGER",
};

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
      model: "text",
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
      finish_reason: "text",
      latency_ms: "number",
      ended_at: "time",
    },
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
      n_steps: "number",
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

/** Macros: readers of the compact texts, SOAR's bins, and a grid as coloured squares. */
const MACROS = `
CREATE MACRO store.grids(t) AS list_transform(string_split(t, ';'), lambda g: CASE WHEN g = '' THEN NULL
  ELSE list_transform(string_split(g, '/'), lambda r: list_transform(string_split(r, ''), lambda c: c::UTINYINT)) END);
CREATE MACRO store.flags(t) AS CASE WHEN t = '' THEN []::BOOLEAN[] ELSE list_transform(string_split(t, ''), lambda c: c = '1') END;
CREATE MACRO store.ids(t) AS CASE WHEN t = '' THEN []::UBIGINT[] ELSE string_split(t, ',')::UBIGINT[] END;
CREATE MACRO bin(train_acc) AS CASE WHEN train_acc = 0 THEN 'zero' WHEN train_acc <= 0.34 THEN 'low'
  WHEN train_acc < 0.98 THEN 'medium' WHEN train_acc >= 0.98 THEN 'max' END;
CREATE MACRO grid(g) AS array_to_string(list_transform(g, lambda r: array_to_string(list_transform(r,
  lambda x: (['⬛','🟦','🟥','🟩','🟨','⬜','🟪','🟧','🩵','🟫'])[x + 1]), '')), chr(10));
`;

/** The nouns: a view over each table of `store`. */
const VIEWS = `
CREATE VIEW runs AS SELECT run_id, seed, status, resumes, started_at, ended_at,
  CASE WHEN config_names = '' THEN MAP([]::VARCHAR[], []::VARCHAR[])
    ELSE MAP(string_split(config_names, chr(31)), string_split(config_values, chr(31))) END AS config,
  code_version FROM store.runs;
CREATE VIEW tasks AS SELECT run_id, task_id, dataset, split,
  store.grids(train_input) AS train_input, store.grids(train_output) AS train_output,
  store.grids(test_input) AS test_input, store.grids(test_output) AS test_output
  FROM store.tasks ORDER BY run_id, position;
CREATE VIEW programs AS SELECT run_id, generation, task_id, unique_id, type, store.ids(parents) AS parents,
  model, temperature, call_id, draw, sample_index, prompt_hash, dataset, split, code, code_hash, reasoning,
  finish_reason, outcome, error, duplicate_of IS NOT NULL AS is_duplicate, duplicate_of,
  store.grids(predicted_train_output) AS predicted_train_output,
  store.grids(predicted_test_output) AS predicted_test_output,
  store.flags(correct_train_input) AS correct_train_input, store.flags(correct_test_input) AS correct_test_input,
  train_acc, test_acc, output_hash, transduction, confirmed, exec_ms, layers, host, generated_at, executed_at, seq
  FROM store.programs;
CREATE VIEW llm_calls AS SELECT run_id, generation, call_id, phase, task_id, draw, model, temperature, seed,
  prompt_hash, n_completions, n_replied, coalesce(status, 'open') AS status, error, prompt_tokens,
  completion_tokens, retries, finish_reason, latency_ms, started_at, ended_at
  FROM store.calls LEFT JOIN store.replies USING (run_id, call_id);
CREATE VIEW rex_draws AS SELECT run_id, generation, task_id, draw, call_id, sampling_method,
  p AS parent_id, h, times_chosen AS N, theta, seen, started_at AS drawn_at
  FROM (SELECT *, unnest(store.ids(parents)) AS p FROM store.calls WHERE sampling_method IS NOT NULL);
CREATE VIEW votes AS SELECT run_id, generation, task_id, attempt, output_hash,
  store.grids(predicted_test_output) AS predicted_test_output, weight, n_programs,
  store.ids(members) AS members, store.flags(correct_test_input) AS correct_test_input, voted_at
  FROM store.votes;
CREATE VIEW correct AS SELECT * FROM programs WHERE train_acc = 1 AND test_acc = 1 AND NOT transduction;
CREATE VIEW archive AS SELECT *, bin(train_acc) AS bin FROM programs WHERE outcome = 'ok' AND NOT transduction;
`;

/**
 * Where every task of a run stands after each generation. The rows are the run's tasks times its
 * generations, so that a task without programs counts as unsolved; where the answers are not known
 * to the run, solved is NULL. A vote counts when each test is right in one of the two attempts.
 */
const TASK_STATUS = `
CREATE VIEW task_status AS
WITH spans AS (SELECT run_id, generation FROM store.calls UNION SELECT run_id, generation FROM store.programs
    UNION SELECT run_id, generation FROM store.votes),
  found AS (SELECT run_id, generation, task_id, count(*) AS n_programs,
    max(train_acc) FILTER (NOT transduction) AS best_train_acc,
    count(*) FILTER (train_acc = 1 AND NOT transduction) AS train_perfect,
    coalesce(bool_or(test_acc = 1) FILTER (train_acc = 1 AND NOT transduction), false) AS solved,
    coalesce(bool_or(test_acc = 1) FILTER (train_acc = 1 AND NOT transduction AND type = 'initial_solution'), false) AS sampled,
    coalesce(bool_or(test_acc = 1) FILTER (train_acc = 1 AND NOT transduction AND type = 'refined'), false) AS refined
    FROM store.programs GROUP BY ALL),
  known AS (SELECT run_id, task_id, bool_or(yes) AS answers_known FROM (
    SELECT run_id, task_id, test_output IS NOT NULL AS yes FROM store.tasks
    UNION ALL SELECT run_id, task_id, test_acc IS NOT NULL FROM store.programs) GROUP BY ALL),
  tests AS (SELECT run_id, generation, task_id, unnest(range(length(correct_test_input))) AS i, correct_test_input
    FROM store.votes WHERE attempt <= 2 AND correct_test_input IS NOT NULL),
  voted AS (SELECT run_id, generation, task_id, bool_and(hit) AS vote_solved FROM (
    SELECT run_id, generation, task_id, i, bool_or(correct_test_input[i + 1] = '1') AS hit FROM tests GROUP BY ALL)
    GROUP BY ALL)
SELECT s.run_id, s.generation, t.task_id, coalesce(f.n_programs, 0) AS n_programs, f.best_train_acc,
  coalesce(f.train_perfect, 0) AS train_perfect,
  CASE WHEN k.answers_known THEN coalesce(f.solved, false) END AS oracle_solved,
  CASE WHEN k.answers_known THEN coalesce(f.sampled, false) END AS solved_by_sampling,
  CASE WHEN k.answers_known THEN coalesce(f.refined, false) END AS solved_by_refinement,
  v.vote_solved
  FROM spans s JOIN store.tasks t USING (run_id) JOIN known k USING (run_id, task_id)
  LEFT JOIN found f USING (run_id, generation, task_id) LEFT JOIN voted v USING (run_id, generation, task_id);
`;

/**
 * One row a generation. Counts end in _tasks; sample_oracle, refine_oracle, oracle, oracle_so_far
 * and vote2 are percent of the run's tasks. NULL where the answers are not known, and in vote2 where
 * no vote was judged.
 */
const LEARNING_CURVE = `
CREATE VIEW learning_curve AS
WITH first AS (SELECT *, min(generation) FILTER (oracle_solved) OVER (PARTITION BY run_id, task_id) AS first_solved
    FROM task_status),
  counts AS (SELECT run_id, generation, count(*) AS tasks, count(oracle_solved) > 0 AS known,
    count(vote_solved) > 0 AS voted, sum(n_programs)::BIGINT AS programs,
    count(*) FILTER (solved_by_sampling) AS sampled, count(*) FILTER (solved_by_refinement) AS refined,
    count(*) FILTER (oracle_solved) AS solved, count(*) FILTER (first_solved <= generation) AS so_far,
    count(*) FILTER (first_solved = generation) AS newly, count(*) FILTER (vote_solved) AS vote
    FROM first GROUP BY ALL)
SELECT run_id, generation, tasks, round(programs / tasks, 2) AS draws,
  CASE WHEN known THEN sampled END AS sample_tasks, CASE WHEN known THEN refined END AS refine_tasks,
  CASE WHEN known THEN solved END AS oracle_tasks, CASE WHEN known THEN so_far END AS oracle_so_far_tasks,
  CASE WHEN known THEN newly END AS newly_solved_tasks, CASE WHEN voted THEN vote END AS vote2_tasks,
  round(100 * sample_tasks / tasks, 2) AS sample_oracle, round(100 * refine_tasks / tasks, 2) AS refine_oracle,
  round(100 * oracle_tasks / tasks, 2) AS oracle, round(100 * oracle_so_far_tasks / tasks, 2) AS oracle_so_far,
  round(100 * vote2_tasks / tasks, 2) AS vote2
  FROM counts ORDER BY run_id, generation;
`;

/** Statements that make the empty database. */
export const SCHEMA: string = [
  "CREATE SCHEMA store;",
  ...Object.entries(FED_TABLES).map(([name, table]) => createTable(name, table)),
  MACROS,
  VIEWS,
  TASK_STATUS,
  LEARNING_CURVE,
].join("\n");

/** The statement that takes rows over from the table `staged`. */
export function takeOver(name: TableName, staged: string): string {
  const table: FedTable = FED_TABLES[name];
  const names = Object.keys(table.columns);
  const values = names.map((column) => {
    const kind = table.columns[column];
    if (kind === "time") return `epoch_ms(${column}::BIGINT)`;
    return kind === "flag" ? `${column} = 1` : column;
  });
  const verb = table.key ? "INSERT OR REPLACE INTO" : "INSERT INTO";
  return `${verb} ${name} (${names.join(", ")}) SELECT ${values.join(", ")} FROM ${staged}`;
}

function createTable(name: string, { columns, key, types }: FedTable): string {
  const parts = Object.entries(columns).map(([column, kind]) => {
    const check = column === "outcome" ? ` CHECK (outcome IN (${OUTCOMES.map(quote).join(", ")}))` : "";
    return `${column} ${types?.[column] ?? TYPES[column] ?? KIND_TYPES[kind]}${check}`;
  });
  if (key) parts.push(`PRIMARY KEY (${key.join(", ")})`);
  return `CREATE TABLE ${name} (${parts.join(", ")});`;
}

function quote(text: string): string {
  return `'${text}'`;
}
