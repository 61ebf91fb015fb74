/**
 * Named queries: what one asks of every run.
 *
 * Some take parameters. A value is checked and put in as an SQL literal, so it can only ever be a
 * value; a parameter that is not given has its default, so each query runs as it stands.
 *
 * @module
 */

/** What a named query can be told. */
export interface QueryParameter {
  /** Named in errors and help. */
  readonly name: string;
  /** `text` any text, `id` a program's unique_id, `count` a whole number from 1. */
  readonly kind: "text" | "id" | "count";
  /** What stands in its place when it is not given, as SQL. */
  readonly unset: string;
}

/** A query and what it tells. */
export interface NamedQuery {
  /** What it tells, in one line. */
  readonly title: string;
  /** The query with its defaults. */
  readonly sql: string;
  /** In the order in which values are given. */
  readonly parameters: readonly QueryParameter[];
  /** The query with these values. @throws TypeError naming the parameter a value does not fit */
  bind(values: readonly string[]): string;
}

const TASK: QueryParameter = { name: "task", kind: "text", unset: "NULL" };
const MODEL: QueryParameter = { name: "model", kind: "text", unset: "NULL" };
const PROGRAM: QueryParameter = { name: "id", kind: "id", unset: "NULL" };

function limit(unset: number): QueryParameter {
  return { name: "limit", kind: "count", unset: String(unset) };
}

