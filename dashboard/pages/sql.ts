/**
 * SQL: any question about the run, its answer as a table, a chart, or a file.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Reading } from "../../data/reading.ts";
import { namedQueries } from "../../data/queries.ts";
import { type Answer, ask, frozenRun, type Row, rowsOf, useRows } from "../ask.ts";
import { Chart } from "../chart.ts";
import { html, type View } from "../html.ts";
import { type Route, setQuery } from "../route.ts";
import { number, Table, Waited, waitingText } from "../table.ts";
import { save } from "../save.ts";

/** Rows shown; a file has as many as were asked for. */
const SHOWN = 200;
const ASKED = 10_000;

const SCHEMA =
  `SELECT table_name, string_agg(column_name || ' ' || left(data_type, 24), ', ' ORDER BY column_index) AS columns
FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal GROUP BY table_name ORDER BY table_name`;

/** The page. */
export function Sql({ route: { query } }: { readonly route: Route }): View {
  const [text, setText] = useState(query.get("q") ?? "FROM learning_curve");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [error, setError] = useState("");
  const [running, setRunning] = useState<AbortController | null>(null);
  const [reading, setReading] = useState<Reading | null>(null);
  const asked = useRef("");
  const run = async (sql: string) => {
    asked.current = sql;
    setQuery({ q: sql });
    const stop = new AbortController();
    setRunning(stop);
    setError("");
    try {
      setAnswer(await ask(sql, { maxRows: ASKED, signal: stop.signal, onReading: setReading }));
    } catch (caught) {
      setAnswer(null);
      setError(stop.signal.aborted ? "stopped" : (caught as Error).message);
    }
    setRunning(null);
  };
  useEffect(() => {
    const linked = query.get("q");
    if (linked === null || linked === asked.current) return;
    setText(linked);
    void run(linked);
  }, [query.get("q")]);
  const choose = (event: Event) => {
    const named = namedQueries.get((event.target as HTMLSelectElement).value);
    if (!named) return;
    setText(named.sql.trim());
    void run(named.sql.trim());
  };
  return html`
    <h1>SQL</h1>
    <section class="card">
          <p class="row"><label>Named query <select onChange=${choose}><option value="">…</option>${[
            ...namedQueries,
          ].map(([name, { title }]) =>
            html`<option value=${name}>${name}: ${title}</option>`
          )}</select></label><span class="quiet">answered by ${frozenRun
            ? "DuckDB in this browser, from the snapshot"
            : "the run's own database"}</span></p>
          <textarea aria-label="Query" spellcheck=${false} value=${text} onInput=${(event: Event) =>
            setText((event.target as HTMLTextAreaElement).value)} onKeyDown=${(
            event: KeyboardEvent,
          ) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run(text);
          }} />
          <p class="row"><button class="main" disabled=${running !== null} onClick=${() =>
            run(text)}>Run</button>
            <span class="quiet">Ctrl-Enter</span>${running &&
              html`<button onClick=${() =>
                running.abort()}>Stop</button><span class="quiet" role="status">${
                waitingText(reading)
              }</span>`}</p>
          ${error && html`<p class="error" role="alert">${error}</p>`}
          ${answer && html`<${Result} answer=${answer} />`}
        </section>
    <${Schema} />
  `;
}

function Result({ answer }: { readonly answer: Answer }): View {
  const rows = rowsOf(answer);
  return html`<div class="answer">
    <p class="row"><span role="status">${number(rows.length)} ${
    rows.length === 1 ? "row" : "rows"
  }${answer.truncated ? ", more were cut off" : ""}, ${number(answer.ms)} ms</span>
      <button onClick=${() => save(rows, "csv")}>CSV</button><button onClick=${() =>
    save(rows, "json")}>JSON</button></p>
    <${Plotted} rows=${rows} /><${Table} rows=${rows.slice(0, SHOWN)} />
    ${rows.length > SHOWN && html`<p class="quiet">The first ${SHOWN} are shown.</p>`}</div>`;
}

/** Numbers over the first column of numbers, where there are at least two columns of them. */
function Plotted({ rows }: { readonly rows: readonly Row[] }): View {
  const numeric = Object.keys(rows[0] ?? {}).filter((name) =>
    rows.some((row) => typeof row[name] === "number") &&
    rows.every((row) => row[name] === null || typeof row[name] === "number")
  );
  const [x, ...ys] = numeric;
  const ordered = rows.every((row, i) => row[x] !== null && (i === 0 || rows[i - 1][x] < row[x]));
  if (ys.length === 0 || rows.length < 2 || !ordered) return null;
  return html`
    <details>
      <summary>Chart</summary>
      <${Chart} xLabel=${x} x=${rows.map((row) => row[x])}
        lines=${ys.slice(0, 6).map((name) => ({ name, values: rows.map((row) => row[name]) }))} />
    </details>
  `;
}

function Schema(): View {
  const schema = useRows(SCHEMA);
  return html`
    <section class="card">
      <h2>Tables</h2>
      <${Waited} asked=${schema}>${(rows: readonly Row[]) =>
        rows.map(({ table_name, columns }) =>
          html`
            <details>
              <summary>${table_name}</summary>
              <p class="quiet">${columns}</p>
            </details>
          `
        )}<//></section>
  `;
}
