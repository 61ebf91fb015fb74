/**
 * What SQL sees: views over the fed tables (column names after SOAR's published data sets).
 *
 * They turn the compact text of grids and lists into lists; a column nobody asks for is never
 * turned. `task_status` and `learning_curve` count the run's tasks, with or without programs.
 *
 * @module
 */

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
const NOUNS = `
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
CREATE VIEW llm_calls AS SELECT run_id, generation, call_id, phase, task_id, draw,
  coalesce(by_endpoint, endpoint) AS endpoint, coalesce(by_model, model) AS model, model_generation,
  generation - model_generation AS staleness, coalesce(by_temperature, temperature) AS temperature,
  by_endpoint IS NOT NULL AS is_moved, seed, prompt_hash, n_completions, n_replied, coalesce(status, 'open') AS status, error, prompt_tokens,
  completion_tokens, retries, requests, finish_reason, latency_ms, started_at, ended_at
  FROM store.calls LEFT JOIN store.replies USING (run_id, call_id);
CREATE VIEW rex_draws AS SELECT run_id, generation, task_id, draw, call_id, sampling_method,
  store.ids(parents)[1] AS parent_id, store.ids(parents)[2] AS second_parent_id, h, times_chosen AS N, theta,
  seen, started_at AS drawn_at FROM store.calls WHERE sampling_method IS NOT NULL;
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

/** Programs per task at which the scaling curves are read (SOAR figures 5, 7 and 8). */
const SCALING_STEPS = "[1, 3, 10, 30, 100, 300, 1000, 3000, 6000]";

/**
 * Scaling curves by generation and operator: percent of the tasks with known answers that k programs
 * of each solve, in expectation over all choices of k from those there are.
 */
const SCALING = `
CREATE VIEW scaling AS
WITH known AS (SELECT DISTINCT run_id, generation, task_id FROM task_status WHERE oracle_solved IS NOT NULL),
  n AS (SELECT run_id, generation, type, task_id, count(*) AS n,
    count(*) FILTER (train_acc = 1 AND test_acc = 1 AND NOT transduction) AS c FROM programs GROUP BY ALL),
  most AS (SELECT run_id, generation, type, max(n) AS most FROM n GROUP BY ALL),
  k AS (SELECT unnest(${SCALING_STEPS}) AS k)
SELECT run_id, generation, type, k, count(*) AS tasks,
  round(100 * avg(CASE WHEN coalesce(c, 0) = 0 THEN 0 WHEN n - c < k THEN 1
    ELSE 1 - exp(lgamma(n - c + 1) - lgamma(n - c - k + 1) - lgamma(n + 1) + lgamma(n - k + 1)) END), 2)
    AS solved_pct
FROM known JOIN most USING (run_id, generation)
  LEFT JOIN n USING (run_id, generation, type, task_id) JOIN k ON k <= most
GROUP BY ALL ORDER BY ALL;
`;

/**
 * Diversity by generation, on the tasks solved so far and on the others (SOAR figure 6): the chance
 * that two programs of a task that ran have other outputs, and other sources.
 */
const DIVERSITY = `
CREATE VIEW diversity AS
WITH solved AS (SELECT run_id, generation, task_id,
    bool_or(oracle_solved) OVER (PARTITION BY run_id, task_id ORDER BY generation) AS solved FROM task_status),
  outs AS (SELECT run_id, generation, task_id, output_hash AS key, count(*) AS n FROM programs
    WHERE outcome = 'ok' GROUP BY ALL),
  codes AS (SELECT run_id, generation, task_id, code_hash AS key, count(*) AS n FROM programs
    WHERE outcome = 'ok' GROUP BY ALL),
  o AS (SELECT run_id, generation, task_id, sum(n) AS programs,
    1 - sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0) AS apart FROM outs GROUP BY ALL),
  c AS (SELECT run_id, generation, task_id,
    1 - sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0) AS apart FROM codes GROUP BY ALL)
SELECT run_id, generation, solved, count(*) AS tasks, sum(o.programs)::BIGINT AS programs,
  round(avg(o.apart), 3) AS outputs_apart, round(avg(c.apart), 3) AS code_apart
FROM solved JOIN o USING (run_id, generation, task_id) JOIN c USING (run_id, generation, task_id)
GROUP BY ALL ORDER BY ALL;
`;

/** Statements that make macros and views, to run after the tables exist. */
export const VIEWS: string = [MACROS, NOUNS, TASK_STATUS, LEARNING_CURVE, SCALING, DIVERSITY].join(
  "\n",
);