/** A parameter stands in the text as its name behind a `$`. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  learning_curve: {
    title: "what sampling, refinement and the vote solve, by generation, of all the run's tasks",
    sql: `FROM learning_curve`,
  },
  vote_gap: {
    title: "tasks that some program solves and the two attempts miss",
    sql: `
SELECT t.run_id, t.generation, t.task_id, t.train_perfect, v.weight AS top_weight,
  v.n_programs AS top_group
FROM task_status t JOIN votes v USING (run_id, generation, task_id)
WHERE t.oracle_solved AND NOT t.vote_solved AND v.attempt = 1
ORDER BY top_weight DESC, t.task_id`,
  },
  refinement: {
    title: "whether refining helps: train accuracy of children by the bin of their parent",
    sql: `
SELECT c.run_id, c.generation, bin(p.train_acc) AS parent_bin, count(*) AS children,
  round(avg((c.train_acc = 1)::INT), 4) AS p_train_perfect,
  round(avg(c.train_acc - p.train_acc), 3) AS mean_gain
FROM programs c JOIN programs p ON p.run_id = c.run_id AND p.unique_id = c.parents[1]
WHERE c.type = 'refined' GROUP BY ALL ORDER BY ALL`,
  },
  lineage: {
    title: "from the first correct refined program (of a task) up through its parents",
    parameters: [TASK],
    sql: `
WITH RECURSIVE
  first AS (SELECT run_id, unique_id FROM correct WHERE $task IS NULL OR task_id = $task
    ORDER BY type = 'refined' DESC, seq LIMIT 1),
  up AS (
    SELECT run_id, unique_id, parents, train_acc, type, generation, task_id, code, 0 AS depth
    FROM first JOIN programs USING (run_id, unique_id)
    UNION
    SELECT p.run_id, p.unique_id, p.parents, p.train_acc, p.type, p.generation, p.task_id, p.code,
      depth + 1
    FROM up JOIN programs p ON p.run_id = up.run_id AND list_contains(up.parents, p.unique_id))
SELECT depth, task_id, unique_id, generation, type, train_acc, left(code, 60) AS code
FROM up ORDER BY depth DESC, unique_id`,
  },
  scaling: {
    title: "percent of tasks that k random programs of an operator solve, expected over all draws",
    sql: `FROM scaling`,
  },
  failures: {
    title: "how programs end, by model and generation, with the most common error",
    parameters: [MODEL],
    sql: `
WITH s AS (SELECT run_id, generation, model, outcome, count(*) AS n, mode(left(error, 60)) AS top_error
    FROM programs WHERE $model IS NULL OR model = $model GROUP BY ALL)
SELECT *, round(100 * n / sum(n) OVER (PARTITION BY run_id, generation, model), 1) AS pct
FROM s ORDER BY run_id, generation, model, n DESC, outcome`,
  },
  near_misses: {
    title: "unsolved tasks nearest to a solution",
    parameters: [limit(20)],
    sql: `
SELECT run_id, task_id, max(best_train_acc) AS best_train_acc, sum(n_programs)::BIGINT AS programs,
  sum(train_perfect)::BIGINT AS train_perfect
FROM task_status GROUP BY run_id, task_id HAVING NOT coalesce(bool_or(oracle_solved), false)
ORDER BY best_train_acc DESC NULLS LAST, programs DESC, task_id LIMIT $limit`,
  },
  hindsight: {
    title: "what goes into fine-tuning",
    sql: `
SELECT run_id, generation, kind, bin, relabeled, count(*) AS examples,
  count(DISTINCT task_id) AS tasks, round(median(n_chars)) AS median_chars
FROM training_data GROUP BY ALL ORDER BY ALL`,
  },
  diversity: {
    title: "chance that two programs of a task differ, on tasks solved so far and the others",
    sql: `FROM diversity`,
  },
  cost: {
    title: "tokens and seconds by phase and model, and tokens for each solved task",
    sql: `
WITH s AS (SELECT run_id, generation, oracle_tasks FROM learning_curve)
SELECT c.run_id, c.generation, model, phase, count(*) AS calls, sum(prompt_tokens)::BIGINT AS prompt_tokens,
  sum(completion_tokens)::BIGINT AS completion_tokens, round(sum(latency_ms) / 1e3, 1) AS llm_s,
  round(sum(completion_tokens) / nullif(any_value(s.oracle_tasks), 0)) AS tokens_per_solved
FROM llm_calls c JOIN s USING (run_id, generation) GROUP BY ALL ORDER BY ALL`,
  },
  endpoints: {
    title: "what each endpoint and model did: requests, failures, what was taken over, speed",
    sql: `
WITH found AS (SELECT run_id, call_id, count(*) AS programs, count(*) FILTER (outcome = 'ok') AS ran,
    max(train_acc) AS best FROM programs GROUP BY ALL)
SELECT run_id, endpoint, model, count(*) AS calls, count(*) FILTER (status = 'failed') AS failed,
  count(*) FILTER (is_moved) AS taken_over, sum(requests)::BIGINT AS requests,
  sum(retries)::BIGINT AS retries, sum(programs)::BIGINT AS programs,
  round(100 * sum(ran) / nullif(sum(programs), 0), 1) AS ran_percent, round(avg(best), 3) AS best_train_acc,
  sum(prompt_tokens)::BIGINT AS prompt_tokens, sum(completion_tokens)::BIGINT AS completion_tokens,
  round(median(latency_ms)) AS median_ms, round(quantile_cont(latency_ms, 0.95)) AS p95_ms
FROM llm_calls LEFT JOIN found USING (run_id, call_id) GROUP BY ALL ORDER BY ALL`,
  },
  bottleneck: {
    title: "where the pipeline is full and where it waits, over its last 30 seconds",
    sql: `
SELECT run_id, stage, last(workers ORDER BY ts) AS workers, round(avg(busy), 2) AS busy,
  round(avg(queue_depth / nullif(queue_capacity, 0)), 2) AS fill, round(avg(in_per_s), 1) AS in_s,
  round(avg(out_per_s), 1) AS out_s, round(avg(blocked_frac), 2) AS blocked
FROM stage_stats s
WHERE ts > (SELECT max(ts) FROM stage_stats l WHERE l.run_id = s.run_id) - INTERVAL 30 SECONDS
GROUP BY run_id, stage ORDER BY run_id, fill DESC NULLS LAST, stage`,
  },
  wrong_answers: {
    title: "answers of programs that fit every train pair and miss a test, beside the right ones",
    parameters: [TASK, limit(3)],
    sql: `
SELECT p.run_id, p.task_id, p.unique_id, grid(p.predicted_test_output[i]) AS predicted,
  grid(t.test_output[i]) AS expected
FROM (SELECT *, list_position(correct_test_input, false) AS i FROM programs) p
  JOIN tasks t USING (run_id, task_id)
WHERE p.train_acc = 1 AND p.test_acc < 1 AND ($task IS NULL OR p.task_id = $task)
ORDER BY p.seq LIMIT $limit`,
  },
  program: {
    title: "one program whole: source, what the model wrote around it, how it ended",
    parameters: [PROGRAM],
    sql: `
SELECT run_id, unique_id, task_id, generation, type, parents, model, outcome, error, train_acc,
  test_acc, code, reasoning
FROM programs
WHERE unique_id = coalesce($id, (SELECT unique_id FROM correct ORDER BY seq LIMIT 1))`,
  },
};

/** Named queries, in the order in which a reader wants them. */
export const namedQueries: ReadonlyMap<string, NamedQuery> = new Map(
  Object.entries(TEMPLATES).map(([name, { title, sql, parameters = [] }]) => {
    const bind = (values: readonly string[]) => bound(name, sql, parameters, values);
    return [name, { title, parameters, sql: bind([]), bind }];
  }),
);

/** A query whose parameters are not put in yet. */
interface Template {
  readonly title: string;
  readonly sql: string;
  readonly parameters?: readonly QueryParameter[];
}

function bound(
  query: string,
  sql: string,
  parameters: readonly QueryParameter[],
  values: readonly string[],
): string {
  if (values.length > parameters.length) {
    const takes = parameters.map(({ name }) => name).join(", ") || "none";
    throw new TypeError(`@${query} takes these values: ${takes}; got ${values.join(" ")}`);
  }
  const literals = new Map(
    parameters.map((parameter, i) => [
      parameter.name,
      i < values.length ? literal(parameter, values[i]) : parameter.unset,
    ]),
  );
  return sql.replace(/\$(\w+)/g, (_, name) => literals.get(name)!);
}

/** A value as an SQL literal: digits, or a text between quotes with its own quotes doubled. */
function literal({ name, kind }: QueryParameter, value: string): string {
  if (kind === "text") return `'${value.replaceAll("'", "''")}'`;
  if (kind === "id" && /^\d{1,20}$/.test(value)) return `'${value}'::UBIGINT`;
  if (kind === "count" && /^[1-9]\d{0,8}$/.test(value)) return value;
  const expected = kind === "id" ? "a program's unique_id" : "a whole number from 1";
  throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
}
