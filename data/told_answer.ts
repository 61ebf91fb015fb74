/**
 * The answer to a question as it is sent: one line of JSON, before it a line `{"reading":…}` as often
 * as there is news of how far the journal is read. Nothing here needs more than a browser has.
 *
 * @module
 */
import type { OnReading } from "./reading.ts";
import type { QueryResult } from "./store.ts";

/** Media type of such lines; who sends it as `accept` is told, others get the answer alone. */
export const TOLD_TYPE = "application/x-ndjson";

/** An answer, or why there is none. */
export type Told = QueryResult | { readonly error: string };

/** What a line of news begins with. */
const NEWS = '{"reading":';

/** Rows that are turned into text at a time, so that a long answer does not hold the run. */
const ROWS_A_PIECE = 500;

/** A result as JSON, piece by piece. */
export function* resultText({ rows, ...about }: QueryResult): Generator<string> {
  yield `${JSON.stringify(about).slice(0, -1)},"rows":[`;
  for (let at = 0; at < rows.length; at += ROWS_A_PIECE) {
    const some = rows.slice(at, at + ROWS_A_PIECE).map((row) => JSON.stringify(row)).join(",");
    yield (at > 0 ? "," : "") + some;
  }
  yield "]}";
}

/** Texts as a body, made as they are read. */
export function bodyOf(texts: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

/**
 * Asks, tells how far the reading is, then answers; an error is an answer too.
 *
 * @param ask its signal is aborted when the reader goes before the end
 */
export function toldBody(
  ask: (onReading: OnReading, signal: AbortSignal) => Promise<QueryResult>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  let texts: Promise<Iterator<string>>;
  return new ReadableStream({
    start(controller) {
      const tell: OnReading = (reading) => {
        if (gone.signal.aborted) return;
        controller.enqueue(encoder.encode(`${NEWS}${JSON.stringify(reading)}}\n`));
      };
      texts = ask(tell, gone.signal).then(
        resultText,
        (error) => [JSON.stringify({ error: error.message ?? String(error) })].values(),
      );
    },
    async pull(controller) {
      const { done, value } = (await texts).next();
      if (gone.signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => gone.abort(),
  });
}

/** Reads such a body to its end. @throws SyntaxError for one that is cut off */
export async function readTold(
  body: ReadableStream<Uint8Array>,
  onReading?: OnReading,
): Promise<Told> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  /** News not yet whole. */
  let head = "";
  /** The answer, which may be long: it is never searched for line feeds. */
  const answer: string[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const text = decoder.decode(part.value, { stream: true });
    if (answer.length > 0) {
      answer.push(text);
      continue;
    }
    head += text;
    while (head.startsWith(NEWS)) {
      const end = head.indexOf("\n");
      if (end < 0) break;
      onReading?.(JSON.parse(head.slice(0, end)).reading);
      head = head.slice(end + 1);
    }
    if (!NEWS.startsWith(head.slice(0, NEWS.length))) answer.push(head);
  }
  return JSON.parse(answer.length > 0 ? answer.join("") : head);
}
