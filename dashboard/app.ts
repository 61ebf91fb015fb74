/**
 * The dashboard in the browser: session, pages, keys.
 *
 * @module
 */
import { render } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { frozenRun, post } from "./ask.ts";
import { Control } from "./control.ts";
import { html, type View } from "./html.ts";
import { listen, setState, useRunState } from "./live.ts";
import { Learn } from "./pages/learn.ts";
import { Overview } from "./pages/overview.ts";
import { Pipeline } from "./pages/pipeline.ts";
import { Program } from "./pages/program.ts";
import { Search } from "./pages/search.ts";
import { Sql } from "./pages/sql.ts";
import { Task } from "./pages/task.ts";
import { Tasks } from "./pages/tasks.ts";
import { Vote } from "./pages/vote.ts";
import { linkTo, type Route, routeOf, setQuery, useRoute } from "./route.ts";

/** Pages of the menu, in the order of their keys 1, 2, …; then those of one task or program. */
const MENU = { overview: Overview, pipeline: Pipeline, tasks: Tasks, search: Search, learn: Learn };
const REST = { vote: Vote, sql: Sql };
const SUBJECTS = { task: Task, program: Program };
const TITLES: readonly string[] = Object.keys({ ...MENU, ...REST });
const PAGES: Readonly<Record<string, (props: { route: Route }) => View>> = {
  ...MENU,
  ...REST,
  ...SUBJECTS,
};

const THEMES = ["", "dark", "light"];

function App(): View {
  const route = useRoute();
  const state = useRunState();
  // Before the effects of what is on the page: charts ask for its colours.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = route.query.get("theme") ?? "";
    document.title = `${route.subject || route.page} · ${state?.name ?? "soar"}`;
  });
  const Page = PAGES[route.page];
  return html`
    <header>
      <strong>soar</strong>
      <span
        class="row"><span>${state?.name}</span><span class="state ${stateClass(
          state?.state,
        )}">${frozenRun ? "frozen" : state?.state ?? "…"}</span></span>
      <nav aria-label="Pages">${TITLES.map((page, i) =>
        html`<a href=${linkTo(page)} title=${`key ${i + 1}`} aria-current=${
          page === route.page ? "page" : undefined
        }>${page === "sql" ? "SQL" : page[0].toUpperCase() + page.slice(1)}</a>`
      )}</nav>
      <span class="row">
        ${state?.figures && html`<${Control} paused=${state.state === "paused"} />`}
        <button onClick=${nextColors} title="key c">${route.query.get("colors") === "arc"
          ? "ARC colours"
          : "Numbers"}</button>
        <button onClick=${nextTheme} title="key t">${route.query.get("theme") ?? "auto"}</button>
      </span>
    </header>
    <div class="content" key=${route.page + route.subject}>${Page
      ? html`<${Page} route=${route} />`
      : html`<p>There is no page ${route.page}.</p>`}</div>
  `;
}

function stateClass(state: string | undefined): string {
  return state === "failed" ? "bad" : state === "running" ? "good" : "quiet";
}

function nextColors(): void {
  const { query } = routeNow();
  setQuery({ colors: query.get("colors") === "arc" ? "" : "arc" });
}

function nextTheme(): void {
  const { query } = routeNow();
  setQuery({ theme: THEMES[(THEMES.indexOf(query.get("theme") ?? "") + 1) % THEMES.length] });
}

/** Keys: 1–7 pages, j and k the next and last link of a list, t theme, c colours. */
function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  const page = TITLES[Number(event.key) - 1];
  if (page) location.hash = linkTo(page);
  if (event.key === "t") nextTheme();
  if (event.key === "c") nextColors();
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>(".content a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
}

function routeNow(): Route {
  return routeOf(location.hash);
}

async function start(): Promise<void> {
  const place = document.getElementById("app")!;
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  try {
    // The token is out of the address, and so out of history and screenshots, before anything else.
    if (token) {
      history.replaceState(null, "", "#/overview");
      await post("session", { token });
    }
    if (frozenRun) setState({ ...frozenRun, figures: null });
    else {
      const response = await fetch("state");
      const known = await response.json();
      if (!response.ok) throw new Error(known.error);
      // Known before the first question, so that none is asked which a live run's counters answer.
      setState(known);
      listen();
    }
  } catch (error) {
    place.textContent = `The dashboard cannot be opened: ${(error as Error).message}`;
    return;
  }
  addEventListener("keydown", onKey);
  place.textContent = "";
  render(html`<${App} />`, place);
}

await start();
