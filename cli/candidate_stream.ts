/**
 * The candidates of a live run as a stream of events: what was asked of the past, then what comes.
 *
 * Events: a candidate (no name, its journal number as id), `note` for milestones, `gap` where a
 * slow reader lost records, `end`. With an id a reader can ask for the rest (Last-Event-ID).
 *
 * @module
 */
import {
  type CandidateView,
  candidateView,
  encodeGrid,
  type JournalRecord,
  type Numbered,
  type Recorder,
  type Watch,
  type Watched,
} from "../mod.ts";
import {
  type CandidateFilter,
  filterOfQuery,
  isWanted,
  selectCandidates,
  type Which,
} from "./candidate_filter.ts";
import { UsageError } from "./usage_error.ts";
import { type Ask, seqsWhere } from "./where_filter.ts";

/** One event, as it is sent. */
export interface SentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: string;
}

/** What a reader asks for. */
export interface CandidateRequest extends Which {
  readonly filter: CandidateFilter;
  /** SQL condition over `programs`. */
  readonly where: string | null;
  /** Whether outputs are sent too. */
  readonly grids: boolean;
}

/** What candidates are read from. */
export interface CandidateSource {
  readonly recorder: Recorder;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

type Item = Watched<Numbered<JournalRecord>>;

/** With a condition in SQL, candidates are asked about so many at a time, or so long gathered. */
const BATCH = 256;
const BATCH_MS = 100;

/** @throws UsageError for a field that is malformed */
export function requestOf(
  query: Readonly<Record<string, string>>,
  lastEventId: string | undefined,
): CandidateRequest {
  const after = lastEventId ?? query.after;
  return {
    filter: filterOfQuery(query),
    where: query.where ?? null,
    grids: query.grids === "1",
    ...(after === undefined ? {} : { after: whole("after", after) }),
    // Who comes back wants all that it missed.
    ...(query.last === undefined || lastEventId !== undefined
      ? {}
      : { last: whole("last", query.last) }),
  };
}

/**
 * What is there already.
 *
 * @returns the candidates, and the journal number up to which they were looked for
 * @throws StoreError for a condition that is none
 */
export async function pastCandidates(
  { recorder, ask, signal }: CandidateSource,
  { filter, where, after, last }: CandidateRequest,
): Promise<{ readonly views: CandidateView[]; readonly upTo: number }> {
  const { archive } = recorder;
  const upTo = archive.seq;
  const views = Array.from(archive.entries(), (entry) => candidateView(archive, entry));
  if (where === null) return { views: selectCandidates(views, filter, { after, last }), upTo };
  if (views.length > 0) await written(recorder, views.at(-1)!);
  const seqs = await seqsWhere(ask, where, (after ?? 0) + 1, upTo, signal);
  const wanted = views.filter(({ seq }) => seqs.has(seq));
  return { views: selectCandidates(wanted, filter, { after, last }), upTo };
}

/** Events of what comes after a journal number, until the run ends. */
export async function* comingCandidates(
  source: CandidateSource,
  { filter, where, grids }: CandidateRequest,
  watch: Watch<Numbered<JournalRecord>>,
  upTo: number,
): AsyncGenerator<SentEvent> {
  const { recorder } = source;
  for await (const items of where === null ? singly(watch) : batches(watch)) {
    const views = new Map<number, CandidateView>();
    for (const item of items) {
      if ("dropped" in item || item.seq <= upTo || item.event.kind !== "evaluation") continue;
      const entry = recorder.archive.get(item.event.id);
      const view = entry && candidateView(recorder.archive, entry);
      if (view && isWanted(view, filter)) views.set(view.seq, view);
    }
    if (where !== null) await keepWhere(source, where, views);
    for (const item of items) {
      if ("dropped" in item) {
        yield { event: "gap", data: JSON.stringify(item) };
        continue;
      }
      if (item.seq <= upTo) continue;
      const view = views.get(item.seq);
      const { event } = item;
      if (view) yield await sent(recorder, view, grids);
      else if (event.kind === "event") {
        yield { event: "note", id: String(event.seq), data: JSON.stringify(event) };
      } else if (event.kind === "run_ended") {
        yield { event: "end", data: JSON.stringify(event) };
        return;
      }
    }
  }
}

/** A candidate as an event. */
export async function sent(
  recorder: Recorder,
  view: CandidateView,
  grids: boolean,
): Promise<SentEvent> {
  const entry = grids ? recorder.archive.get(view.id) : undefined;
  const outputs = entry && (await recorder.load(entry)).outputs;
  const shown = outputs
    ? { ...view, outputs: outputs.map((grid) => grid && encodeGrid(grid)) }
    : view;
  return { id: String(view.seq), data: JSON.stringify(shown) };
}

/** Takes out those for which the condition does not hold. */
async function keepWhere(
  { recorder, ask, signal }: CandidateSource,
  where: string,
  views: Map<number, CandidateView>,
): Promise<void> {
  if (views.size === 0) return;
  const ordered = [...views.values()];
  const last = ordered.at(-1)!;
  await written(recorder, last);
  const seqs = await seqsWhere(ask, where, ordered[0].seq, last.seq, signal);
  for (const { seq } of ordered) if (!seqs.has(seq)) views.delete(seq);
}

/** Candidates are told of before they are written, but SQL reads what is written. */
async function written(recorder: Recorder, { id }: CandidateView): Promise<void> {
  await recorder.load(recorder.archive.get(id)!);
}

async function* singly(watch: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  for await (const item of watch) yield [item];
}

/** Items gathered for a short while. */
async function* batches(watch: AsyncIterableIterator<Item>): AsyncGenerator<Item[]> {
  let coming = watch.next();
  while (true) {
    const first = await coming;
    if (first.done) return;
    const items = [first.value];
    const over = Promise.withResolvers<null>();
    const timer = setTimeout(() => over.resolve(null), BATCH_MS);
    coming = watch.next();
    for (let next; items.length < BATCH && (next = await Promise.race([coming, over.promise]));) {
      if (next.done) break;
      items.push(next.value);
      coming = watch.next();
    }
    clearTimeout(timer);
    yield items;
  }
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${name}: expected a whole number, got ${JSON.stringify(text)}`);
}
