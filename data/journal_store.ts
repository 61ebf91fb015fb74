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
import { openStore, type QueryOptions, type QueryResult, type Store } from "./store.ts";

/** Records handed to the store at a time: bounds the memory of a first read of a long journal. */
const BATCH = 8192;

/** SQL over a journal. */
export class JournalStore {
  readonly #journal: string;
  readonly #onDamage: (damage: Damage) => void;
  #store: Promise<Store> | null = null;
  #place = { segment: 0, offset: 0 };
  #catchingUp: Promise<void> = Promise.resolve();

  /** @param onDamage told of journal lines that are passed over */
  constructor(journal: string, onDamage: (damage: Damage) => void = () => {}) {
    this.#journal = journal;
    this.#onDamage = onDamage;
  }

  /** Answers over all that the journal holds now. @throws StoreError */
  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    this.#store ??= openStore();
    const store = await this.#store;
    this.#catchingUp = this.#catchingUp.then(() => this.#catchUp(store));
    await this.#catchingUp;
    return await store.query(sql, options);
  }

  async close(): Promise<void> {
    await (await this.#store)?.close();
  }

  async #catchUp(store: Store): Promise<void> {
    let batch: JournalRecord[] = [];
    for (const { record, location } of readJournal(this.#journal, this.#onDamage, this.#place)) {
      batch.push(record);
      this.#place = placeAfter(location);
      if (batch.length < BATCH) continue;
      await store.ingest(batch);
      batch = [];
    }
    if (batch.length > 0) await store.ingest(batch);
  }
}
