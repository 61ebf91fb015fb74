/**
 * How likely k draws are to solve a task, expected over all orders of the draws there were.
 *
 * @module
 */
import { type Row, useRows } from "./ask.ts";
import { Chart } from "./chart.ts";
import { html, type View } from "./html.ts";
import { Waited } from "./table.ts";

const STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 3000, 10_000];

/** Percent that k of n draws, of which c are right, hold a right one: 1 - C(n-c, k) / C(n, k). */
export function chanceOf(k: number, n: number, c: number): number {
  if (n - c < k) return 100;
  let missed = 1;
  for (let i = 0; i < c; i++) missed *= (n - k - i) / (n - i);
  return 100 * (1 - missed);
}

/** The curve of a task, a line for each operator. @param task its id as SQL */
export function Scaling({ task }: { readonly task: string }): View {
  const counts = useRows(`SELECT type, count(*) AS n,
    count(*) FILTER (train_acc = 1 AND coalesce(test_acc, 1) = 1 AND NOT transduction) AS c
  FROM store.programs WHERE task_id = ${task} GROUP BY type ORDER BY type`);
  return html`<${Waited} asked=${counts}>${(rows: readonly Row[]) => {
    const most = Math.max(0, ...rows.map(({ n }) => n));
    const x = STEPS.filter((k) => k <= most);
    if (x.length < 2) return html`<p class="quiet">Too few draws.</p>`;
    return html`<${Chart} log=${true} xLabel="draws" x=${x} lines=${
      rows.map(({ type, n, c }) => ({
        name: type === "refined" ? "refining" : "sampling",
        values: x.map((k) => k > n ? null : chanceOf(k, n, c)),
      }))
    } />`;
  }}<//>`;
}
