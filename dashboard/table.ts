/**
 * Rows as a table, and what stands in its place while there are none.
 *
 * @module
 */
import { type Reading, readingText } from "../data/reading.ts";
import type { Asked, Row } from "./ask.ts";
import { html, type View } from "./html.ts";
import { linkTo } from "./route.ts";

/** A table of all columns; ids of tasks and programs are links. */
export function Table({ rows }: { readonly rows: readonly Row[] }): View {
  if (rows.length === 0) return html`<p class="quiet">No rows.</p>`;
  const names = Object.keys(rows[0]);
  const isNumber = (name: string) => rows.some((row) => typeof row[name] === "number");
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>${names.map((name) =>
            html`<th class=${isNumber(name) ? "number" : ""}>${name}</th>`
          )}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${
            names.map((name) =>
              html`<td class=${isNumber(name) ? "number" : ""}>${cell(name, row[name])}</td>`
            )
          }</tr>`
        )}</tbody>
      </table>
    </div>
  `;
}

/** Waits for an answer: says so, says what went wrong, or shows it. */
export function Waited(
  { asked, children }: { readonly asked: Asked; readonly children: (rows: readonly Row[]) => View },
): View {
  if (asked.error !== null) return html`<p class="error" role="alert">${asked.error}</p>`;
  if (asked.rows === null) return html`<p class="quiet waiting">${waitingText(asked.reading)}</p>`;
  return children(asked.rows);
}

/** What stands where an answer is waited for. */
export function waitingText(reading: Reading | null): string {
  return reading === null ? "Reading…" : `Reading the journal: ${readingText(reading)}`;
}

/** A number as it is read. */
export function number(value: unknown, digits = 0): string {
  if (value === null || value === undefined) return "–";
  return Number(value).toLocaleString("en", { maximumFractionDigits: digits });
}

/** A number as it is read at a glance: from a hundred millions on in round figures, as 1.05B. */
export function short(value: unknown): string {
  if (!(Number(value) >= 1e8)) return number(value);
  return Number(value).toLocaleString("en", { notation: "compact", maximumFractionDigits: 2 });
}

/** A share as percent. */
export function percent(value: unknown): string {
  return value === null || value === undefined ? "–" : `${number(100 * Number(value), 1)} %`;
}

function cell(name: string, value: unknown): unknown {
  if (value === null || value === undefined) return html`<span class="quiet">–</span>`;
  if (name === "task_id") return html`<a href=${linkTo("task", String(value))}>${value}</a>`;
  if (/^(unique_id|parent_id)$/.test(name)) {
    return html`<a href=${linkTo("program", String(value))}>${value}</a>`;
  }
  if (typeof value === "number") return number(value, Math.abs(value) < 1000 ? 4 : 1);
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
