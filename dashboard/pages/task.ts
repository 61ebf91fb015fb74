/**
 * Task: its pairs with what a program predicts, programs by what they give, votes, lineage, scaling.
 *
 * @module
 */
import { idLiteral, quoted, type Row, useRows } from "../ask.ts";
import { Control } from "../control.ts";
import { GridView } from "../grid.ts";
import { html, type View } from "../html.ts";
import { Lineage } from "../lineage.ts";
import { useRunState } from "../live.ts";
import { type Compared, Pairs } from "../pairs.ts";
import { linkTo, type Route, setQuery } from "../route.ts";
import { Scaling } from "../scaling.ts";
import { number, percent, Waited } from "../table.ts";

/** The page. */
export function Task({ route: { subject, query } }: { readonly route: Route }): View {
  const state = useRunState();
  const id = quoted(subject);
  const chosen = query.get("p");
  const pick = chosen === null
    ? `SELECT unique_id FROM store.programs WHERE task_id = ${id} ORDER BY train_acc DESC NULLS LAST,
      transduction, test_acc DESC NULLS LAST, seq LIMIT 1`
    : idLiteral(chosen);
  const task = useRows(`SELECT t.*, p.unique_id, p.outcome, p.train_acc, p.test_acc,
    p.predicted_train_output, p.predicted_test_output FROM tasks t
  LEFT JOIN programs p ON p.task_id = t.task_id AND p.unique_id = (${pick}) WHERE t.task_id = ${id}`);
  const groups = useRows(`SELECT output_hash, count(*) AS n, max(train_acc) AS train_acc,
    max(test_acc) AS test_acc, arg_min(unique_id, seq) AS unique_id, bool_or(transduction) AS hard_coded,
    count(*) FILTER (type = 'refined') AS refined FROM store.programs
  WHERE task_id = ${id} AND outcome = 'ok' GROUP BY output_hash
  ORDER BY train_acc DESC, n DESC LIMIT 25`);
  return html`
    <h1>Task ${subject}</h1>
        ${state?.figures && html`
          <p>
            <${Control} task=${subject} />
          </p>
        `}
        <section class="card">
      <${Waited} asked=${task}>${([row]: readonly Row[]) => shown(subject, row)}<//></section>
        <div class="columns">
          <section class="card"><h2>Programs by what they give</h2><${Waited} asked=${groups}>${(
            rows: readonly Row[],
          ) => html`<${Groups} rows=${rows} chosen=${chosen} />`}<//></section>
          <section class="card"><h2>Votes</h2><${Votes} task=${id} /></section>
        </div>
        <div class="columns">
          <section class="card"><h2>Chance that k draws solve it</h2><${Scaling} task=${id} /></section>
          <section class="card"><h2>Lineage of the best refined programs</h2><${Lineage} task=${id} /></section>
        </div>
  `;
}

function shown(subject: string, row: Row | undefined): View {
  if (!row) return html`<p class="error">This run has no task ${subject}.</p>`;
  const has = row.unique_id !== null;
  return html`
    <h2>${row.dataset}, ${row.split}${has &&
      html`<span> · shown with <a href=${
        linkTo("program", row.unique_id)
      }>program ${row.unique_id}</a>, train ${percent(row.train_acc)}, test ${
        percent(row.test_acc)
      }</span>`}</h2>
    <${Pairs} of=${row as unknown as Compared} predicted=${has} />
  `;
}

function Groups(
  { rows, chosen }: { readonly rows: readonly Row[]; readonly chosen: string | null },
): View {
  if (rows.length === 0) return html`<p class="quiet">No program has run to its end yet.</p>`;
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th class="number">programs</th>
            <th class="number">refined</th>
            <th class="number">train</th>
            <th class="number">test</th>
            <th>first</th>
          </tr>
        </thead>
        <tbody>${rows.map(({ n, refined, train_acc, test_acc, unique_id, hard_coded }) =>
          html`
            <tr>
              <td><button aria-pressed=${chosen === unique_id} onClick=${() =>
                setQuery({ p: unique_id })}>Compare</button></td>
              <td class="number">${number(n)}</td>
              <td class="number">${number(refined)}</td>
              <td class="number">${percent(train_acc)}</td>
              <td class="number">${percent(test_acc)}</td>
              <td><a href=${linkTo("program", unique_id)}>${unique_id}</a>${hard_coded
                ? " hard-coded"
                : ""}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}

function Votes({ task }: { readonly task: string }): View {
  const votes = useRows(`SELECT generation, attempt, weight, n_programs, predicted_test_output,
    correct_test_input FROM votes WHERE task_id = ${task}
    AND generation = (SELECT max(generation) FROM store.votes WHERE task_id = ${task}) ORDER BY attempt`);
  return html`<${Waited} asked=${votes}>${(rows: readonly Row[]) =>
    rows.length === 0
      ? html`<p class="quiet">No vote yet.</p>`
      : html`<div class="grids">${
        rows.map((
          { generation, attempt, weight, n_programs, predicted_test_output, correct_test_input },
        ) =>
          html`
            <div
              class="attempts"><p>attempt ${attempt} after generation ${generation}<br />weight ${number(
                weight,
                1,
              )} of ${number(n_programs)} programs ${verdict(
                correct_test_input,
              )}</p>${predicted_test_output.map((grid: number[][]) =>
                html`<${GridView} grid=${grid} size=${140} />`
              )}</div>
          `
        )
      }</div>`}<//>`;
}

function verdict(flags: readonly boolean[] | null): View {
  if (!flags || flags.length === 0) return null;
  const right = flags.every(Boolean);
  return html`<b class=${right ? "good" : "bad"}>${right ? "right" : "wrong"}</b>`;
}
