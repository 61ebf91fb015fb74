/**
 * The chapters of a report, each from one question to the run.
 *
 * @module
 */
import { type Grid, namedQueries } from "../mod.ts";
import type { ReportPlot, ReportSection, ReportTable, ReportTask } from "./report_model.ts";

/** Rows as objects of their columns. */
export type AskRows = (sql: string) => Promise<Record<string, unknown>[]>;

/** Tasks shown of each kind: a page of some megabytes still opens at once. */
const SHOWN_TASKS = 200;

/** Where every task stands at the end. */
export interface TaskStand {
  readonly id: string;
  /** Null where the run does not know the answers. */
  readonly solved: boolean | null;
  readonly voted: boolean | null;
  readonly bestTrainAcc: number | null;
  readonly programs: number;
  readonly input: Grid;
  readonly output: Grid;
}

/** Percent of tasks by generation. */
export async function learningSection(ask: AskRows): Promise<ReportSection> {
  const rows = await ask("FROM learning_curve");
  const names = {
    sample_oracle: "by sampling",
    refine_oracle: "by refining",
    oracle: "by either",
    oracle_so_far: "so far",
    vote2: "by vote (2 attempts)",
  };
  const plot: ReportPlot = {
    title: "Learning curve",
    x: "generation",
    y: "% of all tasks",
    logX: false,
    lines: Object.entries(names).map(([column, name]) => ({
      name,
      points: pointsOf(rows, "generation", column),
    })).filter(({ points }) => points.length > 0),
  };
  const text = plot.lines.length > 0
    ? [
      "A task counts as solved when one program is right on all its pairs, the test's too. " +
      "Generation 0 is the base model.",
    ]
    : ["This run does not know the answers of its tasks, so nothing can be said to be solved."];
  const columns = ["generation", "tasks", "draws", "sample_tasks", "refine_tasks", "oracle_tasks"];
  return {
    title: "Learning",
    text,
    plots: [plot],
    table: tableOf(rows, [...columns, "newly_solved_tasks", "oracle_so_far_tasks", "vote2_tasks"]),
  };
}

/** What more draws bring. */
export async function scalingSection(ask: AskRows): Promise<ReportSection> {
  const rows = await ask(namedQueries.get("scaling")!.sql);
  const byLine = Map.groupBy(
    rows,
    ({ generation, type }) => `${type === "refined" ? "refined" : "sampled"}, gen ${generation}`,
  );
  return {
    title: "Scaling",
    text: ["Expected percent of tasks that k random programs of a task solve, by operator."],
    plots: [{
      title: "Scaling curves",
      x: "programs a task",
      y: "% of tasks",
      logX: true,
      lines: [...byLine].map(([name, rows]) => ({
        name,
        points: pointsOf(rows, "k", "solved_pct"),
      })),
    }],
  };
}

/** A named query as a table, under a heading that says what it tells. */
export async function querySection(
  ask: AskRows,
  title: string,
  query: string,
  ...columns: readonly string[]
): Promise<ReportSection> {
  const { sql, title: tells } = namedQueries.get(query)!;
  return { title, text: [`${tells}.`], table: tableOf(await ask(sql), columns) };
}

/** How busy each stage was over the whole run. */
export async function bottleneckSection(ask: AskRows): Promise<ReportSection> {
  const rows = await ask(`
SELECT stage, last(workers ORDER BY ts) AS workers, round(avg(busy), 2) AS busy,
  round(avg(queue_depth / nullif(queue_capacity, 0)), 2) AS fill,
  round(avg(out_per_s), 1) AS out_per_s, round(avg(blocked_frac), 2) AS blocked
FROM stage_stats GROUP BY stage ORDER BY fill DESC NULLS LAST, stage`);
  const [fullest] = rows.filter(({ stage }) => stage === "execute" || stage === "archive");
  const sentence = rows.length === 0
    ? "The run was too short for a measurement."
    : Number(fullest?.fill ?? 0) >= 0.5
    ? `The queue before ${fullest.stage} was mostly full: it held the others up.`
    : "No queue was mostly full: the model held the others up.";
  return { title: "Bottlenecks", text: [sentence], table: tableOf(rows) };
}

/** The tasks, with their first train pair. */
export async function taskStands(ask: AskRows): Promise<TaskStand[]> {
  const rows = await ask(`
SELECT t.task_id, s.solved, s.voted, s.best, coalesce(s.programs, 0) AS programs,
  t.train_input[1] AS input, t.train_output[1] AS output
FROM tasks t LEFT JOIN (SELECT task_id, bool_or(oracle_solved) AS solved,
    max_by(vote_solved, generation) AS voted, max(best_train_acc) AS best,
    sum(n_programs)::BIGINT AS programs FROM task_status GROUP BY task_id) s USING (task_id)
ORDER BY t.task_id`);
  return rows.map((row) => ({
    id: String(row.task_id),
    solved: row.solved as boolean | null,
    voted: row.voted as boolean | null,
    bestTrainAcc: row.best === null ? null : Number(row.best),
    programs: Number(row.programs),
    input: row.input as Grid,
    output: row.output as Grid,
  }));
}

/** Solved tasks, and missed ones with the nearest first, as grids. */
export function taskSections(stands: readonly TaskStand[]): ReportSection[] {
  const solved = stands.filter(({ solved }) => solved === true);
  const missed = stands.filter(({ solved }) => solved !== true)
    .toSorted((a, b) => (b.bestTrainAcc ?? -1) - (a.bestTrainAcc ?? -1));
  const known = stands.some(({ solved }) => solved !== null);
  return [
    tasksSection(
      "Solved tasks",
      solved,
      ({ voted }) => voted === false ? "missed by the vote" : voted ? "elected" : "no vote",
    ),
    tasksSection(
      known ? "Missed tasks" : "Tasks",
      missed,
      ({ bestTrainAcc, programs }) =>
        bestTrainAcc === null
          ? `${programs} programs, none ran`
          : `best: ${Math.round(bestTrainAcc * 100)} % of train pairs`,
    ),
  ];
}

function tasksSection(
  title: string,
  stands: readonly TaskStand[],
  about: (stand: TaskStand) => string,
): ReportSection {
  const shown = stands.slice(0, SHOWN_TASKS);
  const cut = shown.length < stands.length ? `, ${shown.length} of them shown` : "";
  const tasks = shown.map((stand): ReportTask => {
    const { id, input, output } = stand;
    return { id, about: about(stand), input, output };
  });
  return { title, text: [`${stands.length} tasks${cut}, by their first train pair.`], tasks };
}

/** Rows as a table; all columns but the run's where none are named. */
export function tableOf(
  rows: readonly Record<string, unknown>[],
  columns: readonly string[] = [],
): ReportTable {
  const header = columns.length > 0
    ? columns
    : Object.keys(rows[0] ?? {}).filter((name) => name !== "run_id");
  return { header, rows: rows.map((row) => header.map((name) => cell(row[name]))) };
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number" ? value.toLocaleString("en") : String(value);
}

function pointsOf(
  rows: readonly Record<string, unknown>[],
  x: string,
  y: string,
): [number, number][] {
  return rows.filter((row) => row[y] !== null).map((row) => [Number(row[x]), Number(row[y])]);
}
