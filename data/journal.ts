/**
 * The journal: append-only segments of JSON lines, the truth of a run.
 *
 * - `journal/NNNNNN.jsonl`; a segment's first line is its header, every other line one record.
 *   A segment that is closed is packed beside the writing (journal_packed.ts).
 * - A line ends in `,"crc":"xxxxxxxx"}`: the CRC-32 of all that stands before that field.
 * - `append` resolves once `write()` has taken the line, so a SIGKILL loses nothing acknowledged;
 *   fdatasync follows within {@link SYNC_MS}, which bounds what a power cut can take.
 * - A torn last line is cut off at opening. A damaged line elsewhere is named and passed over.
 * - After a failed write nothing more is taken: what was acknowledged stands, the rest is refused.
 *
 * It does not lock the run (data/run_directory.ts does) and knows no meaning of its records.
 *
 * @module
 */
import { encodeLine } from "./journal_line.ts";
import { packSegment } from "./journal_packed.ts";
import { type Entry, JournalReader, type Location } from "./journal_reader.ts";
import {
  checkHeader,
  cutTornLine,
  joinBytes,
  JournalError,
  linesOf,
  packedPath,
  segmentHeader,
  segmentNumbers,
  segmentPath,
  startSegment,
} from "./journal_segment.ts";
import type { JournalRecord, RecordBody } from "./records.ts";

/** A segment is closed once it is longer than this, so that copying and repair stay cheap. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

/** Longest time a written line waits for fdatasync, in milliseconds (docs: delivery promise). */
export const SYNC_MS = 100;

/** Options of {@link Journal.open}. */
export interface JournalOptions {
  /** UTC milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Longest segment in bytes. @default 64 MiB */
  readonly segmentBytes?: number;
  /** Whether closed segments are packed. @default true */
  readonly pack?: boolean;
  /** Told of each segment that was packed; awaited before the next, so it must not fail. */
  readonly onPacked?: (segment: number) => Promise<void>;
  /** Makes a segment's file with its header. @default one in the journal's folder */
  readonly startSegment?: (directory: string, segment: number) => Deno.FsFile;
}

/** The one writer of a run's journal. */
export class Journal {
  readonly #directory: string;
  readonly #now: () => number;
  readonly #segmentBytes: number;
  readonly #startSegment: (directory: string, segment: number) => Deno.FsFile;
  readonly #pack: boolean;
  readonly #onPacked: (segment: number) => Promise<void>;
  readonly #reader: JournalReader;
  /** Segment and offset of the next line; the file lags behind by what is pending. */
  #segment: number;
  #offset: number;
  #file: Deno.FsFile;
  #fileSegment: number;
  #seq: number;
  #pending: { segment: number; line: Uint8Array }[] = [];
  #waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  #flushing: Promise<void> | null = null;
  #syncTimer: ReturnType<typeof setTimeout> | null = null;
  #failure: unknown = null;
  /** Segments one after another; never rejects. */
  #packing: Promise<void> = Promise.resolve();

  private constructor(
    directory: string,
    segment: number,
    file: Deno.FsFile,
    offset: number,
    seq: number,
    options: JournalOptions,
  ) {
    this.#directory = directory;
    this.#segment = this.#fileSegment = segment;
    this.#file = file;
    this.#offset = offset;
    this.#seq = seq;
    this.#now = options.now ?? Date.now;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#startSegment = options.startSegment ?? startSegment;
    this.#pack = options.pack ?? true;
    this.#onPacked = options.onPacked ?? (async () => {});
    this.#reader = new JournalReader(directory);
    for (const closed of segmentNumbers(directory)) if (closed < segment) this.#packLater(closed);
  }

  /**
   * Opens a journal for writing, repairing a torn last line.
   *
   * @param directory made when missing
   * @param seq sequence number of the last record, as `readJournal` found it; 0 for a new journal
   * @throws JournalError when the journal is of another format
   */
  static open(directory: string, seq: number, options: JournalOptions = {}): Journal {
    Deno.mkdirSync(directory, { recursive: true });
    const segment = segmentNumbers(directory).at(-1);
    if (segment !== undefined) {
      const path = segmentPath(directory, segment);
      const file = openToWrite(path);
      // A journal whose last segment is packed goes on in a new one.
      if (file === null) return Journal.#begin(directory, segment + 1, seq, options);
      const end = cutTornLine(file);
      if (end > 0) {
        for (const { bytes } of linesOf(file, 0)) {
          checkHeader(path, bytes);
          break;
        }
        file.seekSync(end, Deno.SeekMode.Start);
        return new Journal(directory, segment, file, end, seq, options);
      }
      // Not even its header was whole.
      file.close();
      Deno.removeSync(path);
    }
    return Journal.#begin(directory, segment ?? 1, seq, options);
  }

