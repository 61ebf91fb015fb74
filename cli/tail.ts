/**
 * `soar tail`: the candidates of a run as they come, or the last ones of a run that has ended.
 *
 * @module
 */
import { type CandidateView, candidateView, findRun, OUTCOMES, type RunDirectory } from "../mod.ts";
import { liveRun } from "./live_run.ts";
import { readRun } from "./read_run.ts";
import { runsDirectory } from "./runs_directory.ts";
import { readServerEvents } from "./server_events.ts";
import { UsageError } from "./usage_error.ts";

/** Options of `soar tail`. */
export interface TailOptions {
  readonly run?: string;
  readonly last: number;
  readonly after?: number;
  readonly follow: boolean;
  readonly task?: string;
  readonly outcome?: string;
  readonly solved?: boolean;
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
  else for (const view of ended(directory, options)) show(view, options);
}

/** What there is by now, filtered first so that `-n` counts lines that are shown. */
function ended(directory: RunDirectory, options: TailOptions): CandidateView[] {
  const { archive } = readRun(directory);
  const views = [...archive.entries()].map((entry) => candidateView(archive, entry))
    .filter((view) => wanted(view, options));
  if (options.after !== undefined) return views.filter(({ seq }) => seq > options.after!);
  return options.last > 0 ? views.slice(-options.last) : [];
}

async function follow(
  server: { readonly url: string; readonly headers: Record<string, string> },
  options: TailOptions,
): Promise<void> {
  const query = options.after === undefined ? `last=${options.last}` : `after=${options.after}`;
  const response = await fetch(`${server.url}/candidates?${query}`, { headers: server.headers });
  if (!response.ok) throw new Error(`the run's server said ${response.status}`);
  let seq = options.after ?? 0;
  for await (const { event, data } of readServerEvents(response.body!)) {
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
      if (wanted(view, options)) show(view, options);
    }
  }
}

function wanted(view: CandidateView, { task, outcome, solved }: TailOptions): boolean {
  return (task === undefined || view.taskId === task) &&
    (outcome === undefined || view.outcome === outcome) && (!solved || view.solved);
}

function show(view: CandidateView, { json }: TailOptions): void {
  console.log(json ? JSON.stringify(view) : lineOf(view));
}

/** One candidate as a line of fixed columns. */
export function lineOf(view: CandidateView): string {
  const gain = view.gain === null || view.gain === 0
    ? ""
    : ` (${view.gain > 0 ? "+" : ""}${view.gain})`;
  const tests = `${view.testRight ?? "-"}/${view.testCount}`;
  const state = view.solved ? "SOLVED" : view.transduction ? "hard-coded" : view.outcome;
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
