/**
 * Learn: what was chosen and relabelled, by bin, and how the loss fell.
 *
 * @module
 */
import { type Row, useRows } from "../ask.ts";
import { Chart } from "../chart.ts";
import { html, type View } from "../html.ts";
import { Section, withoutRun } from "../section.ts";
import { Waited } from "../table.ts";

const LOSS =
  `SELECT step, generation, avg(loss) AS loss FROM training_steps GROUP BY ALL ORDER BY step`;
const TRAININGS =
  `SELECT generation, trainer, n_rows, n_steps, round(train_ms / 1000, 1) AS seconds,
  strftime(trained_at, '%Y-%m-%d %H:%M:%S') AS trained FROM trainings
ORDER BY generation`;
const EXAMPLES =
  `SELECT generation, kind, task_id, unique_id, bin, relabeled, n_chars FROM training_data
ORDER BY selected_at DESC, task_id, unique_id LIMIT 40`;

/** The page. */
export function Learn(): View {
  const loss = useRows(LOSS, 20_000);
  return html`
    <h1>Learn</h1>
    <${Section}
      title="What goes into fitting, by bin; relabelled: the program's own outputs made the task"
      sql=${withoutRun("hindsight")} />
    <div class="columns">
      <section class="card">
        <h2>Loss by step</h2>
        <${Waited} asked=${loss}>${(rows: readonly Row[]) =>
          html`<${Loss} rows=${rows} />`}<//></section>
          <${Section} title="Fits" sql=${TRAININGS} />
        </div>
        <${Section} title="Examples chosen last" sql=${EXAMPLES} />
  `;
}

function Loss({ rows }: { readonly rows: readonly Row[] }): View {
  if (rows.length === 0) return html`<p class="quiet">Nothing was fitted yet.</p>`;
  const x = [...new Set(rows.map(({ step }) => step as number))];
  const generations = [...new Set(rows.map(({ generation }) => generation as number))];
  const losses = new Map(rows.map(({ step, generation, loss }) => [`${generation} ${step}`, loss]));
  return html`<${Chart} xLabel="step" x=${x} lines=${
    generations.map((g) => ({
      name: `generation ${g}`,
      values: x.map((step) => losses.get(`${g} ${step}`) ?? null),
    }))
  } />`;
}
