/**
 * `soar tail`: the candidates of a run as they come, or the last ones of a run that has ended.
 *
 * @module
 */
import { type CandidateView, candidateView, findRun, type RunDirectory } from "../mod.ts";
import { AskedRun } from "./ask_run.ts";
import {
  type CandidateFilter,
  checkFilter,
  filterToQuery,
  selectCandidates,
  type Which,
} from "./candidate_filter.ts";
import { lineOf, lineTemplate } from "./candidate_lines.ts";
import { untilCtrlC } from "./ctrl_c.ts";
import { gridView } from "./grid_view.ts";
import { type LiveRun, liveRun } from "./live_run.ts";
import { writeOutput } from "./output.ts";
import { readingLine } from "./reading_line.ts";
import { outputsOf, readRun, requireTask, TaskGrids } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { readServerEvents, type ServerEvent } from "./server_events.ts";
import { sinceTime } from "./since.ts";
import { UsageError } from "./usage_error.ts";
import { seqsWhere } from "./where_filter.ts";

/** Options of `soar tail`. */
export interface TailOptions extends Omit<CandidateFilter, "gain" | "since"> {
  readonly run?: string;
  readonly last?: number;
  readonly after?: number;
  readonly since?: string;
  readonly count?: number;
  readonly follow: boolean;
  /** True for any gain. */
  readonly gain?: number | true;
  /** SQL condition over the columns of `programs`. */
  readonly where?: string;
  readonly json?: boolean;
  readonly template?: string;
  /** Inputs to show the grids of; true for the default. */
  readonly grids?: number | true;
}

/** What is shown, and how. */
interface Wanted extends Which {
  readonly filter: CandidateFilter;
  readonly where?: string;
  readonly count: number;
  readonly grids: boolean;
  show(view: CandidateView): boolean;
}

/** Candidates to begin with, and inputs a candidate, where no number is given. */
const LAST = 10;
const INPUTS = 2;

/** Columns of what is no terminal, or does not say. */
const COLUMNS = 120;

/** @throws NoRunError, TaskError, UsageError, QueryError for a condition that is none, Interrupted */
export async function tail(options: TailOptions): Promise<void> {
  const filter = filterOf(options);
  const line = lineMaker(options);
  const directory = findRun(runsDirectory(), options.run);
  if (filter.task !== undefined) requireTask(directory, filter.task);
  const bounded = options.after !== undefined || options.since !== undefined;
  const wanted: Wanted = {
    filter,
    where: options.where,
    after: options.after,
    last: options.last ?? (bounded ? undefined : LAST),
    count: options.count ?? Infinity,
    grids: options.grids !== undefined,
    show: viewer(directory, options, line),
  };
  const server = options.follow ? await liveRun(directory) : null;
  await untilCtrlC((signal) =>
    server ? follow(server, wanted, options, signal) : showPast(directory, wanted, signal)
  );
}

async function showPast(directory: RunDirectory, wanted: Wanted, signal: AbortSignal) {
  const { filter, where, after, last, count, grids, show } = wanted;
  const onReading = readingLine();
  const { archive } = readRun(directory, onReading);
  let views = Array.from(archive.entries(), (entry) => candidateView(archive, entry));
  if (where !== undefined) {
    await using run = new AskedRun(directory);
    const ask = run.query.bind(run);
    const from = (after ?? 0) + 1;
    const seqs = await seqsWhere(ask, where, from, archive.seq, signal, onReading);
    views = views.filter(({ seq }) => seqs.has(seq));
  }
  const shown = selectCandidates(views, filter, { after, last }).slice(0, count);
  if (shown.length === 0) console.error(`run ${directory.name}: ${noneOf(views.length)}`);
  for (const view of shown) {
    const outputs = grids ? outputsOf(directory, archive.get(view.id)!) : undefined;
    if (!show(outputs ? { ...view, outputs } : view)) return;
  }
}

function noneOf(candidates: number): string {
  return candidates === 0 ? "no candidates" : `none of its ${candidates} candidates is wanted`;
}

async function follow(
  server: LiveRun,
  wanted: Wanted,
  { json }: TailOptions,
  signal: AbortSignal,
): Promise<void> {
  const query = filterToQuery(wanted.filter);
  const { after, last, where, count, grids, show } = wanted;
  for (const [name, value] of Object.entries({ after, last, where })) {
    if (value !== undefined) query.set(name, String(value));
  }
  if (grids) query.set("grids", "1");
  const url = `${server.url}/candidates?${query}`;
  const response = await fetch(url, { headers: server.headers, signal });
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}));
    throw new Error(error ?? `the run's server said ${response.status}`);
  }
  let left = count;
  let seq = after ?? 0;
  for await (const { event, data } of eventsOf(response, signal)) {
    if (event === "gap") {
      const { dropped, from, to } = JSON.parse(data);
      console.error(
        `... ${dropped} records (#${from}–#${to}) passed over, this reader is slow; ` +
          `'tail --no-follow --after ${seq}' re-reads`,
      );
    } else if (event === "note") {
      const { generation, message, event: name } = JSON.parse(data);
      if (!json) console.error(`-- ${name} ${generation ?? ""}: ${message}`);
    } else if (event === "end") {
      return;
    } else {
      const view: CandidateView = JSON.parse(data);
      seq = view.seq;
      if (!show(view) || --left <= 0) return;
    }
  }
}

/** The events until the server closes; a run that is killed leaves no last one. */
async function* eventsOf(response: Response, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  try {
    yield* readServerEvents(response.body!);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`the run's process has gone (${(error as Error).message}); see soar --resume`);
  }
}

function filterOf(options: TailOptions): CandidateFilter {
  const { task, outcome, solved, gain, bin, generation, model, since } = options;
  const filter = {
    task,
    outcome,
    solved,
    bin,
    generation,
    model,
    gain: gain === true ? 1 : gain,
    since: since === undefined ? undefined : sinceTime(since, Date.now()),
  };
  checkFilter(filter);
  return filter;
}

function lineMaker({ json, template, grids }: TailOptions): (view: CandidateView) => string {
  if (json && (template !== undefined || grids !== undefined)) {
    throw new UsageError("--json: leave out --template and --grids");
  }
  if (json) return (view) => JSON.stringify(view);
  return template === undefined ? lineOf : lineTemplate(template);
}

/** Shows a candidate; false when nobody reads any more. */
function viewer(
  directory: RunDirectory,
  { grids }: TailOptions,
  line: (view: CandidateView) => string,
): (view: CandidateView) => boolean {
  if (grids === undefined) return (view) => writeOutput(`${line(view)}\n`);
  const terminal = Deno.stdout.isTerminal();
  const style = {
    color: terminal && !Deno.noColor,
    columns: terminal && Deno.consoleSize().columns || COLUMNS,
    inputs: grids === true ? INPUTS : grids,
  };
  const tasks = new TaskGrids(directory);
  return (view) => {
    const task = tasks.get(view.taskId);
    const shown = task && view.outputs ? `${gridView(task, view.outputs, style)}\n\n` : "";
    return writeOutput(`${line(view)}\n${shown}`);
  };
}
