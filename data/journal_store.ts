/**
 * A store that follows a journal: it reads what is new each time before it answers.
 *
 * The same for a live run and a finished one, so an answer always covers every program generated
 * before the question; nothing is spent on it while nobody asks. A store that outgrows the embedded
 * engine moves to the native one by reading the journal anew; questions under way are answered by
 * the store they were asked of.
 *
 * @module
 */
import { type Damage, placeAfter, readJournal } from "./journal_reader.ts";
import type { JournalRecord } from "./records.ts";
import { openingOf } from "./run_opening.ts";
import { openStore } from "./open_store.ts";
import type { OnReading, Reading } from "./reading.ts";
import { ReadingMeter } from "./reading_meter.ts";
import type { QueryOptions, QueryResult, Store } from "./store.ts";
import {
  type EngineChoice,
  engineFor,
  openInFile,
  programsIn,
  type Reached,
} from "./store_choice.ts";
import { StoreError } from "./store_error.ts";

/** Records handed to the store at a time: bounds the memory of a first read of a long journal. */
const BATCH = 8192;

const START = { segment: 0, offset: 0 };

/** Share of the embedded engine's memory at which its tables move: the rest is for queries. */
const FULL = 0.7;

/** Options of {@link JournalStore}. */
export interface JournalStoreOptions {
  /**
   * The engine that answers.
   *
   * @default "auto": native for a run of many programs, where it starts
   */
  readonly engine?: EngineChoice;
  /** Programs the run will have; the journal's own size counts when it is larger. @default 0 */
  readonly expectedPrograms?: number;
  /** Bytes the embedded engine may use. @default its own limit */
  readonly memoryBytes?: number;
  /** File of the native engine, kept from one process to the next; null for memory. @default null */
  readonly file?: string | null;
  /** Told why the native engine was not taken, or that the store moved to it. */
  readonly tell?: (line: string) => void;
  /** Milliseconds of a clock that does not jump. @default performance.now */
  readonly now?: () => number;
}

/** Bounds of a question to a {@link JournalStore}. Its time counts from when the journal is read. */
export interface JournalQueryOptions extends QueryOptions {
  /** Told how far the reading of the journal is while this question waits for it. */
  readonly onReading?: OnReading;
}

/** A store and what it has read. */
interface Fed {
  readonly store: Store;
  place: { segment: number; offset: number };
  /** Whether it was found in a file: what came before is in its tables, but not in its feed. */
  readonly found: boolean;
  readonly asked: Set<Promise<unknown>>;
}

/** SQL over a journal. */
export class JournalStore {
  readonly #journal: string;
  readonly #onDamage: (damage: Damage) => void;
  readonly #options: JournalStoreOptions;
  #fed: Fed | null = null;
  /** A database that is being opened, for who closes meanwhile. */
  #opening: Promise<Fed> | null = null;
  /** Catching up, one after another; never rejects. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Of the questions that wait for the journal to be read. */
  readonly #waiting = new Set<OnReading>();
  /** Whether moving was tried and failed. */
  #stays = false;

  /**
   * Opens nothing before the first question; `journal` is the journal's folder.
   *
   * @param onDamage told of journal lines that are passed over
   */
  constructor(
    journal: string,
    onDamage: (damage: Damage) => void = () => {},
    options: JournalStoreOptions = {},
  ) {
    this.#journal = journal;
    this.#onDamage = onDamage;
    this.#options = options;
  }

  /** The engine that answers; null before the first question. */
  get engine(): Store["engine"] | null {
    return this.#fed?.store.engine ?? null;
  }

