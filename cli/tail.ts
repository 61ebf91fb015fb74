/**
 * `soar tail`: the candidates of a run as they come, or the last ones of a run that has ended.
 *
 * @module
 */
import { type CandidateView, candidateView, findRun, OUTCOMES, type RunDirectory } from "../mod.ts";
import { type CandidateFilter, filterToQuery, selectCandidates } from "./candidate_filter.ts";
import { liveRun } from "./live_run.ts";
import { writeOutput } from "./output.ts";
import { readRun } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { readServerEvents, type ServerEvent } from "./server_events.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar tail`. */
export interface TailOptions extends CandidateFilter {
  readonly run?: string;
  readonly last: number;
  readonly after?: number;
  readonly follow: boolean;
  readonly json?: boolean;
}

/** @throws NoRunError, UsageError */
export async function tail(options: TailOptions): Promise<void> {
  if (options.outcome && !(OUTCOMES as readonly string[]).includes(options.outcome)) {
    throw new UsageError(`--outcome ${options.outcome}: expected one of ${OUTCOMES.join(", ")}`);
  }
  const directory = findRun(runsDirectory(), options.run);
  const server = await liveRun(directory);
  if (server && options.follow) await follow(server, options);
  else for (const view of ended(directory, options)) if (!show(view, options)) return;
}

function ended(directory: RunDirectory, options: TailOptions): CandidateView[] {
  const { archive } = readRun(directory);
  const views = archive.entries().map((entry) => candidateView(archive, entry));
  return selectCandidates(views, options, options);
}

async function follow(
  server: { readonly url: string; readonly headers: Record<string, string> },
  options: TailOptions,
): Promise<void> {
  const query = filterToQuery(options);
  query.set("last", String(options.last));
  if (options.after !== undefined) query.set("after", String(options.after));
  const response = await fetch(`${server.url}/candidates?${query}`, { headers: server.headers });
  if (!response.ok) throw new Error(`the run's server said ${response.status}`);
  let seq = options.after ?? 0;
  for await (const { event, data } of eventsOf(response)) {
    if (event === "gap") {
      const { dropped } = JSON.parse(data);
      console.error(
        `... ${dropped} records passed over (slow reader); 'tail --after ${seq}' re-reads`,
      );
    } else if (event === "note") {
      const { generation, message, event: name } = JSON.parse(data);
      if (!options.json) console.error(`-- ${name} ${generation ?? ""}: ${message}`);
    } else if (event === "end") {
      return;
    } else {
      const view: CandidateView = JSON.parse(data);
      seq = view.seq;
      if (!show(view, options)) return;
    }
  }
}

/** The events until the server closes; a run that is killed leaves no last one. */
async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  try {
    yield* readServerEvents(response.body!);
  } catch (error) {
    throw new Error(`the run's process has gone (${(error as Error).message}); see soar --resume`);
  }
}

/** Whether there is still a reader. */
function show(view: CandidateView, { json }: TailOptions): boolean {
  return writeOutput(`${json ? JSON.stringify(view) : lineOf(view)}\n`);
}

/** One candidate as a line of fixed columns. */
export function lineOf(view: CandidateView): string {
  const gain = view.gain === null || view.gain === 0
    ? ""
    : ` (${view.gain > 0 ? "+" : ""}${view.gain})`;
  const tests = `${view.testRight ?? "-"}/${view.testCount}`;
  const solved = view.testRight === null ? "train-perfect" : "SOLVED";
  const state = view.solved ? solved : view.transduction ? "hard-coded" : view.outcome;
  return [
    `#${view.seq}`.padEnd(9),
    `g${view.generation}`,
    view.taskId.padEnd(9),
    view.operator.padEnd(6),
    `train ${view.trainRight}/${view.trainCount}${gain}`.padEnd(16),
    `test ${tests}`.padEnd(8),
    state.padEnd(14),
    `${view.codeLength} chars`,
    view.duplicate ? "copy" : "",
    view.parents.length > 0 ? `<-${view.parents[0].slice(-6)}` : "",
  ].join("  ").trimEnd();
}
