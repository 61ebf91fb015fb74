/**
 * From which programs the best refined ones of a task came.
 *
 * @module
 */
import { type Row, useRows } from "./ask.ts";
import { html, type View } from "./html.ts";
import { linkTo } from "./route.ts";
import { percent, Waited } from "./table.ts";

/** Refined programs whose ancestors are shown. */
const BEST = 12;

/** The tree of a task. @param task its id as SQL */
export function Lineage({ task }: { readonly task: string }): View {
  const nodes = useRows(`WITH RECURSIVE best AS (SELECT unique_id FROM store.programs
    WHERE task_id = ${task} AND type = 'refined' AND outcome = 'ok' ORDER BY train_acc DESC, seq LIMIT ${BEST}),
  mine AS (SELECT unique_id, store.ids(parents)[1] AS parent, train_acc, test_acc, generation, type, outcome
    FROM store.programs WHERE task_id = ${task}),
  up AS (SELECT m.* FROM mine m JOIN best USING (unique_id)
    UNION SELECT m.* FROM up JOIN mine m ON m.unique_id = up.parent)
SELECT * FROM up ORDER BY generation, unique_id LIMIT 300`);
  return html`<${Waited} asked=${nodes}>${(rows: readonly Row[]) => {
    if (rows.length === 0) return html`<p class="quiet">Nothing was refined.</p>`;
    const ids = new Set(rows.map(({ unique_id }) => unique_id));
    const roots = rows.filter(({ parent }) => !ids.has(parent));
    return html`<ul class="tree">${roots.map((row) => branch(row, rows))}</ul>`;
  }}<//>`;
}

function branch(row: Row, rows: readonly Row[]): View {
  const { unique_id, train_acc, test_acc, generation, type, outcome } = row;
  const children = rows.filter(({ parent }) => parent === unique_id);
  const solved = train_acc === 1 && test_acc === 1;
  return html`<li><a href=${linkTo("program", unique_id)}>${
    type === "refined" ? "refined" : "sample"
  }</a>
    <span class=${solved ? "good" : outcome === "ok" ? "" : "bad"}> ${
    solved ? "solved" : outcome === "ok" ? `train ${percent(train_acc)}` : outcome
  }</span><span class="quiet"> generation ${generation}</span>${
    children.length > 0 && html`<ul>${children.map((child) => branch(child, rows))}</ul>`
  }</li>`;
}
