/**
 * Vote: what is submitted, with which weight, and which solved tasks the vote misses.
 *
 * @module
 */
import { type Row, useRows } from "../ask.ts";
import { GridView } from "../grid.ts";
import { html, type View } from "../html.ts";
import { linkTo, type Route, setQuery } from "../route.ts";
import { Section, withoutRun } from "../section.ts";
import { number, Waited } from "../table.ts";

/** Votes of one page. */
const SHOWN = 24;

/** The page. */
export function Vote({ route: { query } }: { readonly route: Route }): View {
  const from = Math.max(0, Math.floor(Number(query.get("from")) || 0));
  const votes = useRows(
    `SELECT task_id, attempt, weight, n_programs, predicted_test_output[1] AS answer,
    list_bool_and(correct_test_input) AS is_right FROM votes
  WHERE generation = (SELECT max(generation) FROM store.votes) AND attempt <= 2
  ORDER BY task_id, attempt LIMIT ${SHOWN + 1} OFFSET ${from * SHOWN}`,
  );
  return html`
    <h1>Vote</h1>
    <${Section} title="Solved by some program, missed by both attempts" sql=${withoutRun(
      "vote_gap",
    )} />
    <section class="card">
      <h2>Submission: the first test of each task, after the last generation that voted</h2>
      <${Waited} asked=${votes}>${(rows: readonly Row[]) =>
        html`<${Preview} rows=${rows} from=${from} />`}<//></section>
  `;
}

function Preview({ rows, from }: { readonly rows: readonly Row[]; readonly from: number }): View {
  if (rows.length === 0) return html`<p class="quiet">No vote yet.</p>`;
  const turn = (by: number) => () => setQuery({ from: from + by ? String(from + by) : "" });
  return html`
    <div class="gallery">${rows.slice(0, SHOWN).map((
      { task_id, attempt, weight, n_programs, answer, is_right },
    ) =>
      html`<a class=${`tile ${is_right ? "voted" : ""}`} href=${linkTo("task", task_id)}>
        <b>${task_id}</b><span class="row">${
        answer && html`<${GridView} grid=${answer} size=${90} />`
      }</span>
        <small>attempt ${attempt}${
        is_right === null ? "" : is_right ? ", right" : ", wrong"
      }<br /><span class="quiet">weight ${number(weight, 1)}, ${
        number(n_programs)
      } programs</span></small></a>`
    )}</div>
    <p class="row">${from > 0 &&
      html`<button onClick=${turn(-1)}>Back</button>`}${rows.length > SHOWN &&
      html`<button onClick=${turn(1)}>More</button>`}</p>
  `;
}
