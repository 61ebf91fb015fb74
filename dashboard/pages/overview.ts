/**
 * Overview: state, six figures, the learning curve, warnings, what was found last.
 *
 * @module
 */
import { type Row, useRows } from "../ask.ts";
import { Budget } from "../budget.ts";
import { Chart } from "../chart.ts";
import { html, type View } from "../html.ts";
import { useHeard, useRunState } from "../live.ts";
import { linkTo } from "../route.ts";
import { number, short, Table, Waited } from "../table.ts";

const CURVE = "FROM learning_curve";
const ALERTS =
  `SELECT strftime(ts, '%Y-%m-%d %H:%M:%S') AS at, level, kind, message FROM events WHERE level <> 'info'
ORDER BY seq DESC LIMIT 8`;
const COUNTS = `SELECT (SELECT count(*) FROM store.programs) AS programs,
  (SELECT count(*) FROM store.tasks) AS tasks,
  (SELECT count(DISTINCT task_id) FROM store.programs WHERE train_acc = 1 AND NOT transduction) AS train_perfect,
  (SELECT count(DISTINCT task_id) FROM store.programs WHERE train_acc = 1 AND test_acc = 1 AND NOT transduction) AS solved,
  (SELECT max(generation) FROM store.calls) AS generation,
  (SELECT sum(prompt_tokens + completion_tokens)::BIGINT FROM store.replies) AS tokens`;
/** What independent draws of the base model come to: no refining, no learning. */
const IID = `WITH n AS (SELECT t.task_id, count(p.unique_id) AS n,
    count(*) FILTER (p.train_acc = 1 AND p.test_acc = 1 AND NOT p.transduction) AS c
    FROM store.tasks t LEFT JOIN store.programs p ON p.task_id = t.task_id AND p.generation = 0
      AND p.type = 'initial_solution' GROUP BY ALL),
  k AS (SELECT DISTINCT unnest([1,3,10,30,100,300,1000,3000,(SELECT max(n) FROM n)]) AS k)
SELECT k, round(100 * avg(CASE WHEN c = 0 THEN 0 WHEN n - c < k THEN 1
  ELSE 1 - exp(lgamma(n-c+1) - lgamma(n-c-k+1) - lgamma(n+1) + lgamma(n-k+1)) END), 2) AS solved
FROM n, k WHERE k <= (SELECT max(n) FROM n) GROUP BY k ORDER BY k`;

/** The page. */
export function Overview(): View {
  const state = useRunState();
  const curve = useRows(CURVE);
  const alerts = useRows(ALERTS);
  const iid = useRows(IID);
  return html`
    <h1>${state?.name ?? "Run"}</h1>
        ${state?.figures
          ? html`<${Figures} of=${liveFigures(state.figures)} />`
          : html`<${Counted} />`}
        ${state?.budget && html`<${Budget} of=${state.budget} />`}
        <div class="columns">
      <section class="card">
        <h2>Learning curve: percent of tasks, by generation</h2>
        <${Waited} asked=${curve}>${(rows: readonly Row[]) =>
          html`<${Curve} rows=${rows} />`}<//></section>
          <section class="card"><h2>The i.i.d. arm: percent of tasks solved by k independent samples of the base model</h2>
            <${Waited} asked=${iid}>${(rows: readonly Row[]) =>
              html`
                <${Chart} log=${true} xLabel="samples a task" x=${rows.map(({ k }) => k)}
                  lines=${[{
                    name: "base model, no refining",
                    values: rows.map(({ solved }) => solved),
                  }]} />
              `}<//></section>
        </div>
        <div class="columns">
          <${Latest} />
          <section class="card"><h2>Warnings</h2><${Waited} asked=${alerts}>${(
            rows: readonly Row[],
          ) =>
            rows.length === 0
              ? html`<p class="quiet">None.</p>`
              : html`<${Table} rows=${rows} />`}<//></section>
        </div>
  `;
}

function Curve({ rows }: { readonly rows: readonly Row[] }): View {
  if (rows.length === 0) return html`<p class="quiet">No generation yet.</p>`;
  const line = (name: string, column: string) => ({ name, values: rows.map((row) => row[column]) });
  return html`
    <${Chart} xLabel="generation" x=${rows.map(({ generation }) => generation)} lines=${[
      line("sampling", "sample_oracle"),
      line("refining", "refine_oracle"),
      line("so far", "oracle_so_far"),
      line("by vote", "vote2"),
    ]} />
    <${Table} rows=${rows.map((
      {
        generation,
        tasks,
        draws,
        sample_tasks,
        refine_tasks,
        newly_solved_tasks,
        oracle_so_far_tasks,
        vote2_tasks,
      },
    ) => ({
      generation,
      tasks,
      "draws a task": draws,
      sampling: sample_tasks,
      refining: refine_tasks,
      new: newly_solved_tasks,
      "so far": oracle_so_far_tasks,
      "by vote": vote2_tasks,
    }))} />
  `;
}

/** Figures of a run that stands still are counted. */
function Counted(): View {
  const counts = useRows(COUNTS);
  return html`<${Waited} asked=${counts}>${([row]: readonly Row[]) =>
    html`<${Figures} of=${row} />`}<//>`;
}

function liveFigures(figures: Readonly<Record<string, number>>): Row {
  return {
    programs: figures.programs_total,
    tasks: figures.tasks,
    train_perfect: figures.tasks_train_perfect,
    solved: figures.tasks_solved,
    generation: figures.generation,
    tokens: figures.tokens_total,
  };
}

function Figures({ of }: { readonly of: Row }): View {
  const shown = [
    ["programs", of.programs],
    ["tasks", of.tasks],
    ["fit all train pairs", of.train_perfect],
    ["solved", of.solved],
    ["generation", of.generation],
    ["tokens", of.tokens],
  ];
  return html`<div class="figures">${
    shown.map(([name, value]) =>
      html`<div class="figure"><b title=${number(value)}>${
        short(value)
      }</b><span>${name}</span></div>`
    )
  }</div>`;
}

function Latest(): View {
  const heard = useHeard();
  const state = useRunState();
  const recent = useRows(`SELECT seq, unique_id, task_id, type, outcome, train_acc FROM programs
    WHERE seq + 40 > (SELECT max(seq) FROM store.programs) ORDER BY seq DESC LIMIT 12`);
  if (!state?.figures || heard.length === 0) {
    return html`
      <section class="card">
        <h2>Last programs</h2>
        <${Waited} asked=${recent}>${(rows: readonly Row[]) =>
          html`<${Table} rows=${rows} />`}<//></section>
    `;
  }
  return html`
    <section class="card" aria-live="off">
      <h2>As they are judged</h2>
      <div class="scroll">
        <table>
          <tbody>${heard.map((
            { id, taskId, operator, outcome, trainRight, trainCount, gain, solved },
          ) =>
            html`
              <tr key=${id}>
                <td><a href=${linkTo("program", id)}>${operator}</a></td>
                <td><a href=${linkTo("task", taskId)}>${taskId}</a></td>
                <td>train ${trainRight}/${trainCount}${gain
                  ? ` (${gain > 0 ? "+" : ""}${gain})`
                  : ""}</td>
                <td class=${solved ? "good" : outcome === "ok" ? "" : "bad"}>${solved
                  ? "solved"
                  : outcome}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}
