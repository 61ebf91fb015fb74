/**
 * Search: how parents are drawn, and what refining gains by the bin of the parent.
 *
 * @module
 */
import { html, type View } from "../html.ts";
import { Section, withoutRun } from "../section.ts";

const DRAWS =
  `SELECT task_id, strftime(drawn_at, '%Y-%m-%d %H:%M:%S') AS drawn, sampling_method, round(h, 3) AS h, N, round(theta, 3) AS theta,
  parent_id FROM rex_draws ORDER BY drawn_at DESC LIMIT 30`;
const CHOSEN = `SELECT generation, sampling_method, count(*) AS draws, round(avg(h), 3) AS mean_h,
  round(avg(theta), 3) AS mean_theta, max(N) AS most_often, count(DISTINCT parent_id) AS parents
FROM rex_draws GROUP BY ALL ORDER BY ALL`;

const SECTIONS = [
  ["What refining gains, by the bin of the parent", withoutRun("refinement")],
  ["How parents are drawn: train accuracy h, times chosen N, winning draw theta", CHOSEN],
  ["The last draws", DRAWS],
  ["Diversity: chance that two programs of a task differ", withoutRun("diversity")],
  ["How programs end", withoutRun("failures")],
];

/** The page. */
export function Search(): View {
  return html`<h1>Search</h1>${
    SECTIONS.map(([title, sql]) => html`<${Section} title=${title} sql=${sql} />`)
  }`;
}
