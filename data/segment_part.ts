/**
 * Parts: what is made of one segment of the journal and kept in a file beside it.
 *
 * A file is used only if its own checksum is right and the segment's bytes are those it was made from
 * (segment_contents.ts); it can be thrown away at any time.
 *
 * @module
 */
import { type ColumnBytes, decodeColumns } from "./column_bytes.ts";
import { JournalError } from "./journal_segment.ts";
import { type ContentsMark, isMarked, type SegmentContents } from "./segment_contents.ts";

/** What every part says of itself. */
export interface PartHead {
  /** Version of what such parts hold and of how they are made. */
  readonly version: number;
  readonly segment: number;
  /** The contents it was made from. */
  readonly made: ContentsMark;
  /** Lines that were passed over. */
  readonly damages: readonly { readonly offset: number; readonly reason: string }[];
}

/** A segment whose part is wanted. */
export interface PartRequest {
  /** Folder of the journal. */
  readonly journal: string;
  /** Folder of the parts' files; null where none are kept. */
  readonly folder: string | null;
  readonly segment: number;
}

/** A part of a segment, as bytes, and whether it is new. */
export interface PartBytes {
  readonly segment: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly made: boolean;
}

/** What a thread says: a part, or why there is none. */
export type PartAnswer = PartBytes | { readonly refused: string };

/** The part of these contents that is kept in its file; null where none holds. */
export function keptPart<Head extends PartHead>(
  { folder, segment }: PartRequest,
  contents: SegmentContents,
  version: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly part: ColumnBytes<Head> } | null {
  const bytes = folder === null ? null : bytesOf(partPath(folder, segment));
  const part = bytes && decodeColumns<Head>(bytes);
  const holds = part && part.head.version === version && part.head.segment === segment &&
    isMarked(contents, part.head.made);
  return holds ? { bytes, part } : null;
}

/** File of a part. */
export function partPath(folder: string, segment: number): string {
  return `${folder}/${String(segment).padStart(6, "0")}.bin`;
}

/** Has this thread answer requests for parts. */
export function answerParts<Request extends PartRequest>(
  partOf: (request: Request) => PartBytes,
): void {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<Request>) => void;
    postMessage(answer: PartAnswer, moved: Transferable[]): void;
  };
  scope.onmessage = ({ data }) => {
    try {
      const part = partOf(data);
      scope.postMessage(part, [part.bytes.buffer]);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      scope.postMessage({ refused: error.message }, []);
    }
  };
}

function bytesOf(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(path);
  } catch {
    // Whatever keeps it from being read, the journal tells the same.
    return null;
  }
}
