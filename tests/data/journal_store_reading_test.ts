import { assertEquals, assertRejects } from "@std/assert";
import { JournalStore } from "../../data/journal_store.ts";
import type { Reading } from "../../data/reading.ts";
import { StoreError } from "../../data/store_error.ts";
import { journalOf, note } from "./journal_of.ts";
import { runOpened } from "./store_run.ts";

const COUNT = "SELECT count(*) FROM events";

/** More than the store is handed at a time. */
const LONG = [runOpened("run-1"), ...Array.from({ length: 20_000 }, (_, i) => note(`note ${i}`))];

Deno.test("JournalStore.query() tells how far the journal is read, to every question that waits", async () => {
  const directory = await journalOf(LONG);
  const bytes = Deno.statSync(`${directory}/000001.jsonl`).size;
  let clock = 0;
  const store = new JournalStore(directory, undefined, { now: () => clock++ });
  const told: (Reading | null)[][] = [[], [], []];
  const ask = (i: number) => store.query(COUNT, { onReading: (news) => told[i].push(news) });
  await Promise.all([ask(0), ask(1)]);
  await ask(2);
  // The start and three lots of records; what the second question finds new is nothing.
  const [first, second, third] = told.map((news) => news.filter((one) => one !== null).slice(0, 4));
  assertEquals(told.map((news) => news.at(-1)), [null, null, null], "each is told of the end");
  assertEquals(first[0], { bytes: 0, ofBytes: bytes, ms: 1 });
  const read = first.map(({ bytes }) => bytes);
  assertEquals(read, read.toSorted((a, b) => a - b));
  assertEquals(first.at(-1)!.bytes, bytes);
  assertEquals(second, first);
  assertEquals(third.map(({ bytes, ofBytes }) => [bytes, ofBytes]), [[0, 0]], "nothing is new");
  await store.close();
});

Deno.test("JournalStore.query() lets go of a question that is withdrawn while the journal is read", async () => {
  const store = new JournalStore(await journalOf(LONG));
  const stop = new AbortController();
  const question = store.query(COUNT, {
    signal: stop.signal,
    onReading: () => stop.abort(),
  });
  const error = await assertRejects(() => question, StoreError, "aborted");
  assertEquals(error.reason, "aborted");
  assertEquals((await store.query(COUNT)).rows, [[20_000]], "the reading went on");
  await store.close();
});

Deno.test("JournalStore.close() ends a reading that nobody waits for, and leaves nothing behind", async () => {
  const store = new JournalStore(await journalOf(LONG));
  const stop = new AbortController();
  const question = store.query(COUNT, { signal: stop.signal });
  stop.abort();
  await assertRejects(() => question, StoreError, "aborted");
  await store.close();
  assertEquals(store.engine, null);
});
