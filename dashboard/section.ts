/**
 * A question and its rows as a part of a page.
 *
 * @module
 */
import { namedQueries } from "../data/queries.ts";
import { type Row, useRows } from "./ask.ts";
import { html, type View } from "./html.ts";
import { Table, Waited } from "./table.ts";

/** A question and its rows as a table. */
export function Section({ title, sql }: { readonly title: string; readonly sql: string }): View {
  const asked = useRows(sql);
  return html`
    <section class="card">
      <h2>${title}</h2>
      <${Waited} asked=${asked}>${(rows: readonly Row[]) =>
        html`<${Table} rows=${rows} />`}<//></section>
  `;
}

/** A named query without the run, which is the same in all rows. */
export function withoutRun(name: string): string {
  return `SELECT * EXCLUDE (run_id) FROM (${namedQueries.get(name)!.sql})`;
}
