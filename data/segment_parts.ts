/**
 * The parts of all segments of a journal, made by several threads where no file has them.
 *
 * @module
 */
import { JournalError } from "./journal_segment.ts";
import { type PartAnswer, type PartBytes, partPath, type PartRequest } from "./segment_part.ts";
import { askInOrder } from "./thread_answers.ts";

/** Segments that are worth another thread: below, its start takes longer than it saves. */
const SEGMENTS_A_THREAD = 2;

/** How parts are made. */
export interface PartMaker<Request extends PartRequest> {
  /** Module of a thread that answers requests (segment_part.ts, `answerParts`). */
  readonly worker: URL;
  /** The same work in this thread. */
  readonly partOf: (request: Request) => PartBytes;
}

/**
 * The parts in the order of the requests; those that are new are written to their files.
 *
 * @param threads at most so many; a short journal is read in this one
 * @throws JournalError when a segment has another format
 */
export function partsOf<Request extends PartRequest>(
  requests: readonly Request[],
  maker: PartMaker<Request>,
  threads: number = navigator.hardwareConcurrency,
): AsyncGenerator<PartBytes> {
  const count = Math.min(threads, Math.floor(requests.length / SEGMENTS_A_THREAD));
  return madeAndKept(requests, maker, count > 1 ? count : 0);
}

/** Sees to it that the file of a part is there, while this thread goes on. */
export async function keepPartOf<Request extends PartRequest>(
  request: Request,
  maker: PartMaker<Request>,
): Promise<void> {
  for await (const part of madeAndKept([request], maker, 1)) void part;
}

/** @param threads 0 = in this thread */
async function* madeAndKept<Request extends PartRequest>(
  requests: readonly Request[],
  { worker, partOf }: PartMaker<Request>,
  threads: number,
): AsyncGenerator<PartBytes> {
  const parts = threads > 0 ? byThreads(requests, worker, threads) : requests.values().map(partOf);
  let number = 0;
  for await (const part of parts) {
    const { folder } = requests[number++];
    if (part.made && folder !== null) keepPart(folder, part);
    yield part;
  }
}

async function* byThreads<Request extends PartRequest>(
  requests: readonly Request[],
  worker: URL,
  count: number,
): AsyncGenerator<PartBytes> {
  for await (const answer of askInOrder<Request, PartAnswer>(worker, requests, count)) {
    if ("refused" in answer) throw new JournalError(answer.refused);
    yield answer;
  }
}

/** Writes a part's file, which appears when it is whole. */
function keepPart(folder: string, { segment, bytes }: PartBytes): void {
  const path = partPath(folder, segment);
  // Several processes may read a run at once.
  const temporary = `${path}.${Deno.pid}.tmp`;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeFileSync(temporary, bytes);
    Deno.renameSync(temporary, path);
  } catch {
    // A run may be on a disk that is full or not ours to write: who is next reads the journal.
    try {
      Deno.removeSync(temporary);
    } catch {
      // It was not begun.
    }
  }
}