  /** Answers over all that the journal holds now. @throws StoreError */
  async query(
    sql: string,
    { onReading, ...options }: JournalQueryOptions = {},
  ): Promise<QueryResult> {
    const fed = await this.#read(options.signal, onReading);
    const answer = fed.store.query(sql, options);
    fed.asked.add(answer);
    try {
      return await answer;
    } catch (error) {
      // A query can take the database down with it; the next question builds it anew.
      if (isLost(error) && this.#fed === fed) await this.close();
      throw error;
    } finally {
      fed.asked.delete(answer);
    }
  }

  /** Lets go of the database; a later question builds it anew. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    const fed = this.#fed;
    this.#fed = null;
    await fed?.store.close();
  }

  /** Waits until the journal is read, or its question is withdrawn: the reading then goes on. */
  async #read(signal?: AbortSignal, onReading?: OnReading): Promise<Fed> {
    const withdrawn = Promise.withResolvers<never>();
    const withdraw = () => withdrawn.reject(new StoreError("aborted", "the query was aborted"));
    if (signal?.aborted) withdraw();
    signal?.addEventListener("abort", withdraw);
    // Two questions may hand over the same function.
    const told: OnReading = (reading) => onReading?.(reading);
    this.#waiting.add(told);
    try {
      return await Promise.race([this.#caughtUp(), withdrawn.promise]);
    } finally {
      signal?.removeEventListener("abort", withdraw);
      this.#waiting.delete(told);
      told(null);
    }
  }

  #tellReading(reading: Reading): void {
    for (const told of this.#waiting) told(reading);
  }

  #caughtUp(): Promise<Fed> {
    const caughtUp = this.#turn.then(async () => {
      try {
        return await this.#catchUp(this.#fed ?? await this.#opened());
      } catch (error) {
        // What has taken in a part of the journal only is not asked again.
        await this.close();
        throw error;
      }
    });
    this.#turn = caughtUp.catch(() => {});
    return caughtUp;
  }

  async #opened(): Promise<Fed> {
    this.#opening = this.#open();
    try {
      return this.#fed = await this.#opening;
    } finally {
      this.#opening = null;
    }
  }

  async #open(): Promise<Fed> {
    const { engine = "auto", expectedPrograms = 0, memoryBytes } = this.#options;
    if (engine === "native") return await this.#openNative();
    const programs = Math.max(expectedPrograms, programsIn(this.#journal));
    if (engine === "auto" && engineFor(programs) === "native") {
      const native = await this.#tryNative();
      if (native) return native;
    }
    return fedFrom(await openStore({ engine: "wasm", memoryBytes }), null);
  }

  async #openNative(): Promise<Fed> {
    const { file = null } = this.#options;
    if (file === null) return fedFrom(await openStore({ engine: "native" }), null);
    const { store, reached } = await openInFile(this.#journal, file);
    return fedFrom(store, reached);
  }

  async #tryNative(): Promise<Fed | null> {
    try {
      return await this.#openNative();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#stays = true;
      this.#options.tell?.(`SQL stays on the embedded engine: ${error.message}`);
      return null;
    }
  }

  /** Feeds what is new. Returns the store that has it, which may be another one. */
  async #catchUp(fed: Fed): Promise<Fed> {
    for await (const outOfMemory of this.#feed(fed)) {
      const native = outOfMemory !== null || fed.store.fill > FULL ? await this.#move(fed) : null;
      if (native) return native;
      if (outOfMemory) throw outOfMemory;
    }
    return fed.found && this.#hasGrown(fed) ? await this.#anew(fed) : fed;
  }

  /** Moves to the native engine, where that is wanted and possible. */
  async #move(fed: Fed): Promise<Fed | null> {
    const { engine = "auto", tell } = this.#options;
    if (fed.store.engine !== "wasm" || engine !== "auto" || this.#stays) return null;
    const native = await this.#tryNative();
    if (!native) return null;
    for await (const error of this.#feed(native)) if (error) throw error;
    this.#fed = native;
    tell?.("SQL moved to the native engine: the embedded one is nearly full");
    void Promise.allSettled(fed.asked).then(() => fed.store.close());
    return native;
  }

  /** Whether there are records behind what a file held; they hang on what its feed never saw. */
  #hasGrown({ place }: Fed): boolean {
    return readJournal(this.#journal, undefined, place).next().done !== true;
  }

  /** Builds a store that was found in a file from the journal's start. */
  async #anew(fed: Fed): Promise<Fed> {
    await Promise.allSettled(fed.asked);
    await fed.store.close();
    const anew = await this.#openNative();
    this.#fed = anew;
    for await (const error of this.#feed(anew)) if (error) throw error;
    return anew;
  }

  /** Feeds a store to the journal's end; yields after each batch: the error if memory ran out. */
  async *#feed(fed: Fed): AsyncGenerator<StoreError | null> {
    if (fed.found) return;
    const { now = () => performance.now() } = this.#options;
    const meter = new ReadingMeter(this.#journal, fed.place, now);
    this.#tellReading(meter.at(null));
    let batch: JournalRecord[] = [];
    let reached: Reached | null = null;
    if (fed.place === START) batch.push(...openingOf(this.#journal));
    /** One batch is taken in while the next is read. */
    let underWay: Promise<StoreError | null> = Promise.resolve(null);
    const hand = async (): Promise<StoreError | null> => {
      const [records, last] = [batch, reached];
      batch = [];
      const before = await underWay;
      if (before) return before;
      underWay = this.#ingest(fed, records, last, meter);
      // Met at the next batch, or at the end.
      underWay.catch(() => {});
      return null;
    };
    for (const { record, location } of readJournal(this.#journal, this.#onDamage, fed.place)) {
      batch.push(record);
      reached = { location, seq: record.seq, at: record.at };
      if (batch.length >= BATCH) yield await hand();
    }
    if (batch.length > 0) yield await hand();
    yield await underWay;
  }

  /** Returns the error when memory ran out. */
  async #ingest(
    fed: Fed,
    records: readonly JournalRecord[],
    reached: Reached | null,
    meter: ReadingMeter,
  ): Promise<StoreError | null> {
    try {
      await fed.store.ingest(records, reached === null ? undefined : JSON.stringify(reached));
    } catch (error) {
      if (error instanceof StoreError && /^Out of Memory/.test(error.message)) return error;
      throw error;
    }
    if (reached) {
      fed.place = placeAfter(reached.location);
      this.#tellReading(meter.at(fed.place));
    }
    return null;
  }
}

function fedFrom(store: Store, reached: Reached | null): Fed {
  return {
    store,
    place: reached === null ? START : placeAfter(reached.location),
    found: reached !== null,
    asked: new Set(),
  };
}

function isLost(error: unknown): boolean {
  return error instanceof StoreError && error.reason === "lost";
}
