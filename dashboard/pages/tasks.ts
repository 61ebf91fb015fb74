/**
 * Tasks: a gallery by state, the nearest misses first.
 *
 * @module
 */
import { quoted, type Row, useRows } from "../ask.ts";
import { GridView } from "../grid.ts";
import { html, type View } from "../html.ts";
import { linkTo, type Route, setQuery } from "../route.ts";
import { number, percent, Waited } from "../table.ts";

/** Tiles of one page: no more are asked for. */
const TILES = 48;

const ORDERS: Record<string, [label: string, sql: string]> = {
  near: [
    "nearest miss first",
    "coalesce(solved, false) OR coalesce(voted, false), best DESC NULLS LAST, n DESC, task_id",
  ],
  programs: ["most programs first", "n DESC, task_id"],
  id: ["by name", "task_id"],
};

const STATES: Record<string, [label: string, sql: string]> = {
  all: ["all", "true"],
  open: ["nothing fits", "perfect = 0"],
  fits: ["fits, not solved", "perfect > 0 AND NOT coalesce(solved, false)"],
  solved: ["solved", "solved"],
  missed: ["solved, missed by vote", "solved AND NOT coalesce(voted, false)"],
};

/** The page. */
export function Tasks({ route: { query } }: { readonly route: Route }): View {
  const order = choice(ORDERS, query.get("sort"), "near");
  const state = choice(STATES, query.get("state"), "all");
  const search = query.get("find") ?? "";
  const page = Math.max(0, Math.floor(Number(query.get("from")) || 0));
  const found = useRows(`WITH s AS (SELECT task_id, sum(n_programs)::BIGINT AS n,
    max(best_train_acc) AS best, sum(train_perfect)::BIGINT AS perfect, bool_or(oracle_solved) AS solved,
    arg_max(vote_solved, generation) AS voted FROM task_status GROUP BY task_id),
  chosen AS (SELECT *, count(*) OVER () AS found FROM s WHERE ${STATES[state][1]}
    AND contains(task_id, ${quoted(search)}) ORDER BY ${ORDERS[order][1]} LIMIT ${TILES} OFFSET ${
    page * TILES
  })
SELECT c.*, t.train_input[1] AS input, t.train_output[1] AS output
FROM chosen c JOIN tasks t USING (task_id) ORDER BY ${ORDERS[order][1]}`);
  return html`
    <h1>Tasks</h1>
    <p class="row">
      <label>Show <${Choice} of=${STATES} value=${state} name="state" /></label>
      <label>Sort <${Choice} of=${ORDERS} value=${order} name="sort" /></label>
      <label>Find <input type="search" value=${search} size="12" onChange=${(event: Event) =>
        setQuery({ find: (event.target as HTMLInputElement).value, from: "" })} /></label>
    </p>
    <${Waited} asked=${found}>${(rows: readonly Row[]) =>
      html`<${Gallery} rows=${rows} page=${page} />`}<//>
  `;
}

function Gallery({ rows, page }: { readonly rows: readonly Row[]; readonly page: number }): View {
  if (rows.length === 0) return html`<p class="quiet">No task is in this state.</p>`;
  const { found } = rows[0];
  const turn = (by: number) => () => setQuery({ from: page + by ? String(page + by) : "" });
  return html`
    <div class="gallery">${rows.map((row) => html`<${Tile} key=${row.task_id} row=${row} />`)}</div>
    <p class="row quiet">${page * TILES + 1}–${page * TILES + rows.length} of ${number(found)}
          ${page > 0 && html`<button onClick=${turn(-1)}>Back</button>`}
          ${(page + 1) * TILES < found && html`<button onClick=${turn(1)}>More</button>`}</p>
  `;
}

function Tile(
  { row: { task_id, input, output, n, best, perfect, solved, voted } }: { readonly row: Row },
): View {
  const state = voted ? "voted" : solved ? "solved" : perfect > 0 ? "fits" : "open";
  const told =
    { voted: "right by vote", solved: "solved", fits: "fits, not solved", open: "open" }[state];
  return html`<a class=${`tile ${state}`} href=${linkTo("task", task_id)}>
    <b>${task_id}</b>
    <span class="row"><${GridView} grid=${input} size=${66} /><span>→</span><${GridView} grid=${output} size=${66} /></span>
    <small>${told}${
    state === "open" && best !== null ? `, best ${percent(best)}` : ""
  }<br /><span class="quiet">${number(n)} programs</span></small></a>`;
}

function Choice(
  { of, value, name }: { of: Record<string, [string, string]>; value: string; name: string },
): View {
  return html`<select value=${value} onChange=${(event: Event) =>
    setQuery({ [name]: (event.target as HTMLSelectElement).value, from: "" })}>${
    Object.entries(of).map(([key, [label]]) =>
      html`<option value=${key} selected=${key === value}>${label}</option>`
    )
  }</select>`;
}

function choice(of: Record<string, unknown>, asked: string | null, fallback: string): string {
  return asked !== null && Object.hasOwn(of, asked) ? asked : fallback;
}
