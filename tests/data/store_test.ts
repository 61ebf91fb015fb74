import { assertEquals, assertRejects } from "@std/assert";
import type { JournalRecord } from "../../data/records.ts";
import { StoreError } from "../../data/store_error.ts";
import { onEachEngine, rowObjects as rows } from "./store_engines.ts";
import { evaluation, numbered, RUN, runOpened, START, task, vote } from "./store_run.ts";

/** When record `seq` was written. */
function time(seq: number): string {
  return new Date(START + (seq - 1) * 1000).toISOString();
}

onEachEngine(
  "Store.ingest() gives the same rows however the records are cut",
  async ({ openStore }) => {
    const all = numbered(RUN);
    const whole = await openStore();
    await whole.ingest(all);
    const cut = await openStore();
    await cut.ingest([]);
    await Promise.all(all.map((record) => cut.ingest([record])));
    for (const table of ["programs", "llm_calls", "votes", "runs", "tasks", "learning_curve"]) {
      const sql = `FROM ${table} ORDER BY ALL`;
      assertEquals((await cut.query(sql)).rows, (await whole.query(sql)).rows, table);
    }
    await whole.close();
    await cut.close();
  },
);

onEachEngine("Store takes a resumed run, and a second run beside it", async ({ openStore }) => {
  const store = await openStore();
  await store.ingest(numbered(RUN));
  await store.ingest(numbered([runOpened("run-1", true)], 101));
  assertEquals(await rows(store, "SELECT status, resumes, started_at, ended_at FROM runs"), [
    { status: "running", resumes: 1, started_at: time(1), ended_at: null },
  ]);
  await store.ingest(
    numbered([runOpened("run-2"), task("a", ["6"]), vote(0, "a", 1, [true])], 201),
  );
  const sql = "SELECT run_id, tasks, oracle_tasks, vote2 FROM learning_curve";
  assertEquals(await rows(store, sql), [
    { run_id: "run-1", tasks: 4, oracle_tasks: 1, vote2: 25 },
    { run_id: "run-1", tasks: 4, oracle_tasks: 2, vote2: 25 },
    { run_id: "run-2", tasks: 1, oracle_tasks: 0, vote2: 100 },
  ]);
  await store.close();
});

const odd = { kind: "lunch", seq: 4, at: START } as unknown as JournalRecord;
onEachEngine(
  "Store.ingest() refuses a record of an unknown kind, and what came with it",
  async ({ openStore }) => {
    const store = await openStore();
    await store.ingest(numbered([runOpened("run-1")]));
    const batch = [...numbered([task("a", ["6"])], 2), odd];
    const message = 'record 4 is of unknown kind "lunch"';
    await assertRejects(() => store.ingest(batch), StoreError, message);
    assertEquals((await store.query("FROM tasks")).rows, []);
    await store.close();
  },
);

onEachEngine(
  "Store.ingest() passes over what hangs on a line that could not be read",
  async ({ openStore }) => {
    const store = await openStore();
    await store.ingest(numbered([runOpened("run-1"), evaluation("A", "1", {}), task("a", ["6"])]));
    assertEquals((await store.query("FROM programs")).rows, []);
    assertEquals((await store.query("FROM tasks")).rows.length, 1);
    await store.close();
  },
);