  static #begin(directory: string, first: number, seq: number, options: JournalOptions): Journal {
    const file = (options.startSegment ?? startSegment)(directory, first);
    return new Journal(directory, first, file, segmentHeader(first).length, seq, options);
  }

  /** Sequence number of the last record appended. */
  get seq(): number {
    return this.#seq;
  }

  /**
   * Appends a record. It has its number and place at once; `written` resolves when `write()` has
   * taken it.
   *
   * @throws JournalError after a write or sync has failed
   */
  append(body: RecordBody): Entry & { readonly written: Promise<void> } {
    if (this.#failure) throw this.#failure;
    const record = { seq: ++this.#seq, at: this.#now(), ...body } as JournalRecord;
    const line = encodeLine(record);
    if (this.#offset + line.length > this.#segmentBytes) {
      this.#offset = segmentHeader(++this.#segment).length;
    }
    const location = { segment: this.#segment, offset: this.#offset, length: line.length - 1 };
    this.#offset += line.length;
    this.#pending.push({ segment: this.#segment, line });
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // Who does not wait must not be told of a failure by an unhandled rejection.
    written.catch(() => {});
    this.#flushing ??= this.#flush();
    return { record, location, written };
  }

  /** Reads back one record; a line not yet written is waited for. */
  async read(location: Location): Promise<JournalRecord> {
    if (this.#flushing) await this.#flushing;
    return this.#reader.read(location);
  }

  /** Writes and syncs what is pending, then closes. @throws JournalError if that failed */
  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    try {
      await this.#file.syncData();
    } catch (error) {
      this.#fail(error);
    }
    await this.#packing;
    this.#file.close();
    this.#reader[Symbol.dispose]();
    if (this.#failure) throw this.#failure;
  }

  async #flush(): Promise<void> {
    // Gathers what this turn of the event loop appends into one write.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const pending = this.#pending;
      const waiting = this.#waiting;
      this.#pending = [];
      this.#waiting = [];
      try {
        await this.#write(pending);
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        this.#fail(error);
        for (const { reject } of [...waiting, ...this.#waiting]) reject(this.#failure);
        this.#pending = [];
        this.#waiting = [];
      }
    }
    this.#flushing = null;
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = null;
      this.#file.syncData().catch((error) => this.#fail(error));
    }, SYNC_MS);
  }

  async #write(pending: readonly { segment: number; line: Uint8Array }[]): Promise<void> {
    for (let from = 0; from < pending.length;) {
      const { segment } = pending[from];
      if (segment !== this.#fileSegment) {
        await this.#file.syncData();
        this.#file.close();
        this.#packLater(this.#fileSegment);
        this.#file = this.#startSegment(this.#directory, segment);
        this.#fileSegment = segment;
      }
      let to = from;
      while (to < pending.length && pending[to].segment === segment) to++;
      await writeAll(this.#file, joinBytes(pending.slice(from, to).map(({ line }) => line)));
      from = to;
    }
  }

  /** Packs a closed segment when those before it are. */
  #packLater(segment: number): void {
    if (!this.#pack) return;
    const [from, to] = [segmentPath, packedPath].map((path) => path(this.#directory, segment));
    this.#packing = this.#packing.then(async () => {
      try {
        if (!exists(from)) return;
        if (!exists(to)) await packSegment(from, to);
        Deno.removeSync(from);
      } catch {
        // It stays as it is, which is only larger: a full disk is told of by whoever writes data.
        return;
      }
      await this.#onPacked(segment);
    });
  }

  #fail(error: unknown): void {
    const why = isDiskFull(error) ? "the disk is full" : String(error);
    this.#failure ??= new JournalError(
      `cannot write the journal ${this.#directory}: ${why}; all that was acknowledged before is kept`,
      { cause: error },
    );
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === "ENOSPC";
}

function openToWrite(path: string): Deno.FsFile | null {
  return exists(path) ? Deno.openSync(path, { read: true, write: true }) : null;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
