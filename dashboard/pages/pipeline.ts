/**
 * Pipeline: how full, busy and blocked each stage is, and in words what the others wait for.
 *
 * @module
 */
import { type Row, useRows } from "../ask.ts";
import { Chart } from "../chart.ts";
import { html, type View } from "../html.ts";
import { useRunState } from "../live.ts";
import { number, percent, Waited } from "../table.ts";

const NOW = `SELECT stage, last(workers ORDER BY ts) AS workers, avg(busy) AS busy,
  avg(queue_depth / nullif(queue_capacity, 0)) AS fill, avg(queue_depth) AS depth,
  last(queue_capacity ORDER BY ts) AS capacity, avg(out_per_s) AS rate, avg(blocked_frac) AS blocked
FROM stage_stats WHERE ts > (SELECT max(ts) FROM stage_stats) - INTERVAL 30 SECONDS
GROUP BY stage ORDER BY list_position(['admission', 'sample', 'refine', 'execute', 'archive'], stage), stage`;
const COURSE =
  `SELECT epoch(time_bucket(INTERVAL 2 SECONDS, ts)) AS moment, stage, avg(out_per_s) AS rate
FROM stage_stats WHERE ts > (SELECT max(ts) FROM stage_stats) - INTERVAL 5 MINUTES GROUP BY ALL ORDER BY moment`;
const WAITS = `SELECT phase, count(*) AS requests, quantile_cont(latency_ms, 0.5) AS p50_ms,
  quantile_cont(latency_ms, 0.95) AS p95_ms, count(*) FILTER (status = 'failed') AS failed
FROM llm_calls WHERE latency_ms IS NOT NULL GROUP BY phase ORDER BY phase`;

/** The page. */
export function Pipeline(): View {
  const live = Boolean(useRunState()?.figures);
  const now = useRows(NOW);
  const course = useRows(COURSE, 5000);
  const waits = useRows(WAITS);
  return html`
    <h1>Pipeline</h1>
    <${Waited} asked=${now}>${(rows: readonly Row[]) =>
      html`
        <p>${live || rows.length === 0 ? sentence(rows) : asLast(sentence(rows))}</p>
        <div class="stages">${rows.map((row) => html`<${Stage} row=${row} />`)}</div>
      `}<//>
        <div class="columns">
          <section class="card"><h2>Messages ended a second, over five minutes</h2><${Waited} asked=${course}>${(
            rows: readonly Row[],
          ) => html`<${Course} rows=${rows} />`}<//></section>
          <section class="card"><h2>How long the model takes</h2><${Waited} asked=${waits}>${(
            rows: readonly Row[],
          ) =>
            html`<dl>${
              rows.map(({ phase, requests, p50_ms, p95_ms }) =>
                html`
                  <dt>${phase}</dt>
                  <dd>${number(requests)} requests, half within ${number(
                    p50_ms,
                  )} ms, 95 % within ${number(p95_ms)} ms</dd>
                `
              )
            }</dl>`}<//></section>
        </div>
  `;
}

/** Of a run that does not run any more. */
function asLast(text: string): string {
  return `When last measured: ${text[0].toLowerCase()}${text.slice(1)}`;
}

/** What is full while its workers are busy holds up what stands before it. */
function sentence(rows: readonly Row[]): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const blocked = rows.filter((row) => row.blocked > 0.2).map(({ stage }) => stage);
  const waiting = blocked.length > 0 ? `; waiting to send on: ${blocked.join(", ")}` : "";
  const full = rows.findLast(({ stage, busy, depth, workers }) =>
    (stage === "archive" || stage === "execute") && busy > 0.9 && depth >= workers
  );
  if (full) {
    return `The bottleneck is ${full.stage}: busy ${percent(full.busy)} of the time, and ` +
      `${number(full.depth)} programs wait for it${waiting}.`;
  }
  const asking = rows.filter(({ stage }) => stage === "sample" || stage === "refine");
  const share = asking.reduce((sum, { busy }) => sum + busy, 0);
  return share < 0.5
    ? `No stage is busy half of the time${waiting}.`
    : `The bottleneck is the model: requests are under way ${
      percent(Math.min(1, share))
    } of the time, and hardly a program waits for the cells${waiting}.`;
}

function Stage(
  { row: { stage, workers, busy, fill, depth, capacity, rate, blocked } }: { readonly row: Row },
): View {
  return html`
    <section class="card">
      <h2>${stage}</h2>
      <div class=${`bar ${fill > 0.8 ? "full" : ""}`} role="img" aria-label=${`queue ${
        percent(fill ?? 0)
      } full`}>
          <i style=${{ width: `${100 * (fill ?? 0)}%` }} /></div>
      <dl>
        <dt>queue, mean</dt>
        <dd>${number(depth, 1)} / ${number(capacity)}</dd>
        <dt>rate</dt>
        <dd>${number(rate, 1)} /s</dd>
        <dt>busy</dt>
        <dd>${percent(busy)} of ${number(workers)}</dd>
        <dt>blocked</dt>
        <dd>${percent(blocked)}</dd>
      </dl>
    </section>
  `;
}

function Course({ rows }: { readonly rows: readonly Row[] }): View {
  const x = [...new Set(rows.map(({ moment }) => moment as number))];
  if (x.length < 2) return html`<p class="quiet">Too short a time.</p>`;
  const stages = [...new Set(rows.map(({ stage }) => stage as string))];
  const rates = new Map(
    rows.map(({ moment, stage, rate }) => [`${stage} ${moment}`, rate as number]),
  );
  return html`<${Chart} time=${true} xLabel="time" x=${x} lines=${
    stages.map((stage) => ({
      name: stage,
      values: x.map((at) => rates.get(`${stage} ${at}`) ?? null),
    }))
  } />`;
}
