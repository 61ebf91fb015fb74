/**
 * What there is to ask: tables and views of the store with their columns.
 *
 * @module
 */
import { didYouMean, openStore } from "../mod.ts";
import { UsageError } from "./usage_error.ts";

/** What a row of each table is. */
const ROWS: Readonly<Record<string, string>> = {
  programs: "every attempt: unparseable, timed out and copies too",
  archive: "programs that ran on every input and are not hard-coded, with their bin",
  correct: "programs right on every train pair and every test",
  tasks: "the run's tasks; test_output where the run may know it",
  task_status: "each task after each generation",
  learning_curve: "each generation: percent of the run's tasks solved",
  scaling: "each generation and operator: percent of tasks that k programs solve",
  diversity: "each generation: how far programs differ, on solved tasks and the others",
  votes: "the two attempts of a task",
  llm_calls: "requests to a model: tokens, latency, retries, generations its model is behind",
  rex_draws: "choices of a parent to refine",
  training_data: "programs chosen to learn from",
  trainings: "fits of the model: rows, tokens, what was left out, the last loss",
  training_steps: "their losses",
  stage_stats: "how busy each stage of the pipeline was",
  events: "milestones and warnings",
  runs: "the run, its configuration and state",
};

const MACROS = "bin(train_acc): zero, low, medium, max\n" +
  "grid(g): a grid as coloured squares, e.g. grid(predicted_test_output[1])";

/** Tables with their columns, or those of one table. @throws UsageError when there is no such one */
export async function schemaText(table?: string): Promise<string> {
  const store = await openStore();
  try {
    const { rows } = await store.query(
      "SELECT table_name, column_name, data_type FROM duckdb_columns() " +
        "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index",
    );
    const byTable = Map.groupBy(rows as string[][], ([name]) => name);
    if (table !== undefined && !byTable.has(table)) {
      const near = didYouMean(table, byTable.keys());
      throw new UsageError(`--schema ${table}: no such table${near}; there are ${listOf(byTable)}`);
    }
    const names = table === undefined ? orderOf(byTable) : [table];
    const described = names.map((name) => {
      const width = Math.max(...byTable.get(name)!.map(([, column]) => column.length));
      const columns = byTable.get(name)!
        .map(([, column, type]) => `  ${column.padEnd(width)}  ${type}`);
      const what = name in ROWS ? ` — ${ROWS[name]}` : "";
      return [`${name}${what}`, ...columns].join("\n");
    });
    return [...described, ...(table === undefined ? [MACROS] : [])].join("\n\n");
  } finally {
    await store.close();
  }
}

/** Those a reader wants first, then the rest. */
function orderOf(byTable: ReadonlyMap<string, unknown>): string[] {
  const first = Object.keys(ROWS).filter((name) => byTable.has(name));
  return [...first, ...[...byTable.keys()].filter((name) => !first.includes(name))];
}

function listOf(byTable: ReadonlyMap<string, unknown>): string {
  return orderOf(byTable).join(", ");
}
