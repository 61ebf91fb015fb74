/**
 * Program: how it ended, its grids, its source, what changed from its parent, what was written around it.
 *
 * @module
 */
import { idLiteral, type Row, useRows } from "../ask.ts";
import { html, type View } from "../html.ts";
import { type Compared, Pairs } from "../pairs.ts";
import { Prompt } from "../prompt.ts";
import { linkTo, type Route } from "../route.ts";
import { number, percent, Waited } from "../table.ts";
import { textDiff } from "../text_diff.ts";

/** The page. */
export function Program({ route: { subject } }: { readonly route: Route }): View {
  const id = idLiteral(subject);
  const program = useRows(`SELECT p.*, t.train_input, t.train_output, t.test_input, t.test_output,
    c.latency_ms, c.prompt_tokens, c.completion_tokens, q.code AS parent_code
  FROM programs p JOIN tasks t USING (run_id, task_id) LEFT JOIN llm_calls c USING (run_id, call_id)
    LEFT JOIN store.programs q ON q.unique_id = p.parents[1] WHERE p.unique_id = ${id}`);
  return html`
    <h1>Program ${subject}</h1>
    <${Waited} asked=${program}>${([row]: readonly Row[]) =>
      row
        ? html`<${Shown} row=${row} />`
        : html`<p class="error">This run has no program ${subject}.</p>`}<//>
  `;
}

function Shown({ row }: { readonly row: Row }): View {
  const facts = [
    ["train", percent(row.train_acc)],
    ["test", percent(row.test_acc)],
    ["ended", row.outcome],
    ["ran for", row.exec_ms === null ? "–" : `${number(row.exec_ms, 1)} ms`],
    ["model answered in", row.latency_ms === null ? "–" : `${number(row.latency_ms)} ms`],
    ["tokens, in and out", `${number(row.prompt_tokens)} + ${number(row.completion_tokens)}`],
  ];
  return html`
    <p><a href=${linkTo("task", row.task_id, { p: row.unique_id })}>Task ${row.task_id}</a>,
          generation ${row.generation}, ${row.type === "refined" ? "refined" : "sampled"} by ${row
            .model}${row.parents.map((parent: string) =>
              html`, from <a href=${linkTo("program", parent)}>${parent}</a>`
            )}${row.transduction
            ? html`, <span class="bad">hard-coded</span>`
            : ""}${row.is_duplicate
            ? html`, same as <a href=${linkTo("program", row.duplicate_of)}>${row.duplicate_of}</a>`
            : ""}</p>
        <div class="figures">${facts.map(([name, value]) =>
          html`<div class="figure"><b>${value}</b><span>${name}</span></div>`
        )}</div>
        ${row.error && html`<p class="error">${row.error}</p>`}
        <section class="card">
      <h2>Grids</h2>
      <${Pairs} of=${row as unknown as Compared} predicted=${true} />
    </section>
        <div class="columns">
          <section class="card"><h2>Source</h2>${row.code === null
            ? html`<p class="quiet">The model gave no program.</p>`
            : html`
              <pre>${row.code}</pre>
              <p
                class="row"><button onClick=${() =>
                  copy(
                    row,
                  )}>Copy for soar exec</button><span class="quiet">a line for deno task exec FILE --tasks …</span></p>
            `}</section>
          ${row.parent_code !== null && row.code !== null && html`
            <section class="card">
              <h2>Changed from its parent</h2>
              <${Diff} before=${row.parent_code} after=${row.code} />
            </section>
          `}
        </div>
        ${row.reasoning && html`
          <section class="card">
            <h2>What the model wrote around it</h2>
            <pre class="wrap">${row.reasoning}</pre>
          </section>
        `}
        <${Prompt} row=${row} />
        <p
      class="quiet">Prompt ${row.prompt_hash}, request ${row.call_id}, completion ${row
        .sample_index}; run by ${row.host} in ${row.layers}.</p>
  `;
}

function Diff({ before, after }: { readonly before: string; readonly after: string }): View {
  const CLASSES = { " ": "same", "-": "minus", "+": "plus" };
  return html`<pre class="diff">${
    textDiff(before, after).map(([sign, line]) =>
      html`<span class=${CLASSES[sign]}>${sign} ${line}</span>`
    )
  }</pre>`;
}

function copy({ task_id, code }: Row): void {
  void navigator.clipboard.writeText(`${JSON.stringify({ task_id, code })}\n`);
}
