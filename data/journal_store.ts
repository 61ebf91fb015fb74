/**
 * A store that follows a journal: it reads what is new each time before it answers.
 *
 * The same for a live run and a finished one, so an answer always covers every program generated
 * before the question; nothing is spent on it while nobody asks.
 *
 * @module
 */
import { type Damage, placeAfter, readJournal } from "./journal_reader.ts";
import type { JournalRecord } from "./records.ts";
import { openStore, type QueryOptions, type QueryResult, type Store, StoreError } from "./store.ts";

/** Records handed to the store at a time: bounds the memory of a first read of a long journal. */
const BATCH = 8192;

const START = { segment: 0, offset: 0 };

/** SQL over a journal. */
export class JournalStore {
  readonly #journal: string;
  readonly #onDamage: (damage: Damage) => void;
  #store: Promise<Store> | null = null;
  #place = START;
  #catchingUp: Promise<void> = Promise.resolve();

  /** @param onDamage told of journal lines that are passed over */
  constructor(journal: string, onDamage: (damage: Damage) => void = () => {}) {
    this.#journal = journal;
    this.#onDamage = onDamage;
  }

  /** Answers over all that the journal holds now. @throws StoreError */
  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    this.#store ??= openStore();
    try {
      const store = await this.#store;
      this.#catchingUp = this.#catchingUp.catch(() => {}).then(() => this.#catchUp(store));
      await this.#catchingUp;
      return await store.query(sql, options);
    } catch (error) {
      // A query can take the database down with it; the next question builds it anew.
      if (error instanceof StoreError && error.reason === "lost") await this.close();
      throw error;
    }
  }

  /** Lets go of the database; a later question builds it anew. */
  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    this.#place = START;
    await (await store)?.close();
  }

  async #catchUp(store: Store): Promise<void> {
    let batch: JournalRecord[] = [];
    let place = this.#place;
    const hand = async () => {
      await store.ingest(batch);
      batch = [];
      this.#place = place;
    };
    for (const { record, location } of readJournal(this.#journal, this.#onDamage, place)) {
      batch.push(record);
      place = placeAfter(location);
      if (batch.length === BATCH) await hand();
    }
    if (batch.length > 0) await hand();
  }
}
